# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Meta delivers to a webhook, taken apart: one item for each message, status and change of a template."""

from datetime import UTC, datetime
from typing import NamedTuple

LONGEST_TEXT = 20_000
#: kinds of messages with a file
FILES = ("image", "audio", "video", "document", "sticker")


class Item(NamedTuple):
    """One thing that happened.

    ``kind`` is ``message``, ``status``, ``template`` or ``broken``, ``number_id`` Meta's number of our phone number,
    ``content`` what was delivered, ``profile`` the name that the sender goes by.
    """

    kind: str
    number_id: str
    content: object
    profile: str = ""


def read_items(payload):
    """Take a delivery apart; what is not known is left out, what has no form that is known is ``broken``.

    :param payload: the decoded body
    :rtype: list[Item]

    >>> read_items({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "new_thing", "value": {}}]}]})
    []
    >>> read_items({"entry": [7]})
    [Item(kind='broken', number_id='', content=7, profile='')]
    >>> value = {"metadata": {"phone_number_id": "1"}, "statuses": [{"id": "w", "status": "read"}]}
    >>> [item.kind for item in read_items({"entry": [{"changes": [{"field": "messages", "value": value}]}]})]
    ['status']
    """
    entries = payload.get("entry") if isinstance(payload, dict) else None
    items = []
    for entry in entries if isinstance(entries, list) else []:
        changes = entry.get("changes") if isinstance(entry, dict) else None
        if not isinstance(changes, list):
            items.append(Item("broken", "", entry))
            continue
        for change in changes:
            items += _read_change(change)
    return items


def _read_change(change):
    value = change.get("value") if isinstance(change, dict) else None
    if not isinstance(value, dict):
        return [Item("broken", "", change)]
    if change.get("field") == "message_template_status_update":
        return [Item("template", "", value)]
    if change.get("field") != "messages":
        return []
    metadata = value.get("metadata")
    number_id = str(metadata.get("phone_number_id") or "") if isinstance(metadata, dict) else ""
    profiles = _read_profiles(value.get("contacts"))
    items = []
    for kind, key in (("message", "messages"), ("status", "statuses")):
        for content in _as_list(value.get(key)):
            if not isinstance(content, dict) or not isinstance(content.get("id"), str):
                items.append(Item("broken", number_id, content))
                continue
            profile = profiles.get(str(content.get("from")), "") if kind == "message" else ""
            items.append(Item(kind, number_id, content, profile))
    return items


def _read_profiles(contacts):
    """Return the names that senders go by, by their number."""
    return {
        str(contact.get("wa_id")): clean(contact["profile"].get("name"))[:200]
        for contact in _as_list(contacts)
        if isinstance(contact, dict) and isinstance(contact.get("profile"), dict)
    }


def _as_list(value):
    return value if isinstance(value, list) else []


def clean(text):
    """Return a text that a database takes, whatever was delivered.

    >>> clean("a\\x00b\\ud800c"), clean(None), clean(12)
    ('ab?c', '', '12')
    """
    if text is None:
        return ""
    return str(text).replace("\x00", "").encode("utf-8", "replace").decode()[:LONGEST_TEXT]


def read_text(message):
    """Return what somebody wrote: the text, the caption of a file, the answer that was tapped.

    :param dict message: one message as delivered

    >>> read_text({"type": "text", "text": {"body": "Bonjour"}})
    'Bonjour'
    >>> read_text({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "Oui"}}})
    'Oui'
    >>> read_text({"type": "location", "location": {"latitude": 5.3, "longitude": -4, "name": "Plateau"}})
    'Plateau\\nhttps://maps.google.com/?q=5.3,-4.0'
    >>> read_text({"type": "text", "text": 7}), read_text({"type": "system"}), read_text({"type": "location", "location": {}})
    ('', '', '')
    """
    kind = message.get("type")
    part = message.get(kind) if isinstance(kind, str) else None
    if kind == "contacts":
        return clean("\n".join(_read_card(card) for card in _as_list(part)))
    if not isinstance(part, dict):
        return ""
    if kind == "location":
        return clean(_read_place(part))
    if kind == "interactive":
        answer = part.get(part.get("type")) if isinstance(part.get("type"), str) else None
        return clean(answer.get("title")) if isinstance(answer, dict) else ""
    names = {
        "text": "body",
        "button": "text",
        "reaction": "emoji",
        **dict.fromkeys(FILES, "caption"),
    }
    return clean(part.get(names[kind])) if kind in names else ""


def _read_place(place):
    try:
        point = f"{float(place['latitude'])},{float(place['longitude'])}"
    except (KeyError, TypeError, ValueError):
        return ""
    lines = [place.get("name"), place.get("address"), f"https://maps.google.com/?q={point}"]
    return "\n".join(str(line) for line in lines if line)


def _read_card(card):
    """Return a contact that was sent on, in one line."""
    if not isinstance(card, dict):
        return ""
    name = card["name"].get("formatted_name") if isinstance(card.get("name"), dict) else ""
    parts = [name or ""]
    for key, field in (("phones", "phone"), ("emails", "email")):
        parts += [
            str(entry.get(field) or "")
            for entry in _as_list(card.get(key))
            if isinstance(entry, dict)
        ]
    return ", ".join(part for part in parts if part)


def read_file(message):
    """Return Meta's number, the type and the name of the file of a message; None without one.

    >>> read_file({"type": "image", "image": {"id": "9", "mime_type": "image/jpeg; q=1"}})
    ('9', 'image/jpeg', '')
    >>> read_file({"type": "text"}), read_file({"type": "image", "image": {}})
    (None, None)
    """
    kind = message.get("type")
    part = message.get(kind) if kind in FILES else None
    if not isinstance(part, dict) or not part.get("id"):
        return None
    mimetype = clean(part.get("mime_type")).partition(";")[0].strip().lower()
    return clean(part["id"])[:200], mimetype[:100], clean(part.get("filename"))[:200]


def read_time(value, now):
    """Return when something happened, never later than now; now when it is not told.

    :param value: seconds since 1970, as a text or a number
    :param datetime.datetime now: in UTC, without zone

    >>> read_time("1694492482", datetime(2030, 1, 1)), read_time("soon", datetime(2030, 1, 1)), read_time("9" * 30, datetime(2030, 1, 1))
    (datetime.datetime(2023, 9, 12, 4, 21, 22), datetime.datetime(2030, 1, 1, 0, 0), datetime.datetime(2030, 1, 1, 0, 0))
    """
    try:
        told = datetime.fromtimestamp(int(value), UTC).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError, OSError):
        return now
    return min(told, now) if told.year > 2008 else now

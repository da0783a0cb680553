# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which files WhatsApp takes from us, as what, and how large: the limits of Meta's Cloud API."""

LONGEST_CAPTION = 1024
LIMITS = {"image": 5, "audio": 16, "video": 16, "document": 100}  # MB
OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = {
    **dict.fromkeys(("image/jpeg", "image/png"), "image"),
    **dict.fromkeys(("audio/aac", "audio/amr", "audio/mp4", "audio/mpeg", "audio/ogg"), "audio"),
    **dict.fromkeys(("video/3gpp", "video/mp4"), "video"),
    **dict.fromkeys(
        (
            "application/msword",
            "application/pdf",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            f"{OFFICE}presentationml.presentation",
            f"{OFFICE}spreadsheetml.sheet",
            f"{OFFICE}wordprocessingml.document",
            "text/plain",
        ),
        "document",
    ),
}


def get_kind(mimetype):
    """Return as what a file is sent: ``image``, ``audio``, ``video`` or ``document``; nothing when it is not taken.

    >>> get_kind("image/png"), get_kind("text/plain; charset=utf-8"), get_kind("image/svg+xml")
    ('image', 'document', '')
    """
    return KINDS.get((mimetype or "").partition(";")[0].strip().lower(), "")


def get_message(kind, filename, caption):
    """Return a message with a file, in the API's form; Meta's number of the file is put in by :func:`put_file`.

    >>> get_message("document", "a.pdf", "Bonjour")
    {'type': 'document', 'document': {'caption': 'Bonjour', 'filename': 'a.pdf'}}
    """
    media = {"caption": caption} if caption else {}
    return {"type": kind, kind: {**media, **get_reference(kind, filename)}}


def get_reference(kind, filename):
    """Return what a message says of its file besides its number.

    >>> get_reference("image", "a.png"), get_reference("document", "a.pdf")
    ({}, {'filename': 'a.pdf'})
    """
    return {"filename": filename} if kind == "document" else {}


def put_file(message, media_id):
    """Return a message with Meta's number of its file: in its own part, or in the header of its template.

    >>> put_file(get_message("image", "a.png", ""), "7")
    {'type': 'image', 'image': {'id': '7'}}
    """
    kind = message["type"]
    if kind != "template":
        return {**message, kind: {"id": media_id, **message[kind]}}
    components = [
        {**part, "parameters": [_put_in_header(*part["parameters"], media_id)]}
        if part["type"] == "header"
        else part
        for part in message["template"]["components"]
    ]
    return {**message, "template": {**message["template"], "components": components}}


def _put_in_header(parameter, media_id):
    kind = parameter["type"]
    return {**parameter, kind: {"id": media_id, **parameter[kind]}}

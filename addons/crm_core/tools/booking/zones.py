# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Time zones in words."""

from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import get_timezone_location
from pytz import all_timezones_set, common_timezones


def read(name, default="UTC"):
    """Return a zone that a stranger named, if it is one.

    >>> read("Africa/Dakar"), read("../etc/passwd"), read(None, "Europe/Paris"), read("x" * 5000)
    ('Africa/Dakar', 'UTC', 'Europe/Paris', 'UTC')
    """
    if name not in all_timezones_set:
        return default
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        # an old name that this machine has no clock for
        return default
    return name


def get_place(name, lang):
    """Return the place that a zone is called after, in a language.

    >>> get_place("Africa/Abidjan", "fr_FR"), get_place("America/St_Johns", "fr_FR"), get_place("Europe/Paris", "en_US")
    ('Abidjan', 'Saint-Jean de Terre-Neuve', 'Paris')
    >>> get_place("UTC", "xx"), get_place("Etc/GMT+5", "en_US")
    ('UTC', 'GMT+5')
    """
    if "/" not in name or name.startswith("Etc/"):
        return name.rpartition("/")[2]
    try:
        locale = Locale.parse(lang or "en_US")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    place = get_timezone_location(ZoneInfo(name), locale=locale, return_city=True)
    return (place or name).rpartition("/")[2].replace("_", " ")


def get_choices(lang):
    """Return the zones people live in, each once: pairs of name and place, in the order of their places.

    >>> ("Indian/Antananarivo", "Antananarivo") in get_choices("fr_FR")
    True
    """
    named = [
        (name, get_place(name, lang))
        for name in common_timezones
        if not name.startswith(("US/", "Canada/"))
    ]
    return sorted(named, key=lambda pair: pair[1].casefold())

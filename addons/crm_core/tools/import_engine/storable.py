# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a text of a file has to lose before the database can hold it."""


def storable(value):
    """The value without NUL characters and lone surrogates, in lists and dicts too.

    >>> storable({"cells": ["a\\x00b", "\\udcff", 3, None]})
    {'cells': ['ab', '?', 3, None]}
    """
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, (list, tuple)):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value

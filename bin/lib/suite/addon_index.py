"""What the manifests of our add-ons say."""

import ast
import functools

from suite import layout
from suite.console import Failure


@functools.cache
def manifest(addon):
    """Return the manifest of one of our add-ons.

    :param str addon: its name
    :rtype: dict
    :raises Failure: when it is no Python dictionary
    """
    path = layout.ADDONS / addon / "__manifest__.py"
    try:
        return ast.literal_eval(path.read_text(encoding="utf-8"))
    except (ValueError, SyntaxError) as error:
        raise Failure(f"{path} is no Python dictionary.", detail=str(error)) from error


def with_our_dependencies(addons):
    """Return add-ons together with those of ours they depend on, in the order of installation.

    :rtype: list[str]
    """
    ours = set(layout.written_addons())
    found, waiting = set(addons), list(addons)
    while waiting:
        for name in manifest(waiting.pop())["depends"]:
            if name in ours and name not in found:
                found.add(name)
                waiting.append(name)
    return sorted(found, key=lambda name: (name in addons, layout.written_addons().index(name)))


def dependencies(addons):
    """Return the modules of Odoo that add-ons and those of ours they depend on name.

    :rtype: set[str]
    """
    ours = set(layout.written_addons())
    return {name for addon in with_our_dependencies(addons) for name in manifest(addon)["depends"] if name not in ours} or {"base"}

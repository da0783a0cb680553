"""Starts the Odoo server, as ``python -m odoo`` does, but from a file.

With several workers the server starts its evented process, the one for websockets, by running again the file it was
started from; the package's own ``__main__.py`` cannot be run so.
"""

from odoo.cli import main

if __name__ == "__main__":
    main()

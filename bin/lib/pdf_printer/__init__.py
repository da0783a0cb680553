"""Prints HTML as PDF through headless Chromium, under the arguments that Odoo gives to wkhtmltopdf.

Debian 12 packages a wkhtmltopdf that loses headers, footers and page numbers, Debian 13 packages none; Chromium is in
both. One module has one job:

- ``command_line``: the arguments, as a :class:`~pdf_printer.command_line.Job`
- ``paper``: sizes and lengths
- ``chromium``: the browser, steered over a pipe
- ``guard``: what a document may fetch
- ``page``: one document loaded and printed
- ``furniture``: headers and footers, one sheet for each printed page
- ``assembly``: bodies, headers and footers put together in one file
"""

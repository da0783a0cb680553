"""Bodies, headers and footers put together in one PDF, with one outline entry for each body."""

import io
import itertools

try:
    import pypdf as library
except ImportError:  # its name up to version 3, which Odoo uses as well
    import PyPDF2 as library  # noqa: N813 - the same library

PdfReader, PdfWriter, generic = library.PdfReader, library.PdfWriter, library.generic
ArrayObject, DictionaryObject, DecodedStreamObject = (
    generic.ArrayObject,
    generic.DictionaryObject,
    generic.DecodedStreamObject,
)
FloatObject, NameObject, NumberObject, TextStringObject = (
    generic.FloatObject,
    generic.NameObject,
    generic.NumberObject,
    generic.TextStringObject,
)


def assemble(printed):
    """Prepare the file.

    :param list[bytes] printed: the PDF of each body
    :return: how many pages each body has, and a function that takes the PDFs to lay over them and returns the file
    :rtype: tuple[list[int], Callable[[list[bytes]], bytes]]
    """
    readers = [PdfReader(io.BytesIO(data)) for data in printed]
    counts = [len(reader.pages) for reader in readers]

    def finish(overlays):
        if len(printed) == 1 and not overlays:
            return printed[0]
        writer = PdfWriter()
        for reader in readers:
            for page in reader.pages:
                writer.add_page(page)
        for layer, data in enumerate(overlays):
            _lay_over(writer, PdfReader(io.BytesIO(data)), layer)
        if len(counts) > 1:
            _add_outline(writer, counts)
        result = io.BytesIO()
        writer.write(result)
        return result.getvalue()

    return counts, finish


def _lay_over(writer, overlay, layer):
    """Draw each page of one file over the page of the same number, as one object: no contents are parsed."""
    for number, (page, sheet) in enumerate(zip(writer.pages, overlay.pages, strict=True)):
        name = NameObject(f"/Overlay{layer}N{number}")
        resources = page["/Resources"].get_object()
        objects = resources.setdefault(NameObject("/XObject"), DictionaryObject()).get_object()
        objects[name] = writer._add_object(_as_form(writer, sheet))
        _wrap_contents(writer, page, f"q {name} Do Q\n".encode())


def _as_form(writer, sheet):
    """Return a page as an object that can be drawn on another one."""
    contents, drawn = DecodedStreamObject(), sheet.get_contents()
    contents.set_data(b"" if drawn is None else drawn.get_data())
    form = contents.flate_encode()
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(FloatObject(value) for value in sheet.mediabox),
            NameObject("/Resources"): sheet["/Resources"].get_object().clone(writer),
        }
    )
    return form


def _wrap_contents(writer, page, addition):
    """Append drawing instructions to a page, shielded from the transformations its own contents leave behind."""
    contents = page.raw_get("/Contents")
    parts = contents if isinstance(contents, ArrayObject) else ArrayObject([contents])
    page[NameObject("/Contents")] = ArrayObject([_stream(writer, b"q\n"), *parts, _stream(writer, b"\nQ\n" + addition)])


def _stream(writer, data):
    stream = DecodedStreamObject()
    stream.set_data(data)
    return writer._add_object(stream)


def _add_outline(writer, counts):
    """Mark the first page of each body, in the form by which Odoo cuts a file into one document for each record.

    That form is wkhtmltopdf's: destinations by name, in the catalogue's dictionary, with the page's number.
    """
    outline = DictionaryObject({NameObject("/Type"): NameObject("/Outlines")})
    reference = writer._add_object(outline)
    names, entries, first = DictionaryObject(), [], 0
    for body, count in enumerate(counts):
        name = NameObject(f"/__WKANCHOR_{body}")
        names[name] = ArrayObject([NumberObject(first), NameObject("/Fit")])
        entry = DictionaryObject(
            {
                NameObject("/Title"): TextStringObject(body + 1),
                NameObject("/Parent"): reference,
                NameObject("/Dest"): name,
            }
        )
        entries.append((entry, writer._add_object(entry)))
        first += count
    for (entry, own), (following, after) in itertools.pairwise(entries):
        entry[NameObject("/Next")], following[NameObject("/Prev")] = after, own
    outline.update(
        {
            NameObject("/First"): entries[0][1],
            NameObject("/Last"): entries[-1][1],
            NameObject("/Count"): NumberObject(len(entries)),
        }
    )
    writer._root_object.update({NameObject("/Dests"): names, NameObject("/Outlines"): reference})

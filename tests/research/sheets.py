"""The forms of research as people meet them: the page each stands on, who fills it in, and what a good answer is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.matches.models import Match
from research.models import AdviceRequest, Commission
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works

Answers = dict[str, Any]
MARKS = ("technology", "market", "team", "japan")


@dataclass(frozen=True)
class Sheet:
    """One form: its address, who fills it in, under which name the page holds it, and what is typed."""

    name: str
    by: User
    held_as: str
    good: Answers
    keys: dict[str, Any]

    def address(self, language: str = "en") -> str:
        with translation.override(language):
            return reverse(f"research:{self.name}", kwargs=self.keys)


def pair_of(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


def wish_of(cast: Cast) -> Commission:
    return works.asked(pair_of(cast), cast.company_owner)


def writing_of(cast: Cast) -> Commission:
    return works.accepted(wish_of(cast), cast.expert, cast.officer)


def delivered_of(cast: Cast) -> Commission:
    made = writing_of(cast)
    works.delivered(made, cast.expert)
    return made


def advice_of(cast: Cast) -> AdviceRequest:
    return works.advice_asked(cast.startup, cast.expert, cast.officer)


def own(cast: Cast) -> Sheet:
    good = {
        "affiliation": "Saikai Fisheries Association",
        "fields": ["agritech", "retail"],
        "countries": ["JP", "VN"],
        "languages": ["ja"],
        "capacity": "3",
        "biography": "Greenhouses.\nFish farms, too.",
    }
    return Sheet("own", cast.expert, "form", good, {})


def ask(cast: Cast) -> Sheet:
    pair = pair_of(cast)
    good = {
        "challenge": str(pair.challenge_id),
        "match": str(pair.pk),
        "field": "mobility",
        "market": "VN",
        "language": "ja",
        "question": "What is it worth?\nWho sells it?",
        "needed_on": "2031-06-20",
    }
    return Sheet("ask_check", cast.company_owner, "form", good, {})


def assign(cast: Cast) -> Sheet:
    good = {"expert": str(cast.expert.pk), "term": "15"}
    return Sheet("assign", cast.officer, "form", good, {"pk": wish_of(cast).pk})


def offered(cast: Cast, name: str, held_as: str, good: Answers) -> Sheet:
    made = works.offered(wish_of(cast), cast.expert, cast.officer)
    return Sheet(name, cast.expert, held_as, good, {"pk": made.pk})


def accept(cast: Cast) -> Sheet:
    return offered(cast, "accept", "accept_form", {"declared": "on"})


def refuse(cast: Cast) -> Sheet:
    good = {"reason": "conflict", "conflicts": [str(cast.startup.pk)], "text": "A cousin\nworks there."}
    return offered(cast, "refuse", "refuse_form", good)


def section(cast: Cast) -> Sheet:
    keys = {"pk": writing_of(cast).pk, "kind": "risks"}
    return Sheet("save_section", cast.expert, "section", {"text": "The currency.", "seen": "0"}, keys)


def figure(cast: Cast) -> Sheet:
    good = {"label": "Tills", "year": "2025", "amount": "1,250.5", "currency": "SGD", "source": "The Board"}
    return Sheet("add_figure", cast.expert, "figure_form", good, {"pk": writing_of(cast).pk})


def candidate(cast: Cast) -> Sheet:
    good = {"startup": str(cast.other_startup.pk), "reason": "Its tills\nneed no staff.", "q": "check"}
    return Sheet("add_candidate", cast.expert, "candidate_form", good, {"pk": writing_of(cast).pk})


def remarks(cast: Cast) -> Sheet:
    good = {
        "summary_2": "How fast does it grow?",
        "risks_1": "And the staff?",
        "figures_2": "Who says so?",
        "term": "10",
        "version": "1",
    }
    return Sheet("return", cast.officer, "form", good, {"pk": delivered_of(cast).pk})


def cancel(cast: Cast) -> Sheet:
    return Sheet(
        "cancel", cast.officer, "form", {"reason": "No budget\nthis year."}, {"pk": wish_of(cast).pk}
    )


def ask_advice(cast: Cast) -> Sheet:
    good = {"startup": str(cast.startup.pk), "expert": str(cast.expert.pk), "term": "20"}
    return Sheet("ask_advice", cast.officer, "form", good, {})


def assess(cast: Cast) -> Sheet:
    good = {f"{each}_rating": str(number) for number, each in enumerate(MARKS, start=2)}
    good |= {f"{each}_reason": f"Seen of the {each}:\nenough." for each in MARKS} | {"declared": "on"}
    return Sheet("assess", cast.expert, "form", good, {"pk": advice_of(cast).pk})


def decline(cast: Cast) -> Sheet:
    good = {"reason": "conflict", "conflicts": [str(cast.startup.pk)], "text": "I hold shares\nof it."}
    return Sheet("decline_advice", cast.expert, "form", good, {"pk": advice_of(cast).pk})


SHEETS: dict[str, Callable[[Cast], Sheet]] = {
    each.__name__: each
    for each in (own, ask, assign, accept, refuse, section, figure, candidate, remarks, cancel,
                 ask_advice, assess, decline)
}  # fmt: skip


def everything() -> dict[str, list[Any]]:
    """All that research keeps, and what was told and noted of it."""
    models = [*apps.get_app_config("research").get_models(), AuditEvent, Notice]
    return {each._meta.label: list(each._default_manager.order_by("pk").values()) for each in models}


class _Controls(HTMLParser):
    """What each form of a page would send, were its button pressed: by address, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, list[str]]] = {}
        self.form: dict[str, list[str]] | None = None
        self.inside = ""
        self.written = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = self.forms.setdefault(given.get("action", ""), {})
        elif tag in ("select", "textarea"):
            self.inside, self.written = given.get("name", ""), ""
        elif tag == "option" and "selected" in given:
            self._keep(self.inside, given["value"])
        elif tag == "input":
            is_mark = given.get("type") in ("radio", "checkbox")
            if not is_mark or "checked" in given:
                self._keep(given.get("name", ""), given.get("value", "on" if is_mark else ""))

    def handle_data(self, data: str) -> None:
        self.written += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._keep(self.inside, self.written.removeprefix("\n"))
        elif tag == "form":
            self.form = None

    def _keep(self, name: str, value: str) -> None:
        if self.form is not None and name:
            self.form.setdefault(name, []).append(value)


def still_there(html: str, address: str) -> dict[str, list[str]]:
    """What the form at that address holds on the page, or the one that sends to the page's own address."""
    page = _Controls()
    page.feed(html)
    return page.forms.get(address) or page.forms[""]

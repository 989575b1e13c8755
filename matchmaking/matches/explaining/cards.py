"""What the pages show of a pair: each reader gets only what is theirs to see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.rules import name_of
from companies.models import Company
from matchmaking.core import local_time
from matchmaking.core.enums import CooperationMode, Field
from matchmaking.matches.enums import MatchStatus, Side
from matchmaking.matches.explaining.explanation import bars, whole_score
from matchmaking.matches.explaining.reasons import labels, listed, reasons
from matchmaking.matches.last_requests import LastRequest
from matchmaking.matches.models import Match, ScoringPolicy
from matchmaking.matches.shared_times import SharedTimes
from matchmaking.matches.sides import modes_of
from startups.models import Startup

REASONS_ON_CARD = 3
# Where each reader finds the startup's profile: staff with its states and history, the firm as it is presented.
PROFILE_PAGES = {
    Side.STAFF: "startups:detail",
    Side.COMPANY: "startups:profile",
}
Text = dict[str, str]


def firm_card(
    match: Match, times: SharedTimes | None = None, last: LastRequest | None = None, *, named: bool = False
) -> dict[str, Any]:
    """A startup as it is recommended to a firm; `named` says for which of its challenges."""
    startup = match.startup
    open_ = match.status == MatchStatus.DISCLOSED
    tags = [startup.organisation.country.name, *labels(Field, startup.organisation.fields)]
    return _card(match, Side.COMPANY, shown=startup.one_liner) | {
        "overlap": times,
        "last": last,
        "challenge": match.challenge.title if named else "",
        "name": startup.organisation.name,
        "name_lang": "en",
        "tags": tags if open_ or last else [*tags, _("Meeting requested")],
        "reviewed": True,
        "facts": _facts(startup),
        "pitch": startup.one_liner,
        "pitch_lang": "en",
        "request_url": request_url(match, last),
        "pass_url": reverse("matches:put_aside", kwargs={"pk": match.pk}) if open_ else "",
    }


def request_url(match: Match, last: LastRequest | None) -> str:
    """Where the firm asks for a meeting; empty where it has asked and may not ask again."""
    may_ask = match.status == MatchStatus.DISCLOSED or (last is not None and last.may_ask_again)
    return reverse("meetings:request", kwargs={"match_pk": match.pk}) if may_ask else ""


def startup_card(
    match: Match, times: SharedTimes | None = None, last: LastRequest | None = None
) -> dict[str, Any]:
    """A firm that is interested, as the startup sees it: by name only where the firm allows it."""
    named = shown_to_startup(match.company)
    return _card(match, Side.STARTUP) | {
        "overlap": times,
        "last": last,
        "name": firm_name(match.company),
        "name_lang": lang_of(match.company.organisation) if named else "",
        "tags": [match.challenge.get_field_display(), match.company.get_industry_display()],
        "reviewed": True,
        "facts": match.company.get_prefecture_display(),
        "pitch": match.challenge.title if named else "",
        "pitch_lang": "ja",
    }


def _card(match: Match, reader: Side, shown: str = "") -> dict[str, Any]:
    return {
        "id": match.pk,
        "url": reverse("matches:detail", kwargs={"pk": match.pk}),
        "score": whole_score(match),
        "provisional": match.provisional,
        "components": bars(match, reader),
        "reasons": reasons(match, reader, most=REASONS_ON_CARD, shown=shown),
    }


def shown_to_startup(company: Company) -> bool:
    """Whether the firm lets its name, and words that may give it away, be shown before it meets."""
    return company.name_disclosed


def firm_name(company: Company) -> str:
    return shown_name(company.organisation) if shown_to_startup(company) else company.summary_name()


def shown_name(organisation: Organisation) -> str:
    """In the reader's language, as far as the organisation has a name in it."""
    return name_of(organisation, get_language() or "")


def lang_of(organisation: Organisation) -> str:
    """The language of a firm's `shown_name`."""
    return "ja" if shown_name(organisation) == organisation.name else "en"


def _facts(startup: Startup) -> str:
    """Founded, size and stage, as far as they are known."""
    found: list[str] = []
    if startup.founded_year:
        found.append(_("Founded %(year)s") % {"year": startup.founded_year})
    if startup.team_size:
        staff = ngettext("%(n)s employee", "%(n)s employees", startup.team_size)
        found.append(staff % {"n": startup.team_size})
    if startup.stage:
        found.append(startup.get_stage_display())
    return listed(found)


def pair_title(match: Match, reader: Side) -> str:
    """The heading of the pair's page: each side sees the other, staff see both."""
    startup = match.startup.organisation.name
    if reader == Side.COMPANY:
        return startup
    if reader == Side.STARTUP:
        return firm_name(match.company)
    return _("%(company)s × %(startup)s") % {
        "company": shown_name(match.company.organisation),
        "startup": startup,
    }


def firm_texts(match: Match, reader: Side) -> dict[str, Any]:
    """The firm's side of the pair; to a startup without words that could give an undisclosed name away."""
    challenge = match.challenge
    tags = [challenge.get_field_display(), *labels(CooperationMode, modes_of(challenge))]
    need = [_text(_("Challenge"), challenge.title), _text(_("What is needed"), challenge.text)]
    return _firm(match.company, reader, tags, need)


def firm_alone(company: Company, reader: Side) -> dict[str, Any]:
    """The same of a firm without any challenge in particular."""
    organisation = company.organisation
    tags = [*labels(Field, organisation.fields), *labels(CooperationMode, organisation.modes)]
    return _firm(company, reader, tags, [])


def _firm(company: Company, reader: Side, tags: list[str], need: list[Text]) -> dict[str, Any]:
    open_ = reader != Side.STARTUP or shown_to_startup(company)
    texts = [
        *need,
        _text(_("Business"), company.business),
        _text(_("Strengths"), company.strengths),
    ]
    return {
        "name": shown_name(company.organisation) if open_ else company.summary_name(),
        "lang": lang_of(company.organisation) if open_ else "",
        "url": reverse("companies:detail", kwargs={"pk": company.pk}) if reader == Side.STAFF else "",
        "tags": [company.get_prefecture_display(), company.get_industry_display(), *tags],
        "texts": _given(texts) if open_ else [],
    }


def startup_texts(match: Match, reader: Side) -> dict[str, Any]:
    """The startup's side of the pair, in its own words."""
    startup, organisation = match.startup, match.startup.organisation
    tags = [*labels(Field, organisation.fields), *labels(CooperationMode, organisation.modes)]
    texts = [
        _text(_("One-line pitch"), startup.one_liner),
        _text(_("Problem"), startup.problem),
        _text(_("Solution"), startup.solution),
        _text(_("Customers"), startup.customers),
        _text(_("What sets it apart"), startup.edge),
        _text(_("Partner looked for in Japan"), startup.seeks_partner),
    ]
    return {
        "name": organisation.name,
        "lang": "en",
        "url": reverse(PROFILE_PAGES[reader], kwargs={"pk": startup.pk}) if reader in PROFILE_PAGES else "",
        "tags": [organisation.country.name, *tags],
        "texts": _given(texts),
    }


def _text(label: str, text: str) -> Text:
    return {"label": label, "text": text}


def _given(texts: Iterable[Text]) -> list[Text]:
    return [each for each in texts if each["text"]]


def staff_facts(match: Match) -> list[dict[str, Any]]:
    """Where the score comes from: for staff only."""
    version = ScoringPolicy.objects.values_list("version", flat=True).get(pk=match.policy_id)
    run_url = reverse("matches:run", kwargs={"pk": match.run_id}) if match.run_id else ""
    dash = "–"
    return [
        {"label": _("Place for the firm"), "value": match.rank_for_company or dash},
        {"label": _("Place for the startup"), "value": match.rank_for_startup or dash},
        {"label": _("Policy"), "value": _("version %(version)s") % {"version": version}},
        {"label": _("Run"), "value": match.run or _("after an edit of a profile"), "url": run_url},
        {"label": _("Worked out"), "value": local_time.moment(match.computed_at, zone="Asia/Tokyo")},
    ]

"""What staff see of a draft: counts, how exposure spreads, the lists of each side, who has none and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django_countries import countries

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from matchmaking.core.prefectures import REGION_OF, Prefecture, Region
from matchmaking.matches.enums import LeftOut, MatchStatus
from matchmaking.matches.explaining.cards import lang_of, shown_name
from matchmaking.matches.explaining.gaps import firms_without_match
from matchmaking.matches.explaining.startup_gaps import startups_without_match
from matchmaking.matches.models import ShortlistDraft, ShortlistPair, ShortlistParty
from matchmaking.matches.shortlists.exposure import BINS, Exposure, Share, by_group, exposure

PROVEN = 0.0005  # of the points: what is shown as 0.0 %
FIRMS, STARTUPS = OrganisationKind.COMPANY.value, OrganisationKind.STARTUP.value
PROFILE = {FIRMS: "companies:detail", STARTUPS: "startups:detail"}


@dataclass(frozen=True)
class Sides:
    """How many lists each party of the draft stands on now and by itself, and where it is from; two queries."""

    now: dict[str, dict[int, int]]
    by_itself: dict[str, dict[int, int]]
    place: dict[int, str] = field(default_factory=dict)


def sides_of(draft: ShortlistDraft) -> Sides:
    rows = draft.parties.values_list(
        "organisation_id",
        "organisation__kind",
        "by_itself",
        "organisation__country",
        "organisation__company__prefecture",
    )
    counts = {FIRMS: draft.pairs.counts("company"), STARTUPS: draft.pairs.counts("startup")}
    sides = Sides({FIRMS: {}, STARTUPS: {}}, {FIRMS: {}, STARTUPS: {}})
    for key, kind, by_itself, country, prefecture in rows:
        sides.now[kind][key] = counts[kind].get(key, 0)
        sides.by_itself[kind][key] = by_itself
        sides.place[key] = REGION_OF[Prefecture(prefecture)].value if prefecture else str(country)
    return sides


def counters(draft: ShortlistDraft, sides: Sides) -> list[dict[str, Any]]:
    totals = draft.pairs.totals()
    return [
        {"label": _("Recommendations"), "value": intcomma(totals["pairs"])},
        _served(_("Firms with a list"), sides.now[FIRMS]),
        _served(_("Startups on a list"), sides.now[STARTUPS]),
        {"label": _("Points together"), "value": intcomma(totals["points"]), "note": _proof(draft)},
    ]


def _served(label: str, counts: Mapping[int, int]) -> dict[str, Any]:
    served = sum(count > 0 for count in counts.values())
    return {
        "label": label,
        "value": served,
        "target": len(counts) or None,
        "note": _("of %(n)s") % {"n": len(counts)},
    }


def _proof(draft: ShortlistDraft) -> str:
    """How good the lists were as they came from the solver; what was changed by hand is another matter."""
    if draft.solver == "greedy":
        return _("The solver ran out of time: these are the best pairs one after the other.")
    if draft.gap < PROVEN:
        return _("As worked out, proven to be the best possible.")
    return _("As worked out, at most %(gap)s%% below the best possible.") % {"gap": f"{100 * draft.gap:.1f}"}


# --- Exposure ----------------------------------------------------------------------------------------------------


def spread(sides: Sides) -> dict[str, Any]:
    """How startups share the lists, beside how they would with every list by itself."""
    before, after = (exposure(list(side[STARTUPS].values())) for side in (sides.by_itself, sides.now))
    return {"rows": _histogram(before, after), "facts": _measures(before, after), "parties": before.parties}


def _histogram(before: Exposure, after: Exposure) -> list[dict[str, Any]]:
    most = max(*before.histogram, *after.histogram, 1)
    return [
        {"label": _bin(*bounds), "before": one, "after": other, "most": most}
        for bounds, one, other in zip(BINS, before.histogram, after.histogram, strict=True)
    ]


def _bin(low: int, high: int | None) -> str:
    if high is None:
        return _("%(n)s lists and more") % {"n": low}
    if low == high:
        return ngettext("%(n)s list", "%(n)s lists", low) % {"n": low}
    return _("%(low)s to %(high)s lists") % {"low": low, "high": high}


def _measures(before: Exposure, after: Exposure) -> list[dict[str, Any]]:
    return [
        {
            "label": _("Share of the most listed tenth"),
            "before": f"{100 * before.top_share:.0f}%",
            "after": f"{100 * after.top_share:.0f}%",
        },
        {
            "label": _("Gini coefficient (0: all alike)"),
            "before": f"{before.gini:.2f}",
            "after": f"{after.gini:.2f}",
        },
    ]


def regions(draft: ShortlistDraft, sides: Sides) -> list[dict[str, Any]]:
    """Firms by region, with the target where there is one; then the prefectures that have a target are in it."""
    shares = by_group(sides.now[FIRMS], sides.place, [region.value for region in Region])
    targets = draft.rule.targets
    return [_share(each, Region(str(each.key)).label, targets.get(str(each.key))) for each in shares]


def places_abroad(sides: Sides) -> list[dict[str, Any]]:
    """Startups by country, in the order of the countries' names."""
    here = {sides.place[key] for key in sides.now[STARTUPS]}
    order = [code for code, _name in countries if code in here]
    return [
        _share(each, countries.name(str(each.key)))
        for each in by_group(sides.now[STARTUPS], sides.place, order)
    ]


def _share(share: Share, label: Any, target: int | None = None) -> dict[str, Any]:
    return {
        "label": label,
        "parties": share.parties,
        "left_out": share.parties - share.served,
        "places": share.places,
        "target": target,
    }


# --- Lists -------------------------------------------------------------------------------------------------------


def parties(draft: ShortlistDraft, kind: str, *, left_out: bool = False) -> QuerySet[ShortlistParty]:
    """The parties of a side in the order of their names; those without a list, or those with one."""
    found = draft.parties.of_kind(kind).select_related("organisation")
    own = draft.pairs.values("company_id" if kind == FIRMS else "startup_id")
    found = found.exclude(organisation__in=own) if left_out else found.filter(organisation__in=own)
    return found.order_by("organisation__sort_key", "organisation_id")


def lists(draft: ShortlistDraft, page: Iterable[ShortlistParty], kind: str) -> list[dict[str, Any]]:
    """A row a party, with the others on its list, best first."""
    shown = list(page)
    side, other = ("company", "startup") if kind == FIRMS else ("startup", "company")
    pairs = (
        draft.pairs.with_parties()
        .with_match()
        .filter(**{f"{side}__in": [each.organisation_id for each in shown]})
    )
    of: dict[int, list[dict[str, Any]]] = {}
    for pair in pairs.order_by("-score", "pk"):
        of.setdefault(getattr(pair, f"{side}_id"), []).append(entry(pair, getattr(pair, other).organisation))
    return [_row(draft, each, of.get(each.organisation_id, []), kind) for each in shown]


def _row(
    draft: ShortlistDraft, party: ShortlistParty, entries: Sequence[dict[str, Any]], kind: str
) -> dict[str, Any]:
    keys = {"pk": draft.pk, "company_pk": party.organisation_id}
    return {
        **named(party.organisation),
        "url": reverse("matches:shortlist_firm", kwargs=keys) if kind == FIRMS else "",
        "entries": entries,
        "count": len(entries),
        "most": party.most,
    }


def named(organisation: Organisation) -> dict[str, Any]:
    """Name, its language, and where the profile is."""
    is_firm = organisation.kind == FIRMS
    return {
        "name": shown_name(organisation) if is_firm else organisation.name,
        "lang": lang_of(organisation) if is_firm else "en",
        "profile_url": reverse(PROFILE[organisation.kind], kwargs={"pk": organisation.pk}),
    }


def entry(pair: ShortlistPair, organisation: Organisation) -> dict[str, Any]:
    """One pair as it stands in a list. `pair` comes with its match."""
    match_id, status = pair.match_id, pair.match_status  # type: ignore[attr-defined]  # annotated
    return {
        **named(organisation),
        "pk": organisation.pk,
        "score": pair.score,
        "by_hand": pair.added_by_id is not None,
        "state": _state(pair, status),
        "waits": status == MatchStatus.PROPOSED and pair.approved_at is None,
        "match_url": reverse("matches:detail", kwargs={"pk": match_id}) if match_id else "",
    }


def _state(pair: ShortlistPair, status: str | None) -> str:
    """Only what is out of the ordinary."""
    if status is None:
        return _("no longer proposed")
    if status == MatchStatus.PROPOSED:
        return pgettext("list", "being disclosed") if pair.approved_at else ""
    return str(MatchStatus(status).label)


def without_list(page: Iterable[ShortlistParty], kind: str) -> list[dict[str, Any]]:
    """Parties without a list, each with the reason; of those for which nothing was found, the rule that says why."""
    shown = list(page)
    rules = _rules(shown, kind)
    return [
        {
            **named(each.organisation),
            "most": each.most,
            "why": rules.get(each.organisation_id) or each.get_reason_display(),
        }
        for each in shown
    ]


def _rules(shown: Sequence[ShortlistParty], kind: str) -> dict[int, str]:
    wanted = {each.organisation_id for each in shown if each.reason == LeftOut.NO_CANDIDATE}
    if not wanted:
        return {}
    if kind == FIRMS:
        return {gap.company.pk: gap.words for gap in firms_without_match() if gap.company.pk in wanted}
    return {gap.startup.pk: gap.words for gap in startups_without_match() if gap.startup.pk in wanted}

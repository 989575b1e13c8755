"""What a trial found, in the words and rows of its page and of its table for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from companies.models import Company
from matchmaking.core.enums import Field
from matchmaking.core.prefectures import Prefecture
from matchmaking.matches.models import Trial
from matchmaking.matches.policies.trial_figures import EXPOSURE, TOP
from startups.models import Startup

FIGURES: dict[str, Promise] = {
    "recall_at_10": gettext_lazy("Known partner among the first ten"),
    "recall_at_50": gettext_lazy("Known partner among the first fifty"),
    "mrr": gettext_lazy("Mean reciprocal rank of the known partner"),
    "ndcg_at_10": gettext_lazy("Gain of the first ten, later places discounted"),
    "precision_at_5": gettext_lazy("Useful startups among the first five"),
}


def found_words(trial: Trial) -> dict[str, Any]:
    """Everything the page shows of a finished trial."""
    outcome = trial.outcome or {}
    firms = outcome["firms"]
    return {
        "counters": _counters(outcome),
        "changed_places": _changed_places(outcome["changed_places"], firms["all"]),
        "exposure": _exposure(outcome["exposure"]),
        "firms_moved": _named(outcome["firms_moved"], Company),
        "gaining": _named(outcome["gaining"], Startup),
        "losing": _named(outcome["losing"], Startup),
        "groups": [
            {
                "title": _("By field"),
                "first": _("Field"),
                "rows": _labelled(outcome["fields"], dict(Field.choices)),
            },
            {
                "title": _("By prefecture"),
                "first": _("Prefecture"),
                "rows": _labelled(outcome["prefectures"], dict(Prefecture.choices)),
            },
        ],
        "countries": _labelled(outcome["countries"], dict(countries)),
        "figures": _figures(outcome["evaluation"]),
    }


def _counters(outcome: dict[str, Any]) -> list[dict[str, Any]]:
    firms, exposure = outcome["firms"], outcome["exposure"]
    return [
        {"label": _("Firms compared"), "value": firms["all"]},
        {"label": _("Top tens with other startups"), "value": firms["changed"]},
        {"label": _("Same startups, other order"), "value": firms["reordered"]},
        {"label": _("Places that stay, on average"), "value": percent(firms["kept"])},
        {"label": _("Startups on a top ten before"), "value": exposure["before"]["listed"]},
        {"label": _("Startups on a top ten after"), "value": exposure["after"]["listed"]},
    ]


def percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f}%"


def _changed_places(counts: list[int], firms: int) -> list[dict[str, Any]]:
    return [{"places": places, "firms": count, "of": firms} for places, count in enumerate(counts[: TOP + 1])]


def _exposure(exposure: dict[str, Any]) -> dict[str, Any]:
    before, after = exposure["before"], exposure["after"]
    rows = [
        {"label": _range(low, high), "before": was, "after": now, "of": before["startups"]}
        for (low, high), was, now in zip(EXPOSURE, before["bins"], after["bins"], strict=True)
    ]
    return {
        "rows": rows,
        "before": percent(before["top_decile"]),
        "after": percent(after["top_decile"]),
    }


def _range(low: int, high: int | None) -> str:
    if high is None:
        return _("%(low)s or more") % {"low": low}
    return str(low) if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def _named(rows: list[dict[str, Any]], model: type[Company | Startup]) -> list[dict[str, Any]]:
    """Rows with the profile they are about; who has been deleted since is left out."""
    profiles = model._default_manager.select_related("organisation").in_bulk([row["key"] for row in rows])
    return [{**row, "profile": profiles[row["key"]]} for row in rows if row["key"] in profiles]


def _labelled(rows: list[dict[str, Any]], words: Mapping[Any, Any]) -> list[dict[str, Any]]:
    return [
        {**row, "label": words.get(row["key"], row["key"]), "percent": percent(row.get("kept"))}
        for row in rows
    ]


def _figures(evaluation: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Old and new side by side, with their intervals; figures the files say nothing about are left out."""
    if not evaluation:
        return []
    before, after = evaluation["before"], evaluation["after"]
    return [
        {"label": label, "before": _figure(before, name), "after": _figure(after, name)}
        for name, label in FIGURES.items()
        if before.get(name) is not None
    ]


def _figure(found: dict[str, Any], name: str) -> dict[str, Any]:
    low, high = found[f"{name}_interval"]
    return {"value": f"{found[name]:.3f}", "share": 100 * found[name], "interval": f"{low:.2f}–{high:.2f}"}


# --- For spreadsheets --------------------------------------------------------------------------------------------


def lists_in_rows(trial: Trial) -> Iterator[list[str]]:
    """A head, then a line a firm: what its list gains and loses."""
    yield [
        _("Firm"),
        _("Prefecture"),
        _("Places changed"),
        _("Mean points before"),
        _("Mean points after"),
        _("Startups that come"),
        _("Startups that go"),
    ]
    names = {each.pk: str(each) for each in Startup.objects.select_related("organisation")}
    rows = trial.lists.select_related("company__organisation").order_by(
        "company__organisation__sort_key", "pk"
    )
    for row in rows:
        before, after = [key for key, _tenths in row.before], [key for key, _tenths in row.after]
        come = [names.get(key, "") for key in after if key not in before]
        gone = [names.get(key, "") for key in before if key not in after]
        places = max(len(before), len(after)) - len(set(before) & set(after))
        cells = [str(row.company), row.company.get_prefecture_display(), str(places)]
        cells += [_mean(row.before), _mean(row.after), "; ".join(come), "; ".join(gone)]
        yield cells


def _mean(best: list[list[int]]) -> str:
    return f"{Decimal(sum(tenths for _key, tenths in best)) / 10 / len(best):.1f}" if best else ""

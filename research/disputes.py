"""About whom experts are of different minds, and on what: by what counts in the score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.utils.translation import pgettext

from matchmaking.matches.enums import Criterion
from matchmaking.matches.models import ExpertAdvice
from research.assessing import apart_on, disagree
from research.models import Mark

About = tuple[int, int | None]  # a startup, and the firm of its pair


def disputes(startups: Collection[int] | None = None) -> dict[About, str]:
    """Those about whom they disagree, each with the names of the criteria that part them; of all, or of some."""
    standing = ExpertAdvice.objects.standing().order_by()
    if startups is not None:
        standing = standing.filter(startup__in=startups)
    ratings: dict[About, list[int]] = defaultdict(list)
    for startup, company, rating in standing.values_list("startup", "company", "rating"):
        ratings[startup, company].append(rating)
    marks: dict[About, dict[str, list[int]]] = defaultdict(lambda: {each.value: [] for each in Criterion})
    rows = Mark.objects.filter(advice__in=standing.values("pk")).order_by()
    for startup, company, criterion, rating in rows.values_list(
        "advice__startup", "advice__company", "criterion", "rating"
    ):
        marks[startup, company][criterion].append(rating)
    return {
        about: pgettext("list separator", ", ").join(
            str(Criterion(each).label) for each in apart_on(marks[about])
        )
        for about, given in ratings.items()
        if disagree(given, marks[about])
    }

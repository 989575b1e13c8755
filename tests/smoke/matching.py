"""The steps from profiles to a firm that sees its recommendations."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from accounts.models import User
from matchmaking.core.models import Job, JobState
from matchmaking.matches.engine.policy import SLICES
from matchmaking.matches.enums import MatchStatus, RunStatus
from matchmaking.matches.explaining import explanation
from matchmaking.matches.models import Match, Run
from tests.smoke.browser import Page
from tests.smoke.office import PAIRS, Office, Pair, path, require

RUN_SECONDS = 1200  # two cores to itself need 150 for the larger input; others may work on them, too
LOOKED_AT, SEEN = 300, 3  # matches whose parts are added up: in the database, on their pages
BEST = 3  # of each firm's list are disclosed
MOST = 150  # one check page is no book


def score(office: Office) -> str:
    """Staff start a run; the worker reads the texts and scores all pairs."""
    if not Run.objects.under_way().exists():
        office.staff.post(office.staff.get(path("matches:run_start")))
    run = Run.objects.get()

    def ended() -> Run | None:
        run.refresh_from_db()
        require(
            run.status not in (RunStatus.FAILED, RunStatus.CANCELLED), f"the run is {run.status}: {errors()}"
        )
        return None if run.is_under_way else run

    office.wait(
        ended,
        seconds=RUN_SECONDS,
        told=lambda: (
            f"{run.status}: {run.texts_done} of {run.texts_total} texts, "
            f"{run.blocks_done} of {run.blocks_total} blocks"
        ),
    )
    require(run.match_count == Match.objects.count() > 0, f"{run.match_count} matches told, other kept")
    page = office.staff.get(path("matches:run", pk=run.pk))
    require(str(run.company_count) in page.text, "the run's page does not tell the firms")
    return (
        f"{run.texts_done} texts read, {run.company_count} firms x {run.startup_count} startups, "
        f"{run.match_count} matches"
    )


def errors() -> str:
    return "; ".join(
        Job.objects.exclude(state=JobState.DONE)
        .exclude(last_error="")
        .values_list("last_error", flat=True)[:3]
    )


def explain(office: Office) -> str:
    """The parts add up to the score: stored, in the bars of a card, and on the pair's page."""
    matches = list(Match.objects.with_parties().order_by("?")[:LOOKED_AT])
    for match in matches:
        require(sum(match.parts.values()) == match.score * 10, f"match {match.pk}: parts are not the score")
        shown = sum(bar.counted for bar in explanation.bars(match))
        require(shown == explanation.whole_score(match), f"match {match.pk}: bars are not the score")
    for match in matches[:SEEN]:
        added_up(office.staff.get(path("matches:detail", pk=match.pk)), match)
    return f"parts of {len(matches)} matches add up exactly, and those on {SEEN} pages"


def added_up(page: Page, match: Match) -> None:
    """The table of the pair's page: a row for each part, and their sum at the foot."""
    rows = [row for row in page.parsed.rows if len(row) == 4]
    said = [row[2].split()[-1:] for row in rows]  # what a number rests on stands before it
    points = [Decimal(number) for each in said for number in each if number[-1].isdigit()]
    require(len(points) == len(SLICES) + 1, f"{page.url} shows {len(points)} rows of points")
    require(
        sum(points[:-1]) == points[-1] == match.score, f"{page.url}: {points} do not add up to {match.score}"
    )


def disclose(office: Office) -> str:
    """Staff tick the best of each firm's list, check, and disclose; the firms see them."""
    best = Match.objects.filter(rank_for_company__lte=BEST, status=MatchStatus.PROPOSED)
    chosen = list(best.order_by("rank_for_company", "pk").values_list("pk", flat=True)[:MOST])
    address = "&".join(f"match={pk}" for pk in chosen)
    office.staff.get(path("matches:staff"))
    office.staff.post(office.staff.get(f"{path('matches:disclose')}?{address}"))
    disclosed = Match.objects.filter(pk__in=chosen, status=MatchStatus.DISCLOSED)
    require(disclosed.count() == len(chosen), f"{disclosed.count()} of {len(chosen)} are disclosed")
    office.pairs = [
        pair(office, match) for match in different(disclosed.with_parties().order_by("-raw_score"))
    ]
    require(len(office.pairs) == PAIRS, f"only {len(office.pairs)} pairs have people on both sides")
    for each in office.pairs:
        page = each.firm.get(path("matches:list"))
        require(str(each.match.startup) in page.text, f"{page.url} does not show {each.match.startup}")
        added_up(each.firm.get(path("matches:detail", pk=each.match.pk)), each.match)
    return f"{len(chosen)} matches disclosed; {PAIRS} firms see theirs, explained"


def different(matches: Iterable[Match]) -> list[Match]:
    """Pairs that share neither firm nor startup and have somebody on both sides."""
    chosen, taken = list[Match](), set[int]()
    for match in matches:
        sides = {match.company_id, match.startup_id}
        if len(chosen) < PAIRS and not sides & taken and all(people(side) for side in sides):
            chosen.append(match)
            taken |= sides
    return chosen


def pair(office: Office, match: Match) -> Pair:
    firm, startup = (people(side)[0] for side in (match.company_id, match.startup_id))
    return Pair(match, office.browser_of(firm), office.browser_of(startup))


def people(organisation: int) -> list[User]:
    """Its members, the owner first."""
    return list(User.objects.filter(membership_row__organisation=organisation).order_by("pk"))

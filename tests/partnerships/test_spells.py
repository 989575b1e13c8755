"""The arithmetic of what stalls, by properties that hold for every history; and the picture that is drawn of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from partnerships.enums import OPEN_STAGES, PARTNERSHIP_TRANSITIONS, PartnershipStage
from partnerships.spells import MARGIN, STALLED_AFTER, WIDTH, Change, Stay, drawing, stalls, stays

NOW = datetime(2031, 6, 2, 3, tzinfo=UTC)
OPEN = [str(stage) for stage in OPEN_STAGES]


@st.composite
def histories(draw: st.DrawFn) -> list[Change]:
    """Of a few partnerships: each begins with exploring and goes where the table lets it go, later and later."""
    changes: list[Change] = []
    for key in range(1, draw(st.integers(0, 5)) + 1):
        at = NOW - timedelta(days=draw(st.integers(0, 2_000)), hours=draw(st.integers(0, 23)))
        stage = str(PartnershipStage.EXPLORING)
        while at <= NOW:
            changes.append((key, stage, at))
            stage = draw(st.sampled_from(sorted(PARTNERSHIP_TRANSITIONS[stage])))
            at += timedelta(hours=draw(st.integers(1, 24 * 200)))
    return changes


somebody = st.builds(
    Stay,
    partnership=st.integers(1, 30),
    stage=st.sampled_from(OPEN),
    days=st.integers(0, 3_000),
    goes_on=st.booleans(),
)


class TestStays:
    @given(changes=histories())
    def test_each_entry_of_an_open_stage_is_a_stay(self, changes: list[Change]) -> None:
        entered = [(key, stage) for key, stage, _at in changes if stage in OPEN]
        assert [(stay.partnership, stay.stage) for stay in stays(changes, NOW)] == entered

    @given(changes=histories())
    def test_a_partnership_is_in_one_stage_at_most(self, changes: list[Change]) -> None:
        going_on = [stay.partnership for stay in stays(changes, NOW) if stay.goes_on]
        assert len(going_on) == len(set(going_on))
        latest = {key: stage for key, stage, _at in changes}
        assert sorted(going_on) == sorted(key for key, stage in latest.items() if stage in OPEN)

    @given(changes=histories())
    def test_days_are_whole_and_never_negative(self, changes: list[Change]) -> None:
        assert all(stay.days >= 0 for stay in stays(changes, NOW))

    @given(changes=histories())
    def test_together_they_last_no_longer_than_the_partnership(self, changes: list[Change]) -> None:
        begun: dict[int, datetime] = {}
        for key, _stage, at in changes:
            begun.setdefault(key, at)
        for key, since in begun.items():
            spent = sum(stay.days for stay in stays(changes, NOW) if stay.partnership == key)
            assert spent <= (NOW - since).days

    @given(changes=histories(), later=st.integers(0, 400))
    def test_time_lengthens_only_what_goes_on(self, changes: list[Change], later: int) -> None:
        today, then = stays(changes, NOW), stays(changes, NOW + timedelta(days=later))
        for before, after in zip(today, then, strict=True):
            assert after.days - before.days == (later if before.goes_on else 0)

    def test_what_was_signed_or_ended_stays_nowhere(self) -> None:
        changes = [(1, "exploring", NOW - timedelta(days=9)), (1, "ended", NOW - timedelta(days=4))]
        assert stays(changes, NOW) == [Stay(1, "exploring", 5, goes_on=False)]
        assert stays([(1, "signed", NOW - timedelta(days=4))], NOW) == []

    def test_a_day_that_is_not_whole_does_not_count(self) -> None:
        changes = [(1, "exploring", NOW - timedelta(days=2, hours=23))]
        assert stays(changes, NOW) == [Stay(1, "exploring", 2, goes_on=True)]


class TestStalls:
    @given(found=st.lists(somebody, max_size=40))
    def test_every_stage_on_the_way_has_its_line_in_order(self, found: list[Stay]) -> None:
        assert [row.stage for row in stalls(found)] == OPEN

    @given(found=st.lists(somebody, max_size=40))
    def test_the_counts_come_to_all_of_them(self, found: list[Stay]) -> None:
        rows = stalls(found)
        assert sum(row.entered for row in rows) == len(found)
        assert sum(row.here for row in rows) == sum(stay.goes_on for stay in found)
        standing = [stay for stay in found if stay.goes_on and stay.days > STALLED_AFTER.days]
        assert sum(row.stalled for row in rows) == len(standing)

    @given(found=st.lists(somebody, max_size=40))
    def test_stalled_are_some_of_those_here_and_here_some_of_those_who_entered(
        self, found: list[Stay]
    ) -> None:
        assert all(row.stalled <= row.here <= row.entered for row in stalls(found))

    @given(found=st.lists(somebody, max_size=40))
    def test_the_median_is_that_of_the_days_and_no_more_than_the_longest(self, found: list[Stay]) -> None:
        for row in stalls(found):
            days = [stay.days for stay in found if stay.stage == row.stage]
            assert (row.median is None) == (row.longest is None) == (not days)
            if days and row.median is not None and row.longest is not None:
                assert abs(row.median - median(days)) <= 0.5
                assert min(days) <= row.median <= row.longest == max(days)

    @given(found=st.lists(somebody, max_size=40), only=st.sets(st.integers(1, 30)))
    def test_some_and_the_others_make_all(self, found: list[Stay], only: set[int]) -> None:
        others = {stay.partnership for stay in found} - only
        parts = zip(stalls(found, only), stalls(found, others), stalls(found), strict=True)
        for ours, theirs, both in parts:
            assert ours.entered + theirs.entered == both.entered
            assert ours.here + theirs.here == both.here
            assert ours.stalled + theirs.stalled == both.stalled
            assert max(ours.longest or 0, theirs.longest or 0) == (both.longest or 0)

    def test_sixty_days_are_not_yet_more_than_sixty(self) -> None:
        for days, stalled in ((60, 0), (61, 1)):
            assert stalls([Stay(1, "agreed", days, goes_on=True)])[1].stalled == stalled
        assert stalls([Stay(1, "agreed", 400, goes_on=False)])[1].stalled == 0


class TestThePicture:
    @given(found=st.lists(somebody, min_size=1, max_size=40))
    def test_nothing_is_drawn_off_the_page(self, found: list[Stay]) -> None:
        drawn = drawing(stalls(found))
        assert drawn is not None
        for bar in drawn.bars:
            assert 0 < bar.width <= WIDTH - MARGIN
            assert 0 <= bar.reach <= WIDTH - MARGIN
            assert 0 < bar.words < bar.bar < drawn.height
        assert 0 < drawn.limit <= WIDTH - MARGIN

    @given(found=st.lists(somebody, min_size=1, max_size=40))
    def test_longer_is_never_drawn_shorter(self, found: list[Stay]) -> None:
        drawn = drawing(stalls(found))
        assert drawn is not None
        by_days = sorted(drawn.bars, key=lambda bar: bar.longest)
        assert [bar.reach for bar in by_days] == sorted(bar.reach for bar in drawn.bars)

    @given(found=st.lists(somebody, min_size=1, max_size=40))
    def test_the_limit_is_passed_by_whoever_stayed_longer_than_sixty_days(self, found: list[Stay]) -> None:
        drawn = drawing(stalls(found))
        assert drawn is not None
        for bar in drawn.bars:
            if bar.longest > STALLED_AFTER.days:
                assert bar.reach >= drawn.limit
            if bar.longest < STALLED_AFTER.days:
                assert bar.reach <= drawn.limit

    @given(found=st.lists(somebody, min_size=1, max_size=40))
    def test_bars_stand_beneath_each_other_in_the_order_of_the_way(self, found: list[Stay]) -> None:
        drawn = drawing(stalls(found))
        assert drawn is not None
        assert [OPEN.index(bar.stage) for bar in drawn.bars] == sorted(
            OPEN.index(bar.stage) for bar in drawn.bars
        )
        tops = [bar.bar for bar in drawn.bars]
        assert all(after - before > 20 for before, after in pairwise(tops))

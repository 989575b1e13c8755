"""Every stage by every other, by everybody, by the actions and by the pages: what may be, and nothing else."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from matchmaking.core.enums import CooperationMode
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from partnerships import actions, rules
from partnerships.actions import NeedsMissing
from partnerships.enums import PARTNERSHIP_TRANSITIONS, EndReason, Need, PaperKind, PartnershipStage
from partnerships.models import Partnership
from partnerships.rules import NEEDS
from partnerships.standing import standing_of
from tests.conftest import Cast
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, path, words

pytestmark = pytest.mark.django_db
STAGES = [str(stage) for stage in PartnershipStage]
WAY = STAGES[:5]
PAIRS = list(product(STAGES, STAGES))
MODES = [str(mode) for mode in CooperationMode]
BYSTANDERS = [
    "company_owner",
    "company_member",
    "startup_owner",
    "startup_member",
    "other_company_owner",
    "other_startup_owner",
    "expert",
    "newcomer",
]


def at(cast: Cast, stage: str, mode: str = stories.JOINT) -> Partnership:
    """In that stage, with nothing that a later one needs."""
    begun = stories.begun(cast, mode=mode)
    more: dict[str, Any] = {"status": stage}
    if stage == "ended":
        more["end_reason"] = "terms"
    if stage == "signed":
        more["signed_at"] = stories.NOON
    Partnership.objects.filter(pk=begun.pk).update(**more)
    begun.refresh_from_db()
    return begun


def with_everything(cast: Cast, stage: str, mode: str = stories.JOINT) -> Partnership:
    stories.only_rule(before="agreed", modes=MODES)
    found = stories.begun(cast, mode=mode)
    for need in Need:
        stories.meet(found, need, cast.officer)
    made = {"ended": {"end_reason": "terms"}, "signed": {"signed_at": stories.NOON}}.get(stage, {})
    Partnership.objects.filter(pk=found.pk).update(status=stage, **made)
    found.refresh_from_db()
    return found


def kept(partnership: Partnership) -> str:
    return Partnership.objects.values_list("status", flat=True).get(pk=partnership.pk)


class TestByTheActions:
    @pytest.mark.parametrize(("stage", "to"), PAIRS)
    def test_with_everything_there_just_the_table_s_moves_are_made(
        self, cast: Cast, stage: str, to: str
    ) -> None:
        found = with_everything(cast, stage)
        deeds = AuditEvent.objects.count()
        if to in PARTNERSHIP_TRANSITIONS[stage]:
            _go(found, to, cast)
            assert kept(found) == to
            assert AuditEvent.objects.count() == deeds + 1
        else:
            with pytest.raises(TransitionNotAllowed):
                _go(found, to, cast)
            assert (kept(found), AuditEvent.objects.count()) == (stage, deeds)

    @pytest.mark.parametrize(("mode", "stage"), list(product(MODES, WAY[:4])))
    def test_with_nothing_there_no_stage_is_entered_and_nobody_is_told(
        self, cast: Cast, mode: str, stage: str
    ) -> None:
        stories.only_rule(before="agreed", modes=MODES)
        found = at(cast, stage, mode)
        notices = Notice.objects.count()
        to = rules.next_stage(stage)
        assert to is not None
        with pytest.raises(NeedsMissing) as refusal:
            actions.move_on(found, to, by=cast.officer)
        assert refusal.value.needs == list(NEEDS[mode][to])
        assert (kept(found), Notice.objects.count()) == (stage, notices)

    @pytest.mark.parametrize(
        ("mode", "to", "lacks"),
        [(mode, to, need) for mode in MODES for to in WAY[1:] for need in NEEDS[mode][to]],
    )
    def test_one_thing_that_lacks_is_enough(self, cast: Cast, mode: str, to: str, lacks: Need) -> None:
        stories.only_rule(before=to, modes=MODES)
        before = WAY[WAY.index(to) - 1]
        found = at(cast, before, mode)
        for need in NEEDS[mode][to]:
            if need != lacks:
                stories.meet(found, need, cast.officer)
        with pytest.raises(NeedsMissing) as refusal:
            actions.move_on(found, to, by=cast.officer)
        assert refusal.value.needs == [lacks]
        stories.meet(found, lacks, cast.officer)
        actions.move_on(found, to, by=cast.officer)
        assert kept(found) == to

    @pytest.mark.parametrize("stage", ["agreed", "proving", "negotiating"])
    def test_a_stage_back_keeps_all_that_was_recorded(self, cast: Cast, stage: str) -> None:
        found = with_everything(cast, stage)
        before = standing_of(found)
        to = rules.stage_before(stage)
        assert to is not None
        actions.move_on(found, to, by=cast.officer, reason="Not yet.")
        after = standing_of(found)
        assert (after.papers, after.has_step, after.has_amount) == (
            before.papers,
            before.has_step,
            before.has_amount,
        )
        actions.move_on(found, stage, by=cast.officer)
        assert kept(found) == stage

    @pytest.mark.parametrize("mode", MODES)
    @pytest.mark.parametrize("paper", list(PaperKind))
    def test_another_kind_s_paper_opens_no_stage(self, cast: Cast, mode: str, paper: PaperKind) -> None:
        """Proving needs a plan, a term sheet or a letter of intent: each kind of cooperation its own."""
        stories.only_rule(modes=MODES)
        found = at(cast, "agreed", mode)
        stories.meet(found, Need.AMOUNT, cast.officer)
        actions.add_paper(found, paper, stories.TODAY, by=cast.officer)
        own = {
            "joint_development": PaperKind.TEST_PLAN,
            "investment": PaperKind.TERM_SHEET,
            "acquisition": PaperKind.LETTER_OF_INTENT,
        }[mode]
        assert (rules.missing(standing_of(found), "proving") == []) == (paper == own)

    def test_a_stale_copy_moves_nothing(self, cast: Cast) -> None:
        found = with_everything(cast, "exploring")
        stale = Partnership.objects.get(pk=found.pk)
        actions.move_on(found, "agreed", by=cast.officer)
        with pytest.raises(TransitionNotAllowed):
            actions.move_on(stale, "agreed", by=cast.administrator)
        with pytest.raises(TransitionNotAllowed):
            actions.end(stale, EndReason.TERMS, by=cast.administrator)
        assert kept(found) == "agreed"

    def test_signed_anew_after_being_taken_up_again_the_new_day_counts(self, cast: Cast) -> None:
        found = with_everything(cast, "negotiating")
        actions.move_on(found, "signed", by=cast.officer, now=stories.NOON)
        actions.end(found, EndReason.COMPLETED, by=cast.officer)
        actions.take_up_again(found, by=cast.officer, reason="A second line.")
        later = stories.NOON.replace(year=2032)
        for to in WAY[1:]:
            actions.move_on(found, to, by=cast.officer, now=later)
        found.refresh_from_db()
        assert found.signed_at == later


def _go(found: Partnership, to: str, cast: Cast) -> None:
    """By the action that is for it: the end has one of its own, and so has taking up again."""
    if to == "ended":
        actions.end(found, EndReason.TERMS, by=cast.officer)
    elif found.status == "ended" and to == "exploring":
        actions.take_up_again(found, by=cast.officer, reason="So it is.")
    else:
        actions.move_on(found, to, by=cast.officer, reason="So it is.")


class TestByThePages:
    @pytest.mark.parametrize(("stage", "to"), PAIRS)
    def test_each_answers_as_the_table_says(self, cast: Cast, as_user: SignIn, stage: str, to: str) -> None:
        found, client = with_everything(cast, stage), as_user(cast.officer)
        url = path("end", pk=found.pk) if to == "ended" else path("move", pk=found.pk, to=to)
        sent = {"reason": "So it is.", "end_reason": "terms", "end_text": ""}
        allowed = to in PARTNERSHIP_TRANSITIONS[stage]
        assert client.get(url).status_code == (200 if allowed else 409)
        assert client.post(url, sent).status_code == (302 if allowed else 409)
        assert kept(found) == (to if allowed else stage)

    @pytest.mark.parametrize("person", BYSTANDERS)
    @pytest.mark.parametrize("stage", STAGES)
    def test_nobody_but_staff_moves_anything(
        self, cast: Cast, as_user: SignIn, stage: str, person: str
    ) -> None:
        found, client = with_everything(cast, stage), as_user(getattr(cast, person))
        sent = {"reason": "So it is.", "end_reason": "terms"}
        for to in WAY:
            assert client.post(path("move", pk=found.pk, to=to), sent).status_code == 404
        assert client.post(path("end", pk=found.pk), sent).status_code == 404
        assert kept(found) == stage

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("mode", MODES)
    @pytest.mark.parametrize("stage", WAY[:4])
    def test_what_lacks_is_named_in_words(
        self, cast: Cast, as_user: SignIn, stage: str, mode: str, language: str
    ) -> None:
        stories.only_rule(before="agreed", modes=MODES)
        found = at(cast, stage, mode)
        to = rules.next_stage(stage)
        assert to is not None
        answer = as_user(cast.officer).get(path("move", language=language, pk=found.pk, to=to))
        rows = answer.context["need_rows"]
        assert [row["tone"] for row in rows] == ["warn"] * len(NEEDS[mode][to])
        missing = {"en": "Missing", "ja": "未登録"}[language]
        assert [str(row["status"]) for row in rows] == [missing] * len(rows)
        assert all(str(row["label"]) in words(answer) for row in rows)

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("stage", STAGES)
    def test_each_stage_is_drawn_where_it_stands(
        self, cast: Cast, as_user: SignIn, stage: str, language: str
    ) -> None:
        found = at(cast, stage)
        steps = (
            as_user(cast.company_owner).get(path("detail", language=language, pk=found.pk)).context["steps"]
        )
        states = [step["state"] for step in steps]
        place = WAY.index(stage) if stage in WAY else -1
        assert states == {
            "ended": ["todo"] * 5,
            "signed": ["done"] * 5,
        }.get(stage, ["done"] * place + ["current"] + ["todo"] * (4 - place))

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_an_old_page_says_so_in_words(self, cast: Cast, as_user: SignIn, language: str) -> None:
        found = at(cast, "signed")
        answer = as_user(cast.officer).post(path("move", language=language, pk=found.pk, to="agreed"))
        assert answer.status_code == 409
        assert {"en": "Somebody was faster", "ja": "先に変更されています"}[language] in words(answer)

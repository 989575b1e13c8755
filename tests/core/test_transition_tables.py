"""Every state machine of the portal, found by itself: every state by every target, and what each table promises."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from itertools import product
from typing import Any

import pghistory.models
import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.enums import OrganisationStatus
from accounts.models import Organisation
from matchmaking.core.models import AuditEvent
from matchmaking.core.transitions import TransitionNotAllowed, allowed, move
from matchmaking.matches.actions import ensure_thesaurus, give_advice
from matchmaking.matches.enums import Rating, Side
from matchmaking.matches.models import Run, ShortlistDraft, ShortlistRule, Trial
from meetings import actions
from meetings.models import BoardStep, Timetable
from tests import factories
from tests.conftest import Cast
from tests.documents import documents
from tests.meetings import stories
from tests.partnerships import stories as partnerships
from tests.research import works
from tests.startups import decks

MACHINES = sorted(
    (model for model in apps.get_models() if "TRANSITIONS" in vars(model)),
    key=lambda model: model._meta.label,
)
NAMES = [model._meta.label for model in MACHINES]
LATER = timezone.now
# What a row needs so that the database takes it in any state.
COMPLETE: dict[str, Callable[[], dict[str, Any]]] = {
    "accounts.Invitation": lambda: {"accepted_by": factories.UserFactory(), "accepted_at": LATER()},
    "accounts.JoinRequest": lambda: {"answered_by": factories.UserFactory(), "answered_at": LATER()},
    "accounts.DeletionRequest": lambda: {"answered_by": factories.UserFactory(), "answered_at": LATER()},
    "accounts.Organisation": lambda: {"published_at": LATER(), "return_reason": "Tell us more."},
    "accounts.Review": lambda: {
        "decided_at": LATER(),
        "decided_by": factories.OfficerFactory(),
        "decline_proposed_by": factories.OfficerFactory(),
        "decline_reason": "other",
        "text": "Not yet.",
    },
    "matches.CapabilityEntry": lambda: {"merged_into": "solar_om"},
    "matches.Match": lambda: {
        "disclosed_at": LATER(),
        "dismissed_at": LATER(),
        "dismissed_by": "staff",
        "dismiss_reason": "terms",
    },
    "matches.Run": lambda: {"finished_at": LATER()},
    "matches.ScoringPolicy": lambda: {"in_force_since": LATER()},
    "matches.ShortlistDraft": dict,
    "matches.ThesaurusVersion": lambda: {"in_force_since": LATER()},
    "matches.Trial": lambda: {"outcome": {}},
    "meetings.BoardStep": dict,
    "meetings.MeetingRequest": lambda: {"decline_reason": "terms"},
    "meetings.Proposal": dict,
    "meetings.Round": dict,
    "meetings.Timetable": lambda: {"bound": 1.0, "objective": 1.0},
    "research.AdviceRequest": lambda: {
        "decline_reason": "time",
        "advice": give_advice(
            factories.StartupFactory(), rating=Rating.FAIR, reasons="Seen.", by=factories.UserFactory()
        ),
    },
    "research.Commission": lambda: {
        "expert": factories.ExpertFactory(),
        "due": LATER().date(),
        "assigned_at": LATER(),
        "delivered_at": LATER(),
        "published_at": LATER(),
        "end_reason": "No budget.",
    },
    "partnerships.GateCheck": lambda: {"decided_on": LATER().date()},
    "partnerships.FollowUp": lambda: {"settled_at": LATER(), "decision": "Both looked again."},
    "partnerships.Partnership": lambda: {"end_reason": "terms", "signed_at": LATER()},
    "startups.Deck": lambda: {
        "refusal": "damaged",
        "pages": 1,
        "image_width": 1600,
        "image_height": 900,
        "ready_at": LATER(),
    },
    "documents.DocumentFile": lambda: {
        "refusal": "damaged",
        "pages": 1,
        "image_width": 1600,
        "image_height": 900,
        "ready_at": LATER(),
    },
}
START = {
    "accounts.Invitation": {"open"},
    "accounts.JoinRequest": {"asked"},
    "accounts.DeletionRequest": {"waiting"},
    "accounts.Review": {"waiting"},
    "accounts.Organisation": {"draft"},
    "matches.CapabilityEntry": {"active"},
    "matches.Match": {"proposed"},
    "matches.ScoringPolicy": {"draft"},
    "matches.ShortlistDraft": {"computing"},
    "matches.ThesaurusVersion": {"draft"},
    "matches.Trial": {"queued"},
    "matches.Run": {"queued"},
    "meetings.BoardStep": {"done"},
    "meetings.MeetingRequest": {"requested"},
    "meetings.Proposal": {"open"},
    "meetings.Round": {"collecting"},
    "meetings.Timetable": {"waiting"},
    "research.AdviceRequest": {"asked"},
    "research.Commission": {"requested"},
    "partnerships.GateCheck": {"open"},
    "partnerships.FollowUp": {"asked"},
    "partnerships.Partnership": {"exploring"},
    "startups.Deck": {"received"},
    "documents.DocumentFile": {"received"},
}
END = {
    "accounts.Invitation": {"accepted", "revoked"},
    "accounts.JoinRequest": {"admitted", "refused"},
    "accounts.DeletionRequest": {"taken_back", "carried_out"},
    "accounts.Organisation": {"erased"},
    "accounts.Review": {"taken_back", "reversed"},
    "matches.CapabilityEntry": set(),
    "matches.Match": set(),
    "matches.Run": {"done", "failed", "cancelled"},
    "matches.ScoringPolicy": {"retired", "discarded"},
    "matches.ShortlistDraft": {"disclosed", "discarded"},
    "matches.ThesaurusVersion": {"superseded"},
    "matches.Trial": {"done", "failed", "cancelled"},
    "meetings.BoardStep": {"dropped"},
    "meetings.MeetingRequest": {"declined", "withdrawn", "lapsed", "cancelled"},
    "meetings.Proposal": {"agreed", "replaced", "refused", "lapsed", "taken_back", "ended"},
    "meetings.Round": {"held"},
    "meetings.Timetable": {"discarded", "failed"},
    "research.AdviceRequest": {"given", "declined", "taken_back"},
    "research.Commission": {"published", "cancelled"},
    "partnerships.GateCheck": set(),
    "partnerships.FollowUp": set(),
    "partnerships.Partnership": set(),
    "startups.Deck": {"refused", "replaced", "deleted"},
    "documents.DocumentFile": {"refused", "replaced", "deleted"},
}


def a_check(cast: Cast) -> Model:
    partnerships.only_rule()
    return partnerships.begun(cast).checks.get()


def example(label: str, cast: Cast) -> Model:
    match = stories.match_of(cast.company, cast.startup)
    makers: dict[str, Callable[[], Model]] = {
        "accounts.Invitation": factories.InvitationFactory,
        "accounts.JoinRequest": factories.JoinRequestFactory,
        "accounts.Review": factories.ReviewFactory,
        "accounts.DeletionRequest": factories.DeletionRequestFactory,
        "accounts.Organisation": lambda: cast.company.organisation,
        "matches.CapabilityEntry": lambda: ensure_thesaurus().entries.get(key="solar_dev"),
        "matches.Match": lambda: match,
        "matches.Run": lambda: Run.objects.create(policy=match.policy),
        "matches.ScoringPolicy": lambda: match.policy,
        "matches.ShortlistDraft": lambda: ShortlistDraft.objects.create(
            rule=ShortlistRule.objects.create(), started_by=cast.officer
        ),
        "matches.ThesaurusVersion": ensure_thesaurus,
        "matches.Trial": lambda: Trial.objects.create(
            policy=match.policy, against=match.policy, weights={}, started_by=cast.administrator
        ),
        "meetings.BoardStep": lambda: BoardStep.objects.get(
            timetable=stories.placed(
                stories.a_round(cast.officer, stories.pairs(1, cast.officer)), cast.officer
            )
        ),
        "meetings.MeetingRequest": lambda: stories.asked(match, cast.company_owner),
        "meetings.Proposal": lambda: actions.propose(
            stories.asked(match, cast.company_owner),
            Side.STARTUP,
            actions.Terms(60, "en", interpreter_wanted=False),
            by=cast.startup_owner,
        ),
        "meetings.Round": lambda: stories.a_round(cast.officer),
        "meetings.Timetable": lambda: Timetable.objects.create(
            round=stories.a_round(cast.officer), version=1, created_by=cast.officer
        ),
        "research.AdviceRequest": lambda: works.advice_asked(cast.startup, cast.expert, cast.officer),
        "research.Commission": lambda: works.asked(match, cast.company_owner),
        "partnerships.GateCheck": lambda: a_check(cast),
        "partnerships.FollowUp": lambda: partnerships.follow_up_of(partnerships.begun(cast)),
        "partnerships.Partnership": lambda: partnerships.begun(cast),
        "startups.Deck": lambda: decks.sent(cast.startup, cast.startup_owner),
        "documents.DocumentFile": lambda: documents.sent(documents.opened(cast), cast.officer),
    }
    return makers[label]()


def states_of(model: type[Model]) -> set[str]:
    return {value for value, _label in model._meta.get_field("status").choices}


def test_the_machines_are_those_that_are_described_here() -> None:
    assert set(NAMES) == set(COMPLETE) == set(START) == set(END)


@pytest.mark.parametrize("model", MACHINES, ids=NAMES)
def test_a_table_mentions_every_state_and_no_other(model: type[Model]) -> None:
    table, states = model.TRANSITIONS, states_of(model)
    assert set(table) == states
    assert {target for targets in table.values() for target in targets} <= states
    assert [state for state in table if state in table[state]] == []


@pytest.mark.parametrize("model", MACHINES, ids=NAMES)
def test_every_state_can_be_reached_from_the_start(model: type[Model]) -> None:
    reached = set(START[model._meta.label])
    assert reached == {model._meta.get_field("status").default}
    while more := {to for state in reached for to in model.TRANSITIONS[state]} - reached:
        reached |= more
    assert reached == states_of(model)


@pytest.mark.parametrize("model", MACHINES, ids=NAMES)
def test_the_states_that_lead_nowhere_are_those_meant_to(model: type[Model]) -> None:
    assert {state for state, targets in model.TRANSITIONS.items() if not targets} == END[model._meta.label]


@pytest.mark.parametrize("model", MACHINES, ids=NAMES)
def test_the_states_are_told_in_business_words(model: type[Model]) -> None:
    """The docstring says what happens, and the database knows the same states."""
    assert inspect.getdoc(model).count("*") >= 2 or "Prepared" in inspect.getdoc(model)
    longest = max(len(state) for state in states_of(model))
    assert model._meta.get_field("status").max_length >= longest


WITH_STATES = [
    model
    for model in apps.get_models()
    if any(each.name == "status" and each.choices for each in model._meta.local_fields)
    and not model.__module__.startswith("post_office")
    and not issubclass(model, pghistory.models.Event)  # the history keeps what was, whatever it was called
]


@pytest.mark.parametrize("model", WITH_STATES, ids=[model._meta.label for model in WITH_STATES])
def test_the_database_refuses_a_state_that_nobody_knows(model: type[Model]) -> None:
    conditions = [
        each.condition for each in model._meta.constraints if isinstance(each, models.CheckConstraint)
    ]
    choices = [value for value, _label in model._meta.get_field("status").choices]
    assert models.Q(status__in=choices) in conditions


@pytest.mark.django_db
@pytest.mark.parametrize("model", MACHINES, ids=NAMES)
def test_every_state_by_every_target(model: type[Model], cast: Cast) -> None:
    """What the table allows happens, with one audit row; everything else is refused and leaves nothing."""
    target = example(model._meta.label, cast)
    row = type(target)._default_manager.filter(pk=target.pk)
    complete = COMPLETE[model._meta.label]()
    for before, to in product(sorted(states_of(model)), repeat=2):
        row.update(status=before, **complete)
        target.refresh_from_db()
        trail, wanted = AuditEvent.objects.count(), to in model.TRANSITIONS[before]
        assert allowed(target, to) is wanted
        if wanted:
            move(target, to, by=cast.officer, reason="because")
        else:
            with pytest.raises(TransitionNotAllowed), transaction.atomic():
                move(target, to, by=cast.officer)
        after = to if wanted else before
        assert (target.status, row.get().status) == (after, after), (before, to)
        assert AuditEvent.objects.count() - trail == wanted
        if wanted:
            event = AuditEvent.objects.first()
            assert event.action == f"{model._meta.model_name}.{to}"
            assert (event.actor_id, event.target_type) == (cast.officer.pk, model._meta.label_lower)
            assert event.detail == {"before": before, "reason": "because"}


@pytest.fixture
def organisation() -> Organisation:
    return factories.CompanyFactory(organisation__status=OrganisationStatus.SUBMITTED).organisation


@pytest.mark.django_db
@pytest.mark.parametrize("to", ["", "unknown", "PUBLISHED", "draft "])
def test_a_state_that_is_none_is_refused(organisation: Organisation, to: str) -> None:
    with pytest.raises(TransitionNotAllowed):
        move(organisation, to, by=None)
    organisation.refresh_from_db()
    assert (organisation.status, AuditEvent.objects.count()) == (OrganisationStatus.SUBMITTED, 0)


@pytest.mark.django_db
def test_an_object_in_a_state_that_no_table_knows_goes_nowhere(organisation: Organisation) -> None:
    organisation.status = "of_tomorrow"
    assert not any(allowed(organisation, to) for to in OrganisationStatus)


@pytest.mark.django_db
def test_changes_are_set_in_the_statement_of_the_state(
    organisation: Organisation, django_assert_num_queries: Any
) -> None:
    """One update, one audit row, and the savepoint around them."""
    with django_assert_num_queries(4):
        move(organisation, OrganisationStatus.RETURNED, by=None, return_reason="Add the size", city="長岡市")
    stored = Organisation.objects.get(pk=organisation.pk)
    for seen in (organisation, stored):
        assert (seen.status, seen.return_reason, seen.city) == ("returned", "Add the size", "長岡市")


@pytest.mark.django_db
def test_when_the_database_refuses_a_change_nothing_has_happened(organisation: Organisation) -> None:
    with pytest.raises(Exception, match="organisation_returned_has_reason"), transaction.atomic():
        move(organisation, OrganisationStatus.RETURNED, by=None, return_reason="", city="Nowhere")
    assert organisation.status == OrganisationStatus.SUBMITTED
    organisation.refresh_from_db()
    assert (organisation.status, organisation.city) == (OrganisationStatus.SUBMITTED, "長岡市")
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db
def test_the_object_keeps_its_old_values_when_somebody_was_faster(organisation: Organisation) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(status=OrganisationStatus.DRAFT)
    with pytest.raises(TransitionNotAllowed) as refusal:
        move(organisation, OrganisationStatus.RETURNED, by=None, return_reason="late")
    assert (organisation.status, organisation.return_reason) == (OrganisationStatus.SUBMITTED, "")
    assert (refusal.value.target, refusal.value.to) == (organisation, OrganisationStatus.RETURNED)
    assert str(refusal.value) == f"accounts.Organisation {organisation.pk} may not become returned"


@pytest.mark.django_db
def test_what_is_gone_does_not_move(organisation: Organisation) -> None:
    organisation.pk = 987_654_321
    with pytest.raises(TransitionNotAllowed):
        move(organisation, OrganisationStatus.PUBLISHED, by=None, published_at=timezone.now())
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db
def test_a_move_touches_no_other_row(organisation: Organisation) -> None:
    other = factories.CompanyFactory(organisation__status=OrganisationStatus.SUBMITTED).organisation
    move(organisation, OrganisationStatus.PUBLISHED, by=None, published_at=timezone.now())
    other.refresh_from_db()
    assert other.status == OrganisationStatus.SUBMITTED

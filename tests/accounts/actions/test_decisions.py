"""What becomes of an application: every state by every deed, who is told, and what stays as it was."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from post_office.models import Email

from accounts import actions
from accounts.enums import ReviewStatus
from accounts.models import Organisation, Remark, Review
from accounts.reviewing.versions import ProfileChanged
from companies.actions import add_challenge, change_challenge, change_company
from matchmaking.core import notices
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from tests import factories
from tests.accounts import review_stories as stories

pytestmark = pytest.mark.django_db
R = ReviewStatus


@pytest.fixture
def officer():
    return factories.OfficerFactory(name="Soma")


@pytest.fixture
def second():
    return factories.OfficerFactory(name="Suzuki", language="ja")


DEEDS = {
    "approve": (
        {R.WAITING: R.APPROVED},
        lambda review, by: actions.approve(review, seen=stories.seen(review), by=by),
    ),
    "ask": (
        {R.WAITING: R.RETURNED},
        stories.returned,
    ),
    "propose": (
        {R.WAITING: R.DECLINE_PROPOSED},
        stories.decline_proposed,
    ),
    "confirm": (
        {R.DECLINE_PROPOSED: R.DECLINED},
        lambda review, by: actions.confirm_decline(review, seen=stories.seen(review), by=by),
    ),
    "refuse": (
        {R.DECLINE_PROPOSED: R.WAITING},
        lambda review, by: actions.refuse_decline(review, reason="Not yet.", by=by),
    ),
    "take_back": (
        {R.WAITING: R.TAKEN_BACK, R.DECLINE_PROPOSED: R.TAKEN_BACK},
        lambda review, by: actions.take_back(review, by=by),
    ),
    "reverse": (
        {R.APPROVED: R.REVERSED, R.RETURNED: R.REVERSED, R.DECLINED: R.REVERSED},
        lambda review, by: actions.reverse(review, reason="A mistake.", by=by),
    ),
}
ORGANISATION_AFTER = {
    R.WAITING: "submitted",
    R.DECLINE_PROPOSED: "submitted",
    R.APPROVED: "published",
    R.RETURNED: "returned",
    R.DECLINED: "declined",
    R.TAKEN_BACK: "draft",
    R.REVERSED: "submitted",
}


@pytest.mark.parametrize("kind", ["company", "startup"])
@pytest.mark.parametrize("before", list(R))
@pytest.mark.parametrize("deed", list(DEEDS))
def test_every_state_by_every_deed(officer, second, deed, before, kind):
    review = stories.in_state(before, officer, second, kind)
    Review.objects.filter(pk=review.pk).update(
        checks=list(
            review._meta.get_field("checks").base_field.choices
            and [value for value, _label in review._meta.get_field("checks").base_field.choices]
        )
    )
    third = factories.OfficerFactory()
    to, do = DEEDS[deed]
    if before in to:
        do(review, third)
        expected = to[before]
    else:
        with pytest.raises(TransitionNotAllowed):
            do(review, third)
        expected = before
    review = stories.fresh(review)
    assert (review.status, review.organisation.status) == (expected, ORGANISATION_AFTER[expected])
    assert Review.objects.open().filter(organisation=review.organisation).count() == (
        expected in (R.WAITING, R.DECLINE_PROPOSED, R.REVERSED)
    )


def test_an_application_has_a_term_in_working_days_of_the_office(settings):
    settings.REVIEW_WORKING_DAYS = 3
    review = stories.applied()
    assert (review.due_on - review.asked_at.date()).days >= 3
    assert review.status == R.WAITING


def test_approving_needs_every_check_of_the_kind(officer):
    for kind, needed in (("company", 4), ("startup", 5)):
        review = stories.applied(kind)
        with pytest.raises(ValidationError, match="Tick all checks"):
            actions.approve(review, seen=stories.seen(review), by=officer)
        actions.tick(
            review, ["existence", "eligibility", "field", "deck", "personal_data", "mood"], by=officer
        )
        assert len(stories.fresh(review).checks) == needed
        actions.approve(review, seen=stories.seen(review), by=officer)
        assert stories.fresh(review).decided_by == officer


WORDS = {
    ("approved", "en"): ("Your profile has been approved", "now takes part in the matching"),
    ("approved", "ja"): ("プロフィールが承認されました", "マッチングの対象になりました"),
    ("returned", "en"): ("Your profile needs a correction", "“人数は？ How many?”"),
    ("returned", "ja"): ("プロフィールの修正をお願いします", "「人数は？ How many?」"),
    ("declined", "en"): ("Your application has been declined", "“Too small for now.”"),
    ("declined", "ja"): ("申請の見送りについてお知らせします", "「Too small for now.」"),
    ("reversed", "en"): ("Your profile is being reviewed again", "“Wrong firm.”"),
    ("reversed", "ja"): ("プロフィールを改めて審査しています", "「Wrong firm.」"),
}


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("kind", ["company", "startup"])
@pytest.mark.parametrize("decision", ["approved", "returned", "declined", "reversed"])
def test_exactly_the_active_members_are_told_in_their_language_by_mail_too(
    officer, second, decision, kind, language
):
    review = stories.applied(kind)
    review.asked_by.language = language
    review.asked_by.save()
    factories.MembershipFactory(organisation=review.organisation, user__is_active=False)
    if decision == "reversed":
        stories.approved(review, officer)
    Notice.objects.all().delete()
    Email.objects.all().delete()
    ways = {
        "approved": lambda: stories.approved(review, officer),
        "returned": lambda: stories.returned(review, officer, text="人数は？ How many?"),
        "declined": lambda: stories.declined(review, second, officer),
        "reversed": lambda: actions.reverse(review, reason="Wrong firm.", by=officer),
    }
    ways[decision]()
    told = Notice.objects.get(recipient=review.asked_by)
    assert Notice.objects.exclude(recipient__staff_role="officer").count() == 1
    subject, part = WORDS[decision, language]
    mail = Email.objects.get(to=[review.asked_by.email])
    with translation.override(language):
        assert notices.subject(told) == mail.subject == subject
        assert part in notices.body(told)
        assert part in mail.message


def test_a_proposed_decline_asks_the_other_officers_and_the_applicant_hears_nothing(officer, second):
    review = stories.applied()
    Notice.objects.all().delete()
    stories.decline_proposed(review, officer)
    [notice] = Notice.objects.all()
    assert (notice.recipient, notice.link_kwargs) == (second, {"pk": review.pk})
    with translation.override("ja"):
        assert "見送り" in notices.subject(notice)
        assert Email.objects.get().subject == notices.subject(notice)


def test_nobody_declines_alone(officer, second):
    review = stories.decline_proposed(stories.applied(), officer)
    with pytest.raises(ValidationError, match="second person"):
        actions.confirm_decline(review, seen=stories.seen(review), by=officer)
    assert stories.fresh(review).status == R.DECLINE_PROPOSED
    actions.confirm_decline(review, seen=stories.seen(review), by=second)
    review = stories.fresh(review)
    assert (review.decided_by, review.decline_proposed_by) == (second, officer)


def test_a_decline_that_is_refused_leaves_no_trace_of_its_words(officer, second):
    review = stories.decline_proposed(stories.applied(), officer)
    actions.refuse_decline(review, reason="It meets the rule.", by=second)
    review = stories.fresh(review)
    assert (review.status, review.text, review.decline_reason, review.decline_proposed_by) == (
        R.WAITING,
        "",
        "",
        None,
    )
    told = Notice.objects.filter(event="decline_refused").get()
    assert (told.recipient, told.params["reason"]) == (officer, "It meets the rule.")


def test_what_to_correct_is_kept_by_field_and_seen_to_when_sent_in_again(officer):
    review = stories.applied()
    stories.returned(review, officer, text="Two things.", organisation__name_en="As registered.")
    organisation = stories.fresh(review).organisation
    assert organisation.return_reason == "Two things.\nAs registered."
    [remark] = Remark.objects.to_correct(organisation)
    assert (remark.subject, remark.text) == ("organisation.name_en", "As registered.")
    again = actions.submit(organisation, by=review.asked_by)
    assert list(Remark.objects.to_correct(organisation)) == []
    assert (again.status, organisation.return_reason) == (R.WAITING, "")


def test_reversing_takes_the_profile_out_of_the_matching_and_opens_a_new_review(officer, second):
    review = stories.approved(stories.applied(), officer)
    jobs = Job.objects.count()
    fresh = actions.reverse(review, reason="Wrong firm.", by=second)
    assert (fresh.status, fresh.reverses, fresh.checks) == (R.WAITING, review, [])
    assert stories.fresh(review.organisation).status == "submitted"
    assert Job.objects.count() == jobs + 1
    told = Notice.objects.filter(event="review_reopened").get()
    assert (told.recipient, told.link_kwargs) == (officer, {"pk": fresh.pk})
    with pytest.raises(TransitionNotAllowed):
        actions.reverse(stories.fresh(review), reason="Twice.", by=second)


def test_an_older_decision_and_one_that_was_overtaken_cannot_be_reversed(officer, second):
    review = stories.returned(stories.applied(), officer)
    again = actions.submit(stories.fresh(review.organisation), by=None)
    with pytest.raises(TransitionNotAllowed):
        actions.reverse(stories.fresh(review), reason="Late.", by=second)
    stories.approved(again, officer)
    actions.suspend(stories.fresh(review.organisation), reason="Closed.", by=officer)
    assert not actions.may_reverse(stories.fresh(again))
    with pytest.raises(TransitionNotAllowed):
        actions.reverse(stories.fresh(again), reason="Late.", by=second)


# --- the profile changes while somebody looks -------------------------------------------------------------------

EDITS = {
    "a field of the firm": lambda firm, by: change_company(firm, {}, {"employees": 500}, by=by),
    "a field of the organisation": lambda firm, by: change_company(firm, {"city": "燕市"}, {}, by=by),
    "a challenge": lambda firm, by: change_challenge(firm.challenges.get(), {"text": "別の課題"}, by=by),
    "a new challenge": lambda firm, by: add_challenge(
        firm, {"title": "新しい課題", "text": "x", "field": "retail"}, by=by
    ),
}


@pytest.mark.parametrize("edit", list(EDITS))
@pytest.mark.parametrize("decision", ["approve", "ask", "propose"])
def test_what_the_reviewer_has_not_seen_is_not_decided_about(officer, edit, decision):
    review = stories.applied()
    actions.tick(review, ["existence", "eligibility", "field", "personal_data"], by=officer)
    seen = stories.seen(review)
    EDITS[edit](review.organisation.company, review.asked_by)
    trail = AuditEvent.objects.count()
    deeds = {
        "approve": lambda: actions.approve(review, seen=seen, by=officer),
        "ask": lambda: actions.ask_for_changes(review, remarks={}, text="x", told="x", seen=seen, by=officer),
        "propose": lambda: actions.propose_decline(review, reason="other", text="x", seen=seen, by=officer),
    }
    with pytest.raises(ProfileChanged) as refusal:
        deeds[decision]()
    assert len(refusal.value.changes) == 1
    assert (stories.fresh(review).status, AuditEvent.objects.count()) == (R.WAITING, trail)


def test_an_edit_that_was_undone_by_its_author_counts_as_one(officer):
    """Two edits were made: the reviewer reads both, although the profile says again what it said."""
    review = stories.applied()
    seen = stories.seen(review)
    for number in (500, 420):
        change_company(review.organisation.company, {}, {"employees": number}, by=review.asked_by)
    with pytest.raises(ProfileChanged) as refusal:
        actions.propose_decline(review, reason="other", text="x", seen=seen, by=officer)
    assert len(refusal.value.changes) == 2


def test_states_and_stamps_are_no_edits(officer, second):
    review = stories.applied()
    seen = stories.seen(review)
    actions.propose_decline(review, reason="other", text="x", seen=seen, by=officer)
    actions.refuse_decline(review, reason="No.", by=second)
    actions.assign(review, to=second, by=officer)
    actions.tick(review, ["existence", "eligibility", "field", "personal_data"], by=officer)
    actions.approve(review, seen=seen, by=officer)
    assert stories.fresh(review).version == seen


# --- changes of identity ----------------------------------------------------------------------------------------


def test_an_approved_identity_is_in_force_and_its_reversal_brings_the_old_one_back(officer, second):
    review = stories.identity_proposed(second)
    old = review.organisation.name
    stories.approved(review, officer)
    organisation = stories.fresh(review.organisation)
    assert (organisation.name, organisation.status) == ("新北浜食品株式会社", "published")
    fresh = actions.reverse(stories.fresh(review), reason="Wrong papers.", by=second)
    organisation.refresh_from_db()
    assert (organisation.name, organisation.status) == (old, "published")
    assert (fresh.kind, fresh.identity) == ("identity", review.identity)


@pytest.mark.parametrize("decision", ["returned", "declined", "taken_back"])
def test_an_identity_that_is_not_approved_leaves_the_old_one(officer, second, decision):
    review = stories.identity_proposed(second)
    old = review.organisation.name
    ways = {
        "returned": lambda: stories.returned(review, officer),
        "declined": lambda: stories.declined(review, officer, second),
        "taken_back": lambda: actions.take_back(review, by=second),
    }
    ways[decision]()
    organisation = stories.fresh(review.organisation)
    assert (organisation.name, organisation.status) == (old, "published")
    assert stories.fresh(review).status == decision


def test_a_proposal_that_changed_meanwhile_is_not_decided_about(officer):
    review = stories.identity_proposed(officer)
    actions.tick(review, ["existence", "eligibility"], by=officer)
    seen = stories.seen(review)
    actions.propose_identity(review.organisation, {"organisation": {"name": "別の名前"}}, by=officer)
    with pytest.raises(ProfileChanged):
        actions.approve(review, seen=seen, by=officer)


# --- imports ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "expected"),
    [("submitted", "waiting"), ("published", "approved"), ("returned", "returned"), ("suspended", "approved"),
     ("draft", None), ("declined", None)],
)  # fmt: skip
def test_an_organisation_that_is_imported_in_a_state_has_the_review_that_led_there(officer, status, expected):
    values = {
        "name": "Alpha",
        "country": "SG",
        "fields": ["retail"],
        "modes": ["investment"],
        "languages": ["en"],
    }
    made = actions.create_organisation("startup", values, status=status, by=officer, reason="Why.")
    reviews = list(made.reviews.values_list("status", "text"))
    text = "Why." if expected == "returned" else ""
    assert reviews == ([(expected, text)] if expected else [])
    assert Organisation.objects.get().status == status

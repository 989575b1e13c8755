"""One of everything, owned by the cast: what the suites over all addresses walk through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.usersessions.models import UserSession
from django.apps import apps
from post_office.models import Email

from accounts.models import DeletionRequest, Invitation, JoinRequest, Review
from companies.models import Challenge
from documents.models import Document
from matchmaking.core.models import Notice
from matchmaking.core.notices import Event, notify
from matchmaking.matches.actions import (
    draft_policy,
    ensure_policy,
    gather_shortlists,
    open_draft,
    start_shortlists,
    work_out_shortlists,
)
from matchmaking.matches.engine.policy import load_policy
from matchmaking.matches.enums import MatchStatus, RunStatus, TrialStatus
from matchmaking.matches.models import (
    EvaluationSet,
    Match,
    Run,
    ScoringPolicy,
    ShortlistDraft,
    Trial,
    TrialList,
)
from matchmaking.matches.policies.trial_figures import Lists, Traits, compare
from meetings.models import Closure, DayHours, Meeting, MeetingRequest, Misfit, Placement, Round
from partnerships import actions as partnership_actions
from partnerships.enums import PaperKind
from partnerships.models import Partnership
from research import actions as research
from research.models import AdviceRequest, Commission, Conflict
from tests import factories
from tests.conftest import Cast
from tests.documents import documents
from tests.meetings import stories
from tests.partnerships import stories as partnerships
from tests.research import works
from tests.startups import decks

COMPANY_CANARY = "canary-of-the-cast-firm"
OTHER_CANARY = "canary-of-another-firm"


@dataclass(frozen=True)
class World:
    """Objects of the pair `company` × `startup`, and staff affairs."""

    cast: Cast
    match: Match
    meeting: Meeting
    proposed: Match
    round: Round
    placement: Placement
    run: Run
    policy_draft: ScoringPolicy
    trial: Trial
    challenge: Challenge
    notice: Notice
    email: Email
    review: Review
    invitation: Invitation
    join_request: JoinRequest
    ownerless: JoinRequest
    deletion: DeletionRequest
    session: UserSession
    draft: ShortlistDraft
    commission: Commission
    days_off: Closure
    closure: Closure
    day_hours: DayHours
    misfit: Misfit
    partnership: Partnership
    published: Commission
    advice_asked: AdviceRequest
    conflict: Conflict
    document: Document

    def key(self, name: str, parameter: str) -> Any:
        """What an address of that name takes for the parameter."""
        namespace, page = name.split(":")
        by_name = {
            "companies:consent_withdraw": "SG",
            "core:notice_open": self.notice.pk,
            "core:mail_detail": self.email.pk,
            "accounts:session_end": self.session.pk,
            "accounts:invitation": "the-secret-of-a-mail",
            "meetings:feed": "the-secret-of-a-calendar",
            "accounts:invitation_renew": self.invitation.pk,
            "accounts:invitation_revoke": self.invitation.pk,
            "accounts:join_admit": self.join_request.pk,
            "accounts:join_refuse": self.join_request.pk,
            "accounts:join_request_admit": self.ownerless.pk,
            "accounts:join_request_decline": self.ownerless.pk,
            "accounts:member_role": self.cast.company_member.membership.pk,
            "accounts:member_remove": self.cast.company_member.membership.pk,
            "accounts:staff_end": self.cast.officer.pk,
            "accounts:deletion": self.deletion.pk,
            "companies:challenge_edit": self.challenge.pk,
            "matches:confirm_challenge": self.challenge.pk,
            "companies:challenge_later": self.challenge.pk,
            "companies:step": "company",
            "companies:step_later": "company",
            "startups:step": "startup",
            "startups:concreteness": "pitch",
            "startups:step_later": "startup",
            "matches:run": self.run.pk,
            "research:expert": self.cast.expert.pk,
            "research:take_back_conflict": self.conflict.pk,
            "matches:run_progress": self.run.pk,
            "matches:run_cancel": self.run.pk,
            "meetings:interpreter_edit": self.round.interpreters.get().pk,
            "meetings:days_off_remove": self.days_off.pk,
            "meetings:closure_edit": self.closure.pk,
            "meetings:closure_remove": self.closure.pk,
            "meetings:day_hours_remove": self.day_hours.pk,
            "meetings:misfit_keep": self.misfit.pk,
            "meetings:misfit_ask": self.misfit.pk,
        }
        by_page = dict.fromkeys(("placement", "move", "lock", "unlock", "ask_times"), self.placement.pk)
        by_page |= dict.fromkeys(
            ("repair", "repair_start", "repair_check", "repair_discard"), self.meeting.round_id
        )
        by_page |= dict.fromkeys(
            ("round", "round_edit", "interpreter_hours", "collect", "place", "progress", "publish", "availability",
             "availability_usual", "availability_none", "history", "undo", "redo", "unplaced",
             "answers", "availability_for"), self.round.pk,
        )  # fmt: skip
        of_advice = ("assess", "decline_advice", "take_back_advice")
        by_name |= {f"research:{each}": self.advice_asked.pk for each in of_advice}
        by_name |= dict.fromkeys(
            ("research:version", "research:version_word", "research:own_word"), self.published.pk
        )
        if page.startswith("delivered_"):
            by_name[name] = self.published.versions.get().files.get().pk
        by_namespace = {
            "accounts": self.cast.company.pk,
            "companies": self.cast.company.pk,
            "startups": self.cast.startup.pk,
            "matches": self.match.pk,
            "research": self.commission.pk,
            "documents": self.document.pk,
        }
        by_parameter = {
            "match_pk": self.match.pk,
            "interpreter_pk": self.round.interpreters.get().pk,
            "organisation_pk": self.cast.company.pk,
            "company_pk": self.cast.other_company.pk,
            "kind": "risks" if namespace == "research" else "figures",
            "what": "figures",
            "row": 1,
            "side": "company",
            "number": 1,
        }
        by_prefix = {
            "matches:policy": self.policy_draft.pk,
            "matches:trial": self.trial.pk,
            "matches:shortlist": self.draft.pk,
            "accounts:review": self.review.pk,
        }
        prefix = next((each for each in by_prefix if name.startswith(each)), None)
        if parameter in by_parameter:
            return by_parameter[parameter]
        if prefix is not None:
            return by_prefix[prefix]
        if name.startswith("matches:capability") and parameter == "key":
            return "solar_dev"
        if name in by_name:
            return by_name[name]
        by_own_rule = {
            "meetings": lambda: by_page.get(page, self.meeting.request_id),
            "partnerships": lambda: self._of_partnership(page, parameter),
        }
        return by_own_rule[namespace]() if namespace in by_own_rule else by_namespace[namespace]

    def _of_partnership(self, page: str, parameter: str) -> Any:
        check = self.partnership.checks.earliest("pk")
        if page.startswith("outcome"):
            return self._of_outcome(parameter)
        keys = {
            "begin_after": self.meeting.request_id,
            "step_done": self.partnership.steps.get().pk,
            "paper_file": self.document.paper.pk,
            "take_out": self.document.paper.pk,
            "check": check.pk,
            "rule_edit": check.rule_id,
            "rule_use": check.rule_id,
            "rule_compare": check.rule_id,
        }
        words = {"to": "agreed", "entry": "document"}
        return words.get(parameter) or keys.get(page, self.partnership.pk)

    def _of_outcome(self, parameter: str) -> Any:
        """The partnership's contract was signed three months ago; nobody was ever sent the link of the address."""
        return "a-link-that-nobody-was-sent" if parameter == "token" else self.partnership.follow_ups.get().pk

    def row_counts(self) -> dict[str, int]:
        """How many rows every table of ours has."""
        ours = {
            "core",
            "accounts",
            "companies",
            "startups",
            "matches",
            "meetings",
            "research",
            "documents",
            "partnerships",
        }
        models = [model for label in ours for model in apps.get_app_config(label).get_models()]
        return {model._meta.label: model._default_manager.count() for model in models}


def a_trial(draft: ScoringPolicy, cast: Cast) -> Trial:
    """A finished trial in which the cast's firm would be shown the other startup."""
    before, after = [[cast.startup.pk, 700]], [[cast.other_startup.pk, 650]]
    traits = Traits({cast.company.pk: ["retail"]}, {cast.company.pk: "15"}, {cast.startup.pk: "SG"})
    figure = {"recall_at_10": 0.8, "recall_at_10_interval": [0.6, 0.9]}
    outcome = compare([Lists(cast.company.pk, before, after)], traits)
    outcome["evaluation"] = {"before": figure, "after": figure}
    trial = Trial.objects.create(
        policy=draft,
        against=ensure_policy(),
        weights=draft.parameters["weights"],
        status=TrialStatus.DONE,
        outcome=outcome,
        started_by=cast.administrator,
        evaluation=EvaluationSet.objects.create(pairs=[], pool=[], pairs_name="a.json", pool_name="b.json"),
    )
    TrialList.objects.create(trial=trial, company=cast.company, before=before, after=after)
    return trial


def a_draft(cast: Cast) -> ShortlistDraft:
    """Shortlists that are ready to check; the pair that is proposed to the other firm stands on them."""
    draft = start_shortlists(by=cast.officer)
    gather_shortlists(draft)
    work_out_shortlists(draft)
    return draft


def a_partnership(cast: Cast) -> Partnership:
    """Of the cast's pair, with a step that its startup takes."""
    partnerships.only_rule()  # what comes with the portal is gone once a test has emptied the tables
    begun = partnerships.begun(cast, summary=f"Try it {COMPANY_CANARY}")
    partnerships.a_step(begun, cast.officer)
    partnerships.follow_up_of(begun)
    return begun


def a_document(partnership: Partnership, cast: Cast) -> Document:
    """With a file in use, noted by the cast's firm."""
    paper = partnership_actions.add_paper(
        partnership, PaperKind.NDA, partnerships.TODAY, by=cast.company_owner
    )
    document = partnership_actions.open_file(paper, by=cast.company_owner)
    documents.shelved(document, cast.company_owner)
    return document


def a_report(match: Match, cast: Cast) -> Commission:
    """Research that was published to the cast's firm, with a document."""
    made = works.accepted(works.asked(match, cast.officer), cast.expert, cast.officer)
    documents.shelved(research.add_document(made, "Interview notes", by=cast.expert).document, cast.expert)
    works.published(made, cast.expert, cast.officer)
    return made


def a_conflict(cast: Cast) -> Conflict:
    """With an organisation that nothing else here is about."""
    about = factories.StartupFactory().organisation
    return Conflict.objects.create(expert=cast.expert.expert, organisation=about)


def build_world(cast: Cast) -> World:
    ensure_policy()
    open_draft(by=cast.administrator)
    _mark(cast)
    match = stories.match_of(cast.company, cast.startup)
    request = stories.asked(match, cast.company_owner, purpose=f"A first talk {COMPANY_CANARY}")
    stories.actions.accept(request, by=cast.startup_owner)
    [meeting] = stories.published(stories.a_round(cast.officer, [request]), cast.officer)
    stories.repaired(meeting.round, cast.officer)
    waiting = stories.match_of(cast.company, factories.StartupFactory())
    collected = stories.agreed(waiting, cast.company_owner)
    interpreters = [stories.interpreter()]
    round_ = stories.a_round(cast.officer, [collected, *_second(cast)], interpreters=interpreters)
    timetable = stories.placed(round_, cast.officer)
    decks.in_use(cast.startup, cast.startup_owner)
    notify(Event.PROFILE_PUBLISHED, [cast.company_owner], organisation=COMPANY_CANARY)
    policy_draft = draft_policy(weights={**load_policy().weights, "field": 0.6}, by=cast.administrator)
    partnership = a_partnership(cast)
    return World(
        cast=cast,
        match=match,
        meeting=meeting,
        proposed=stories.match_of(cast.other_company, cast.other_startup, MatchStatus.PROPOSED),
        round=round_,
        placement=timetable.placements.get(request=collected),
        run=Run.objects.create(policy=match.policy, status=RunStatus.DONE, finished_at=match.computed_at),
        policy_draft=policy_draft,
        trial=a_trial(policy_draft, cast),
        challenge=cast.company.challenges.get(),
        notice=Notice.objects.filter(recipient=cast.company_owner).latest("pk"),
        email=Email.objects.latest("pk"),
        review=factories.ReviewFactory(),
        invitation=factories.InvitationFactory(organisation=cast.company.organisation),
        join_request=factories.JoinRequestFactory(organisation=cast.company.organisation),
        ownerless=factories.JoinRequestFactory(),
        deletion=factories.DeletionRequestFactory(organisation=cast.other_startup.organisation),
        session=UserSession.objects.create(user=cast.company_owner, ip="192.0.2.7", session_key="elsewhere"),
        draft=a_draft(cast),
        days_off=factories.ClosureFactory(organisation=cast.company.organisation),
        closure=factories.ClosureFactory(organisation=None, country="VN"),
        day_hours=factories.DayHoursFactory(organisation=cast.company.organisation),
        misfit=factories.MisfitFactory(meeting=meeting, organisation=cast.company.organisation),
        partnership=partnership,
        document=a_document(partnership, cast),
        commission=works.accepted(works.asked(match, cast.company_owner), cast.expert, cast.officer),
        published=a_report(match, cast),
        advice_asked=works.advice_asked(cast.startup, cast.expert, cast.officer),
        conflict=a_conflict(cast),
    )


def _second(cast: Cast) -> list[MeetingRequest]:
    """The cast's startup waits for a time in the same round, so that its availability page is there."""
    match = stories.match_of(factories.ChallengeFactory().company, cast.startup)
    request = stories.asked(match, cast.officer, consent="By telephone")
    stories.actions.accept(request, by=cast.startup_owner)
    return [request]


def _mark(cast: Cast) -> None:
    for company, canary in ((cast.company, COMPANY_CANARY), (cast.other_company, OTHER_CANARY)):
        company.business = canary
        company.save()
        company.challenges.update(text=f"{canary}: shorter queues at the till", title=canary)
        company.organisation.name = f"Firm {canary}"
        company.organisation.save()

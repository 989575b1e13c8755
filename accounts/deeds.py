"""The audit trail in words: what each recorded action is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Review
from matchmaking.core.models import AuditEvent

# Of every action that can be recorded, whichever app records it; a test finds one without words.
WORDS: dict[str, Promise | str] = {
    "organisation.created": _("Profile created"),
    "organisation.changed": _("Profile changed"),
    "organisation.identity_proposed": _("New identity proposed"),
    "organisation.draft": _("Application taken back"),
    "organisation.submitted": _("Sent in for review"),
    "organisation.published": _("Approved and published"),
    "organisation.returned": _("Changes asked for"),
    "organisation.declined": _("Application declined"),
    "organisation.suspended": _("Suspended"),
    "organisation.owner_admitted": _("Owner admitted by the programme office"),
    "organisation.changes_seen": _("Changes looked at"),
    "organisation.confirmed": _("Profile confirmed"),
    "organisation.lapsed": _("Lapsed without confirmation"),
    "organisation.withdrawn": _("Left the programme"),
    "organisation.erased": _("Data deleted on request"),
    "deletionrequest.waiting": _("Deletion asked for"),
    "deletionrequest.taken_back": _("Request for deletion taken back"),
    "deletionrequest.carried_out": _("Request for deletion carried out"),
    "review.waiting": _("Review: waits again"),
    "review.decline_proposed": _("Review: decline proposed"),
    "review.approved": _("Review: approved"),
    "review.returned": _("Review: changes asked for"),
    "review.declined": _("Review: declined"),
    "review.taken_back": _("Review: application taken back"),
    "review.reversed": _("Review: decision reversed"),
    "review.assigned": _("Review: assigned"),
    "invitation.open": _("Invitation sent"),
    "invitation.erased": _("Invited person’s data erased"),
    "invitation.accepted": _("Invitation accepted"),
    "invitation.revoked": _("Invitation taken back"),
    "joinrequest.asked": _("Asked to join"),
    "joinrequest.admitted": _("Admitted to the organisation"),
    "joinrequest.refused": _("Not admitted to the organisation"),
    "deck.received": _("Pitch deck uploaded"),
    "deck.checking": _("Pitch deck: safety check begun"),
    "deck.rendering": _("Pitch deck: safety check passed"),
    "deck.ready": _("Pitch deck put in use"),
    "deck.refused": _("Pitch deck refused"),
    "deck.replaced": _("Pitch deck replaced"),
    "deck.deleted": _("Pitch deck deleted"),
    "document.opened": _("Place for a document made"),
    "documentfile.received": _("Document uploaded"),
    "documentfile.checking": _("Document: safety check begun"),
    "documentfile.rendering": _("Document: safety check passed"),
    "documentfile.ready": _("Document put in use"),
    "documentfile.refused": _("Document refused"),
    "documentfile.replaced": _("Document replaced"),
    "documentfile.deleted": _("Document deleted"),
    "consent.agreed": _("Consent given"),
    "consent.withdrawn": _("Consent withdrawn"),
    "company.eligibility_decided": _("Eligibility decided"),
    "challenge.added": _("Challenge added"),
    "challenge.changed": _("Challenge changed"),
    "startup.evidence_changed": _("Evidence changed"),
    "startup.deck_changed": _("Pitch deck of a published profile changed"),
    "user.added": _("Person added"),
    "organisation.remarks_resolved": _("Corrections made"),
    "user.contact_changed": _("Contact details changed"),
    "user.settings_changed": _("Settings changed"),
    "thesaurusversion.draft": _("List of capabilities: draft begun"),
    "thesaurusversion.discarded": _("List of capabilities: draft discarded"),
    "thesaurusversion.in_force": _("List of capabilities put in force"),
    "thesaurusversion.superseded": _("List of capabilities superseded"),
    "capabilityentry.added": _("Capability added"),
    "capabilityentry.changed": _("Capability changed"),
    "capabilityentry.active": _("Capability brought back"),
    "capabilityentry.merged": _("Capability merged into another"),
    "capabilityentry.retired": _("Capability retired"),
    "scoringpolicy.in_force": _("Scoring policy put in force"),
    "scoringpolicy.draft": _("Scoring policy drafted"),
    "scoringpolicy.edited": _("Draft of a scoring policy changed"),
    "scoringpolicy.discarded": _("Draft of a scoring policy discarded"),
    "scoringpolicy.retired": _("Scoring policy retired"),
    "expert.described": _("Expertise described"),
    "expert.conflict_declared": _("Conflict of interest declared"),
    "expert.conflict_taken_back": _("Conflict of interest taken back"),
    "commission.requested": _("Research asked for"),
    "commission.assigned": _("Research offered to an expert"),
    "commission.accepted": _("Research accepted by the expert"),
    "commission.delivered": _("Research report delivered"),
    "commission.returned": _("Research report returned"),
    "commission.published": _("Research report published to the firm"),
    "advicerequest.asked": _("Assessment asked for"),
    "advicerequest.given": _("Assessment given"),
    "advicerequest.declined": _("Assessment not given"),
    "advicerequest.taken_back": _("Request for an assessment taken back"),
    "reportversion.remarked": _("Remarks on a research report"),
    "commission.cancelled": _("Research declined or cancelled"),
    "trial.started": _("Trial of a scoring policy asked for"),
    "trial.queued": _("Trial of a scoring policy waits to start"),
    "trial.scoring": _("Trial of a scoring policy begun"),
    "trial.done": _("Trial of a scoring policy finished"),
    "trial.failed": _("Trial of a scoring policy failed"),
    "trial.cancelled": _("Trial of a scoring policy cancelled"),
    "expertadvice.given": _("Expert's advice given"),
    "expertadvice.retired": _("Expert's advice retired"),
    "run.started": _("Scoring asked for"),
    "run.queued": _("Scoring waits to start"),
    "run.embedding": _("Scoring: reading of texts begun"),
    "run.scoring": _("Scoring: comparison of pairs begun"),
    "run.done": _("Scoring finished"),
    "run.failed": _("Scoring failed"),
    "run.cancelled": _("Scoring cancelled"),
    "match.proposed": _("Match proposed again"),
    "match.disclosed": _("Startup recommended to the firm"),
    "match.interested": _("Firm showed interest"),
    "match.dismissed": _("Match dismissed"),
    "pairnote.written": _("Note about a match written"),
    "shortlistrule.set": _("Rules of shortlists set"),
    "shortlistdraft.started": _("Shortlists asked for"),
    "shortlistdraft.computing": _("Shortlists being worked out"),
    "shortlistdraft.ready": _("Shortlists worked out"),
    "shortlistdraft.taken_off": _("Startup taken off a shortlist"),
    "shortlistdraft.added": _("Startup put on a shortlist"),
    "shortlistdraft.approved": _("Shortlists approved for disclosure"),
    "shortlistdraft.disclosed": _("Shortlists disclosed"),
    "shortlistdraft.discarded": _("Shortlists discarded"),
    "meetingrequest.requested": _("Request for a meeting sent"),
    "meetingrequest.accepted": _("Meeting request accepted"),
    "meetingrequest.declined": _("Meeting request declined"),
    "meetingrequest.withdrawn": _("Meeting request withdrawn"),
    "meetingrequest.lapsed": _("Meeting request lapsed"),
    "meetingrequest.scheduled": _("Meeting scheduled"),
    "meetingrequest.confirmed": _("Meeting confirmed"),
    "meetingrequest.held": _("Meeting held"),
    "meetingrequest.no_show": _("Meeting did not take place"),
    "meetingrequest.cancelled": _("Meeting cancelled"),
    "meetingrequest.side_confirmed": _("Meeting confirmed by one side"),
    "meetingrequest.proposed": _("Another way to meet proposed"),
    "meetingrequest.changed": _("Change of a meeting agreed"),
    "proposal.open": _("Proposal for a meeting open"),
    "proposal.agreed": _("Proposal for a meeting agreed"),
    "proposal.replaced": _("Proposal for a meeting answered with another"),
    "proposal.refused": _("Proposal for a meeting not agreed"),
    "proposal.lapsed": _("Proposal for a meeting lapsed"),
    "proposal.taken_back": _("Proposal for a meeting taken back"),
    "proposal.ended": _("Proposal for a meeting ended with the request"),
    "meetingrequest.attendees": _("Attendees of a meeting named"),
    "meeting.reported": _("End of a meeting reported"),
    "calendarfeed.opened": _("Calendar feed opened"),
    "calendarfeed.renewed": _("Address of the calendar feed renewed"),
    "calendarfeed.revoked": _("Calendar feed stopped"),
    "meeting.moved": _("Meeting moved to another time"),
    "meeting.rearranged": _("Room or people of a meeting changed"),
    "meeting.linked": _("Address of a video meeting changed"),
    "meeting.not_confirmed_in_time": _("Meeting not confirmed in time"),
    "meeting.officer_left": _("Meeting without its officer, who left"),
    "meeting.officer_changed": _("Officer who sits in at a meeting changed"),
    "partnership.begun": _("Partnership begun"),
    "partnership.exploring": _("Partnership: exploring again"),
    "partnership.agreed": _("Partnership: agreed in principle"),
    "partnership.proving": _("Partnership: proof of concept or due diligence"),
    "partnership.negotiating": _("Partnership: negotiating the contract"),
    "partnership.signed": _("Partnership: signed"),
    "partnership.ended": _("Partnership ended"),
    "partnership.entry_taken_out": _("Entry taken out"),
    "nextstep.added": _("Next step agreed"),
    "nextstep.done": _("Next step done"),
    "paper.added": _("Document noted"),
    "amount.added": _("Amount noted"),
    "supportmeasure.added": _("Support measure noted"),
    "followup.begun": _("Both sides asked what came of it"),
    "followup.asked": _("Both sides asked again what came of it"),
    "followup.answered": _("Outcome told by one side"),
    "followup.confirmed": _("Outcome confirmed by both sides"),
    "followup.differs": _("The two sides differ about the outcome"),
    "followup.decided": _("Outcome decided by the programme office"),
    "followup.lapsed": _("Outcome not told in time"),
    "followup.links_sent": _("Links to tell the outcome sent again"),
    "followup.links_stopped": _("Links to tell the outcome stopped"),
    "followup.link_renewed": _("Link to tell the outcome renewed by its owner"),
    "gatecheck.settled": _("Legal check settled"),
    "gatecheck.not_needed": _("Legal check does not apply"),
    "gatecheck.open": _("Legal check opened again"),
    "gaterule.compared": _("Legal check compared with its source"),
    "gaterule.added": _("Legal check added to the list"),
    "gaterule.changed": _("Legal check changed in the list"),
    "gaterule.retired": _("Legal check taken out of use"),
    "gaterule.back": _("Legal check used again"),
    "interpreter.added": _("Interpreter added"),
    "interpreter.changed": _("Data of an interpreter changed"),
    "interpreter.hours_set": _("Hours of an interpreter in the round set"),
    "closure.removed": _("Closed days removed"),
    "dayhours.set": _("Hours of a single day set"),
    "dayhours.removed": _("Hours of a single day removed"),
    "organisationhours.set": _("Working week set"),
    "organisationhours.reset": _("Working week reset to that of the country"),
    "misfit.kept": _("Meeting kept although it no longer suits a side"),
    "misfit.asked": _("Side asked whether it can come to a meeting"),
    "closure.added": _("Closed days added"),
    "closure.changed": _("Closed days changed"),
    "round.opened": _("Round opened"),
    "round.edited": _("Round changed"),
    "round.repair_started": _("Repair of a timetable started"),
    "round.repaired": _("Published timetable repaired"),
    "round.officer_left": _("Round without an officer who left"),
    "round.collected": _("Requests taken into the round"),
    "round.set_aside": _("Request taken out of the round"),
    "round.collecting": _("Round collects requests again"),
    "round.placing": _("Auto-placement started"),
    "round.checking": _("Round ready for the staff check"),
    "round.published": _("Round published"),
    "round.held": _("Round finished"),
    "availability.given": _("Free times given"),
    "availability.passed_on": _("Choice of times passed on to a colleague"),
    "availability.taken_back": _("Free times taken back because of hours or days off"),
    "availability.asked": _("More free times asked for"),
    "month.asked": _("One more meeting in a full month asked for"),
    "timetable.waiting": _("Timetable waits to start"),
    "timetable.solving": _("Timetable being worked out"),
    "timetable.draft": _("Timetable drafted"),
    "timetable.discarded": _("Repair of a timetable discarded"),
    "timetable.stopped": _("Search for a timetable stopped"),
    "timetable.published": _("Timetable published"),
    "timetable.replaced": _("Timetable replaced by a new one"),
    "timetable.failed": _("Timetable failed"),
    "placement.moved": _("Meeting moved in the draft"),
    "placement.locked": _("Meeting locked in the draft"),
    "placement.unlocked": _("Meeting unlocked in the draft"),
    "boardstep.undone": _("Step of the draft undone"),
    "boardstep.done": _("Undone step of the draft done again"),
    "boardstep.dropped": _("Step of the draft undone for good"),
    "user.signed_up": _("Account created"),
    "user.erased": _("Account closed, personal data erased"),
    "user.staff_access_ended": _("Access to the programme ended"),
    "user.password_changed": _("Password changed"),
    "user.password_set": _("Password set"),
    "user.password_reset": _("Password changed by mail"),
    "user.email_changed": _("E-mail address changed"),
    "user.email_confirmed": _("E-mail address confirmed"),
    "user.email_deleted": _("Change of e-mail address taken back"),
    "user.totp_activated": _("Authenticator app set up"),
    "user.totp_deactivated": _("Authenticator app no longer used"),
    "user.passkey_added": _("Passkey added"),
    "user.passkey_removed": _("Passkey removed"),
    "user.recovery_codes_generated": _("Recovery codes made"),
    "invitation.renewed": _("Invitation sent again"),
    "member.role_changed": _("Role of a member changed"),
    "member.removed": _("Member removed"),
    "member.left": _("Member left"),
}
# Where an action is another deed from some states: by the state before.
FROM: dict[str, dict[str, Promise | str]] = {
    "commission.requested": dict.fromkeys(("assigned", "returned"), _("Research waits for an expert again")),
    "meetingrequest.accepted": dict.fromkeys(
        ("scheduled", "confirmed"), _("Time of a meeting given up, the request stays accepted")
    ),
}
# Where a reason is recorded by its code: the field, of the same model or of another, whose choices tell it in words.
REASON_FIELDS = {
    "advicerequest.declined": "decline_reason",
    "commission.requested": "research.Refusal.reason",
    "deck.refused": "refusal",
    "documentfile.refused": "refusal",
    "match.dismissed": "dismiss_reason",
    "meetingrequest.declined": "decline_reason",
    "partnership.ended": "end_reason",
    "review.decline_proposed": "decline_reason",
    "review.declined": "decline_reason",
}
REASONS: dict[str, Promise | str] = {
    "profile changed": _("One of the two profiles has changed."),
    "left": _("One side no longer takes part."),
}


@dataclass(frozen=True)
class Deed:
    """One audit row as it is shown."""

    event: AuditEvent
    what: str
    note: str

    @property
    def who(self) -> str:
        return doer_of(self.event)

    @property
    def about(self) -> str:
        return self.event.target_label or str(_("Deleted on request"))


def doer_of(event: AuditEvent) -> str:
    """Names go out of the trail when somebody is erased; that somebody, and not the portal, did it stays."""
    if event.actor_label or event.actor_id is None:
        return event.actor_label or str(_("The portal"))
    return str(_("Former user"))


def told(events: Iterable[AuditEvent]) -> list[Deed]:
    """Audit rows in words; an action without words shows its own name."""
    return [Deed(event, _what(event), _note(event)) for event in events]


def _what(event: AuditEvent) -> str:
    found = FROM.get(event.action, {}).get(str(event.detail.get("before")))
    return str(found or WORDS.get(event.action, event.action))


def deeds_of(organisation: Organisation, also: Iterable[Model] = (), limit: int = 20) -> list[Deed]:
    """The latest deeds that concern an organisation, and what belongs to it, newest first."""
    wanted = Q()
    for item in (organisation, *also):
        wanted |= Q(target_type=item._meta.label_lower, target_id=str(item.pk))
    return told(AuditEvent.objects.filter(wanted)[:limit])


def deeds_of_review(review: Review, limit: int = 30) -> list[Deed]:
    """The latest deeds that concern the applicant and any of its reviews, newest first.

    A decision about a registration stands in the trail twice: of the review and of the organisation.
    """
    keys = [str(pk) for pk in review.organisation.reviews.values_list("pk", flat=True)]
    reviews = Q(target_type="accounts.review", target_id__in=keys)
    organisation = Q(target_type="accounts.organisation", target_id=str(review.organisation_id))
    decided = ("organisation.published", "organisation.returned", "organisation.declined")
    twice = Q(action__in=decided, detail__before="submitted")
    return told(AuditEvent.objects.filter(reviews | (organisation & ~twice))[:limit])


def found(wanted: Mapping[str, Any]) -> QuerySet[AuditEvent]:
    """The audit rows that a filled-in `AuditFilterForm` asks for."""
    columns = {"who": "actor_label__icontains", "target": "target_label__icontains", "since": "at__date__gte"}
    events = AuditEvent.objects.filter(
        **{columns[name]: wanted[name] for name in columns if wanted.get(name)}
    )
    if word := str(wanted.get("action") or "").casefold():
        named = [action for action, label in WORDS.items() if word in str(label).casefold()]
        events = events.filter(Q(action__icontains=word) | Q(action__in=named))
    return events


def _note(event: AuditEvent) -> str:
    """What the deed's own words add: a reason given, or the title of a challenge."""
    reason = str(event.detail.get("reason") or event.detail.get("title") or "")
    if event.action not in REASON_FIELDS:
        return str(REASONS.get(reason, reason))
    code, colon, rest = reason.partition(": ")
    model, _dot, name = REASON_FIELDS[event.action].rpartition(".")
    field = apps.get_model(model or event.target_type)._meta.get_field(name)
    label = str(dict(field.flatchoices).get(code, code))  # type: ignore[union-attr]
    return label + colon + rest

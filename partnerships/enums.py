"""The stages of a partnership and what may follow what; the kinds of what is recorded about it."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PartnershipStage(TextChoices):
    """One table for all three modes; what each stage needs depends on the mode (`rules.NEEDS`)."""

    EXPLORING = "exploring", pgettext_lazy("partnership", "Exploring")
    AGREED = "agreed", pgettext_lazy("partnership", "Agreed in principle")
    PROVING = "proving", pgettext_lazy("partnership", "Proof of concept or due diligence")
    NEGOTIATING = "negotiating", pgettext_lazy("partnership", "Negotiating the contract")
    SIGNED = "signed", pgettext_lazy("partnership", "Signed")
    ENDED = "ended", pgettext_lazy("partnership", "Ended")


# In the order in which a partnership goes through them.
STAGES = (
    PartnershipStage.EXPLORING,
    PartnershipStage.AGREED,
    PartnershipStage.PROVING,
    PartnershipStage.NEGOTIATING,
    PartnershipStage.SIGNED,
)
# A step forward, a step back when something turns out otherwise, or the end; an ended one may be taken up again.
PARTNERSHIP_TRANSITIONS: dict[str, frozenset[str]] = {
    PartnershipStage.EXPLORING: frozenset({PartnershipStage.AGREED, PartnershipStage.ENDED}),
    PartnershipStage.AGREED: frozenset(
        {PartnershipStage.EXPLORING, PartnershipStage.PROVING, PartnershipStage.ENDED}
    ),
    PartnershipStage.PROVING: frozenset(
        {PartnershipStage.AGREED, PartnershipStage.NEGOTIATING, PartnershipStage.ENDED}
    ),
    PartnershipStage.NEGOTIATING: frozenset(
        {PartnershipStage.PROVING, PartnershipStage.SIGNED, PartnershipStage.ENDED}
    ),
    PartnershipStage.SIGNED: frozenset({PartnershipStage.ENDED}),
    PartnershipStage.ENDED: frozenset({PartnershipStage.EXPLORING}),
}
OPEN_STAGES = (
    PartnershipStage.EXPLORING,
    PartnershipStage.AGREED,
    PartnershipStage.PROVING,
    PartnershipStage.NEGOTIATING,
)


class EndReason(TextChoices):
    """Why it came to an end: a short list, so that the programme can learn from it."""

    TECHNOLOGY = (
        "technology",
        pgettext_lazy("end of a partnership", "The technology did not do what was needed"),
    )
    TERMS = "terms", pgettext_lazy("end of a partnership", "No agreement on price or terms")
    PRIORITIES = "priorities", pgettext_lazy("end of a partnership", "Priorities of one side changed")
    RESOURCES = "resources", pgettext_lazy("end of a partnership", "No people or money for it")
    APPROVAL = "approval", pgettext_lazy("end of a partnership", "An approval was refused or took too long")
    OTHER_PARTNER = "other_partner", pgettext_lazy("end of a partnership", "One side chose another partner")
    SILENCE = "silence", pgettext_lazy("end of a partnership", "One side no longer answers")
    COMPLETED = "completed", pgettext_lazy("end of a partnership", "Completed as planned")
    OTHER = "other", pgettext_lazy("end of a partnership", "Another reason")


class PaperKind(TextChoices):
    """What two sides put on paper on their way; the stages ask for some of them."""

    NDA = "nda", _("Non-disclosure agreement")
    LETTER_OF_INTENT = "letter_of_intent", _("Letter of intent")
    TEST_PLAN = "test_plan", _("Plan of the proof of concept")
    TEST_REPORT = "test_report", _("Report on the proof of concept")
    DUE_DILIGENCE = "due_diligence", _("Due diligence report")
    TERM_SHEET = "term_sheet", _("Term sheet")
    CONTRACT = "contract", _("Contract")
    OTHER = "other", _("Another document")


class AmountKind(TextChoices):
    """What an amount of money is for."""

    BUDGET = "budget", _("Budget of the joint development")
    INVESTMENT = "investment", _("Investment")
    PRICE = "price", _("Purchase price")
    SALES = "sales", _("Sales that came of it")
    OTHER = "other", pgettext_lazy("amount", "Another amount")


class GateStatus(TextChoices):
    """Whether a legal check has been made for a partnership, or does not concern it."""

    OPEN = "open", pgettext_lazy("legal check", "Open")
    SETTLED = "settled", pgettext_lazy("legal check", "Settled")
    NOT_NEEDED = "not_needed", pgettext_lazy("legal check", "Does not apply")


GATE_TRANSITIONS: dict[str, frozenset[str]] = {
    GateStatus.OPEN: frozenset({GateStatus.SETTLED, GateStatus.NOT_NEEDED}),
    GateStatus.SETTLED: frozenset({GateStatus.OPEN}),
    GateStatus.NOT_NEEDED: frozenset({GateStatus.OPEN}),
}


class Need(TextChoices):
    """What must be there before a stage may be entered."""

    NEXT_STEP = "next_step", _("An open next step, with who does it and by when")
    AMOUNT = "amount", _("An amount, with its currency and date")
    NDA = "nda", _("The non-disclosure agreement")
    LETTER_OF_INTENT = "letter_of_intent", _("The letter of intent")
    TEST_PLAN = "test_plan", _("The plan of the proof of concept")
    TEST_REPORT = "test_report", _("The report on the proof of concept")
    DUE_DILIGENCE = "due_diligence", _("The due diligence report")
    TERM_SHEET = "term_sheet", _("The term sheet")
    CONTRACT = "contract", _("The signed contract")
    GATES = "gates", _("The legal checks for this stage")


class OutcomeStatus(TextChoices):
    """Whether what came of a partnership has been confirmed by both sides, for one period after its contract."""

    ASKED = "asked", pgettext_lazy("outcome", "Asked")
    CONFIRMED = "confirmed", pgettext_lazy("outcome", "Confirmed by both sides")
    DIFFERS = "differs", pgettext_lazy("outcome", "The two sides differ")
    DECIDED = "decided", pgettext_lazy("outcome", "Decided by the programme office")
    LAPSED = "lapsed", pgettext_lazy("outcome", "Not answered in time")


# Whatever is settled may be asked again: somebody finds that they were mistaken, or answers late after all.
OUTCOME_TRANSITIONS: dict[str, frozenset[str]] = {
    OutcomeStatus.ASKED: frozenset({OutcomeStatus.CONFIRMED, OutcomeStatus.DIFFERS, OutcomeStatus.LAPSED}),
    OutcomeStatus.DIFFERS: frozenset({OutcomeStatus.ASKED, OutcomeStatus.DECIDED, OutcomeStatus.LAPSED}),
    OutcomeStatus.CONFIRMED: frozenset({OutcomeStatus.ASKED}),
    OutcomeStatus.DECIDED: frozenset({OutcomeStatus.ASKED}),
    OutcomeStatus.LAPSED: frozenset({OutcomeStatus.ASKED}),
}


class Result(TextChoices):
    """What came of a partnership."""

    IN_USE = "in_use", pgettext_lazy("result", "It is in use at the firm")
    PRODUCT = "product", pgettext_lazy("result", "A new product or service")
    SALES = "sales", pgettext_lazy("result", "Sales")
    INVESTED = "invested", pgettext_lazy("result", "The investment was made")
    ACQUIRED = "acquired", pgettext_lazy("result", "The acquisition was carried out")
    FURTHER = "further", pgettext_lazy("result", "A further order or project")
    NOTHING = "nothing", pgettext_lazy("result", "Nothing yet")


class Without(TextChoices):
    """Would it have happened without the programme?"""

    NO = "no", pgettext_lazy("without the programme", "No, it would not have happened")
    LATER = "later", pgettext_lazy("without the programme", "Yes, but later or smaller")
    YES = "yes", pgettext_lazy("without the programme", "Yes, just the same")
    UNKNOWN = "unknown", pgettext_lazy("without the programme", "We cannot say")


class Figure(TextChoices):
    """What is compared of the two sides' answers; whether it would have happened anyway is each side's own view."""

    RESULTS = "results", _("What came of it")
    SALES = "sales", _("Sales that came of it")
    INVESTED = "invested", _("Money invested or paid")
    JOBS = "jobs", _("New jobs")
    PRODUCTS = "products", _("New products or services")

"""What the registration of a firm and that of a startup have in common: their rows, their steps, and what waits.

Each kind of organisation says which steps it asks and how answers are written; the pages are the same for all
(accounts/views/registration.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import Http404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from accounts.actions import Changes, Rows
from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import Organisation, Remark, User
from accounts.profiles.forms import SectionForm
from accounts.profiles.kinds import Section, answers
from accounts.profiles.labels import facts
from accounts.registration.questions import (
    EMPTY,
    Names,
    Step,
    StepState,
    Task,
    Words,
    is_begun,
    is_complete,
    state_of,
)

if TYPE_CHECKING:
    from django.db.models import Model

# Before a profile is sent in, it may be incomplete.
IN_PREPARATION = (OrganisationStatus.DRAFT, OrganisationStatus.RETURNED)


SEEN_TO = (StepState.COMPLETED, StepState.OPTIONAL)


def own_organisation(user: User) -> Organisation | None:
    """Asked of the database each time: `user.organisation` remembers what it was when the page began."""
    return Organisation.objects.filter(memberships__user=user).first()


@dataclass(frozen=True)
class Question:
    """A question page: what it asks of which rows, who writes the answers, and where it leads."""

    step: Step
    find: Callable[[User], Rows]
    write: Callable[[Rows, Changes, User], None]
    form: type[SectionForm]
    subjects: Mapping[str, str]  # row -> how reviewers call it: "challenge" -> "challenge.12"

    def subject(self, name: str) -> str:
        """How a reviewer's remark on a field is addressed."""
        part = next(part for part, names in self.step.asks.items() if name in names)
        return f"{self.subjects.get(part, part)}.{name}"


class Registration:
    """One kind of organisation. `rows` holds "organisation" and whatever else its steps ask of."""

    kind: ClassVar[OrganisationKind]
    namespace: ClassVar[str]
    language: ClassVar[str]  # of the organisation's name
    steps: ClassVar[tuple[Step, ...]]
    form: ClassVar[type[SectionForm]] = SectionForm
    elsewhere: ClassVar[Names] = ()  # keys of steps that have pages of their own
    templates: ClassVar[Mapping[str, str]] = {}  # of question pages that say more than their fields

    def rows_of(self, organisation: Organisation, user: User) -> Rows:
        """The rows of an organisation that is there, as this member sees them."""
        raise NotImplementedError

    def new_rows(self, user: User) -> Rows:
        """Unsaved rows for somebody who begins."""
        raise NotImplementedError

    def write(self, rows: Rows, changes: Changes, by: User) -> None:
        """Save the changes of one page; the first ones make the organisation, with `by` as its owner."""
        raise NotImplementedError

    def rows(self, user: User) -> Rows:
        """The rows of the reader's own organisation. People of another kind find nothing here."""
        organisation = own_organisation(user)
        if organisation is None:
            return self.new_rows(user)
        if organisation.kind != self.kind:
            raise Http404
        return self.rows_of(organisation, user)

    def question(self, key: str) -> Question:
        for step in self.steps:
            if step.key == key and key not in self.elsewhere:
                return Question(step, self.rows, self.write, self.form, subjects={})
        raise Http404

    def beside(self, key: str, form: SectionForm) -> Mapping[str, Any]:
        """What the template of a question page shows beside its fields."""
        return {}

    # What each step says of itself; a kind overrides these for steps that are more than fields of a row.

    def is_complete(self, step: Step, rows: Rows) -> bool:
        return is_complete(step, values_of(step, rows))

    def is_begun(self, step: Step, rows: Rows) -> bool:
        return is_begun(step, values_of(step, rows))

    def owns(self, step: Step, subject: str) -> bool:
        """Whether a remark with this subject belongs to the step."""
        return subject in {f"{part}.{name}" for part, names in step.asks.items() for name in names}

    def says(self, step: Step, remark: Remark, rows: Rows) -> str:
        """What a reviewer asked for, as the task list tells it: of which field, if it is about one."""
        part, _dot, name = remark.subject.rpartition(".")
        if name not in step.asks.get(part, ()):
            return remark.text
        label = capfirst(str(step.labels.get(name, _label(rows[part], name))))
        return gettext("%(subject)s: %(text)s") % {"subject": label, "text": remark.text}

    def missing(self, rows: Rows) -> list[Words]:
        """What still has to be filled in, by the labels of the fields, in those of the given rows."""
        return [label for step in self.steps for label in self.missing_of(step, rows)]

    def missing_of(self, step: Step, rows: Rows) -> list[Words]:
        parts = {name: part for part, names in step.asks.items() for name in names}
        return [
            _label(rows[part], name)
            for name in step.needed
            if (part := parts[name]) in rows and getattr(rows[part], name) in EMPTY
        ]

    def asks_to_agree(self, rows: Rows) -> str:
        """Where to read and agree to words that are newer than what the organisation agreed to; empty if none are."""
        return ""

    def address(self, step: Step, rows: Rows) -> str:
        return reverse(f"{self.namespace}:step", args=[step.key])

    def facts(self, step: Step, rows: Rows) -> list[dict[str, str]]:
        """What has been answered, in words, in the order of the page."""
        parts = {name: part for part, names in step.asks.items() for name in names}
        return [
            {**fact, "label": str(step.labels.get(name, fact["label"]))}
            for name in step.names
            for fact in facts(rows[parts[name]], [name])
        ]


def _label(row: Model, name: str) -> Words:
    field: Any = row._meta.get_field(name)
    label: Words = field.verbose_name
    return label


def values_of(step: Step, rows: Mapping[str, Model]) -> dict[str, Any]:
    return {name: getattr(rows[part], name) for part, names in step.asks.items() for name in names}


class Progress:
    """How far one organisation's registration is."""

    def __init__(self, registration: Registration, rows: Rows) -> None:
        self.registration, self.rows = registration, rows
        organisation: Any = rows["organisation"]
        self.organisation: Organisation = organisation

    @property
    def has_begun(self) -> bool:
        return self.organisation.pk is not None

    @property
    def in_preparation(self) -> bool:
        return self.organisation.status in IN_PREPARATION

    @cached_property
    def remarks(self) -> list[Remark]:
        return list(Remark.objects.to_correct(self.organisation)) if self.has_begun else []

    def remarks_on(self, step: Step) -> list[Remark]:
        return [remark for remark in self.remarks if self.registration.owns(step, remark.subject)]

    @cached_property
    def states(self) -> dict[str, StepState]:
        return {step.key: self._state(step, index) for index, step in enumerate(self.registration.steps)}

    def _state(self, step: Step, index: int) -> StepState:
        return state_of(
            complete=self.has_begun and self.registration.is_complete(step, self.rows),
            begun=self.has_begun and self.registration.is_begun(step, self.rows),
            to_correct=bool(self.remarks_on(step)),
            blocked=not self.has_begun and index > 0,  # the first step makes the organisation
            optional=step.is_optional,
        )

    @property
    def required(self) -> list[Step]:
        return [step for step in self.registration.steps if not step.is_optional]

    @property
    def done(self) -> int:
        """How many of the required steps are complete."""
        return sum(self.states[step.key] == StepState.COMPLETED for step in self.required)

    @property
    def may_be_sent(self) -> bool:
        return not self.unfinished

    @property
    def unfinished(self) -> list[Words]:
        """The titles of the steps that somebody must still see to."""
        steps = self.registration.steps
        return [step.title for step in steps if self.states[step.key] not in SEEN_TO]

    def task(self, step: Step) -> Task:
        state = self.states[step.key]
        url = "" if state == StepState.BLOCKED else self.registration.address(step, self.rows)
        said = [self.registration.says(step, remark, self.rows) for remark in self.remarks_on(step)]
        note = "\n".join(said)
        return Task(step.title, state, url, note)

    def groups(self) -> list[tuple[str, list[Task]]]:
        """The task list: groups in the order of their first steps."""
        found: dict[str, list[Task]] = {}
        for step in self.registration.steps:
            found.setdefault(str(step.group), []).append(self.task(step))
        return list(found.items())

    def next_address(self, after: str) -> str:
        """The next step that waits, going round from the one just saved; then the answers to check."""
        keys = [step.key for step in self.registration.steps]
        start = keys.index(after) + 1 if after in keys else 0
        for step in [*self.registration.steps[start:], *self.registration.steps[:start]]:
            if self.states[step.key] not in SEEN_TO and step.key != after:
                return self.registration.address(step, self.rows)
        if self.may_be_sent:
            return reverse(f"{self.registration.namespace}:check")
        return reverse(f"{self.registration.namespace}:setup")


def sections(registration: Registration, rows: Rows, *, skip: Iterable[str] = ()) -> Sequence[dict[str, Any]]:
    """Every answered step for a page that shows the whole profile."""
    return [
        {
            "key": step.key,
            "title": step.title,
            "facts": registration.facts(step, rows),
            "url": registration.address(step, rows),
        }
        for step in registration.steps
        if step.key not in skip and all(part in rows for part in step.asks)
    ]


def told(registration: Registration, rows: Rows) -> list[Section]:
    """The same for reviewers, who write their remarks on single answers."""
    return [
        Section(
            str(step.title),
            tuple(
                answer
                for name in step.names
                for part, names in step.asks.items()
                if name in names
                for answer in answers(rows[part], [name])
            ),
        )
        for step in registration.steps
        if step.asks and all(part in rows for part in step.asks)
    ]

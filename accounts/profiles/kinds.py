"""What pages and deeds of this app must know of a firm or a startup, told by the app that owns it.

The apps of firms and startups lie above this one, so each registers its kind when the portal starts
(`AppConfig.ready`); docs/adr tells why.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from accounts.profiles.labels import value_label

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model

    from accounts.profiles.history import Entry

Rows = Mapping[type["Model"], Sequence["Model"]]


@dataclass(frozen=True)
class Answer:
    """One field of a profile. `subject` is how a remark names it: "company.employees", "challenge.12.text".

    `of` is what its row is called where a profile has several of the kind.
    """

    subject: str
    label: str
    value: str
    of: str = ""

    @property
    def full_label(self) -> str:
        """What it is called where it does not stand under the heading of its row."""
        return _("%(field)s of “%(row)s”") % {"field": self.label, "row": self.of} if self.of else self.label


@dataclass(frozen=True)
class Section:
    """Answers under one heading; `lang` is that of a heading which the applicant wrote."""

    title: str
    answers: tuple[Answer, ...]
    lang: str = ""


class ProfileKind(ABC):
    """One kind of organisation. A *profile* is its company or startup with all that these methods ask of it."""

    language: ClassVar[str]  # of its name
    models: ClassVar[
        tuple[type[Model], ...]
    ]  # the tables of the profile besides the organisation, all with a history
    review_parts: ClassVar[
        tuple[str, ...]
    ] = ()  # templates that a review shows beneath the answers, with `more()`

    @abstractmethod
    def profiles(self, pks: Iterable[int]) -> dict[int, Any]:
        """The profiles of these organisations, in as many queries for fifty as for one."""

    @abstractmethod
    def rows(self, profile: Any) -> Rows:
        """Every row that the profile is made of besides its organisation, by table."""

    @abstractmethod
    def sections(self, profile: Any) -> list[Section]:
        """What the profile says."""

    @abstractmethod
    def missing(self, profile: Any) -> Sequence[Promise | str]:
        """What it still needs, in the words of its labels."""

    @abstractmethod
    def place(self, profile: Any) -> str:
        """Its prefecture or country."""

    def has_agreed(self, organisation: Organisation) -> bool:
        """Whether it agreed to the words now in force, without which its members send nothing in."""
        return True

    def more(self, profile: Any, reader: User) -> dict[str, Any]:
        """What the templates of `review_parts` show."""
        return {}

    def numbers(self, organisation: Organisation) -> dict[str, int]:
        """What else belongs to a version of the profile, such as the file in use: another number is another one."""
        return {}

    def further_changes(self, since: Mapping[int, datetime]) -> dict[int, list[Entry]]:
        """What members changed since then that no table of the profile tells, such as a file."""
        return {}

    @property
    def tables(self) -> tuple[type[Model], ...]:
        return (Organisation, *self.models)

    def profile(self, organisation: Organisation) -> Any:
        """The profile of one organisation, sharing the object the caller holds."""
        found = self.profiles([organisation.pk])[organisation.pk]
        found.organisation = organisation
        return found


_kinds: dict[str, ProfileKind] = {}


def register(kind: OrganisationKind, told: ProfileKind) -> None:
    _kinds[kind] = told


def kind_of(organisation: Organisation) -> ProfileKind:
    return _kinds[organisation.kind]


def profiles_of(organisations: Iterable[Organisation]) -> dict[int, Any]:
    """The profiles of organisations of all kinds, by their key."""
    wanted: dict[str, list[int]] = {}
    for organisation in organisations:
        wanted.setdefault(organisation.kind, []).append(organisation.pk)
    return {pk: profile for kind, pks in wanted.items() for pk, profile in _kinds[kind].profiles(pks).items()}


def part_of(row: Model) -> str:
    """How remarks and proposals call a row: "organisation", "company", "challenge.12"."""
    name = str(row._meta.model_name)
    is_the_only_one = isinstance(row, Organisation) or row._meta.pk.is_relation
    return name if is_the_only_one else f"{name}.{row.pk}"


def summary(row: Model, title: str) -> Answer:
    """A whole row as one answer: what it is called, and its fields in a line each."""
    fields = [field for field in row._meta.concrete_fields if field.editable and not field.primary_key]
    texts = [(capfirst(field.verbose_name), value_label(field, getattr(row, field.name))) for field in fields]
    told = [_("%(label)s: %(text)s") % {"label": label, "text": text} for label, text in texts if text]
    return Answer(part_of(row), title, "\n".join(told) or "–")


def answers(row: Model, names: Iterable[str], of: str = "") -> list[Answer]:
    """The fields of `row` in words; nothing is a dash."""
    part, found = part_of(row), []
    for name in names:
        field: Any = row._meta.get_field(name)
        text = value_label(field, getattr(row, name))
        found.append(Answer(f"{part}.{name}", str(capfirst(field.verbose_name)), text or "–", of))
    return found

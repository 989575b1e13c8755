"""What a startup can show: its rows are added, changed and removed together, a list at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.profiles.changes import assign, hold, stamp
from accounts.registration.answers import fingerprint, merge
from matchmaking.core import audit
from matchmaking.core.currencies import in_dollars
from startups.enums import RoundKind
from startups.models import (
    Certification,
    FundingRound,
    Patent,
    Record,
    Reference,
    Startup,
    TractionFigure,
)

# The lists by the name under which a startup has them.
KINDS: Mapping[str, type[Record]] = {
    "figures": TractionFigure,
    "rounds": FundingRound,
    "patents": Patent,
    "certifications": Certification,
    "references": Reference,
}


@dataclass(frozen=True)
class RecordChanges:
    """What is to happen to one list; rows that are there already are named by their keys in the database."""

    added: Collection[Mapping[str, Any]] = ()
    changed: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    removed: Collection[int] = ()


@transaction.atomic
def change_records(startup: Startup, kind: str, changes: RecordChanges, *, by: User | None) -> bool:
    """Make `changes` in one list of the startup. Returns whether anything differs; otherwise nothing is written.

    Raises ValidationError if two rows would then tell of the same thing.
    """
    hold(startup.organisation)
    model = KINDS[kind]
    rows = {row.pk: row for row in _rows(startup, kind)}
    before = raised_in(rows.values()) if model is FundingRound else None
    removed = [rows.pop(pk) for pk in changes.removed if pk in rows]
    for row in removed:
        row.delete()
    _refuse_doubles(model, rows.values(), changes)
    changed = [pk for pk, values in changes.changed.items() if pk in rows and assign(rows[pk], values)]
    for values in changes.added:
        getattr(startup, kind).create(**values)
    if not (removed or changed or changes.added):
        return False
    if model is FundingRound:
        keep_raised(startup, before)
    stamp(startup.organisation)
    counts = {"added": len(changes.added), "changed": len(changed), "removed": len(removed)}
    audit.record("startup.evidence_changed", startup.organisation, by=by, list=kind, **counts)
    return True


@dataclass(frozen=True)
class TypedList:
    """A list as somebody wrote it: rows with the key of the one that is changed, or none; keys of those to remove.

    `shown` are the fingerprints of what their page showed (accounts/registration/answers.py), by key and field.
    """

    rows: Sequence[tuple[int | None, Mapping[str, Any]]]
    removed: Collection[int] = ()
    shown: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def save_list(startup: Startup, kind: str, typed: TypedList, *, by: User | None) -> dict[str, Any]:
    """Save what the writer changed and nobody else did meanwhile; a row that is gone comes back if it was written to.

    Returns what somebody else wrote where the writer wrote too, by key and field: then nothing is saved.
    """
    hold(startup.organisation)
    current = shown_values(_rows(startup, kind))
    there = {int(name.partition(".")[0]) for name in current}
    flat = {
        f"{pk}.{name}": plain(value)
        for pk, values in typed.rows
        if pk in there
        for name, value in values.items()
    }
    merged = merge(flat, current, typed.shown)
    if merged.clashes:
        return merged.clashes
    changed: dict[int, dict[str, Any]] = {}
    for pk, values in typed.rows:
        if pk in there:
            changed[pk] = {name: value for name, value in values.items() if f"{pk}.{name}" in merged.take}
    added = [
        values for pk, values in typed.rows if pk is None or _is_written_to(pk, values, there, typed.shown)
    ]
    change_records(startup, kind, RecordChanges(added, changed, typed.removed), by=by)
    return {}


def _is_written_to(
    pk: int, values: Mapping[str, Any], there: Collection[int], shown: Mapping[str, str]
) -> bool:
    """Whether somebody changed a row that is there no more."""
    if pk in there:
        return False
    return any(shown.get(f"{pk}.{name}") != fingerprint(plain(value)) for name, value in values.items())


def shown_values(rows: Iterable[Record]) -> dict[str, Any]:
    """Every field of every row, by key and field."""
    return {f"{row.pk}.{name}": plain(getattr(row, name)) for row in rows for name in row.asked()}


def plain(value: Any) -> Any:
    """Amounts are the same however many zeros follow them."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def _rows(startup: Startup, kind: str) -> Iterable[Any]:
    """Read anew, whatever the startup remembers of its lists."""
    rows: Iterable[Any] = getattr(startup, kind).order_by("pk")
    return rows


def _refuse_doubles(model: type[Record], rows: Iterable[Record], changes: RecordChanges) -> None:
    keys = [_key(model, row, changes.changed.get(row.pk, {})) for row in rows]
    keys += [tuple(values[name] for name in model.KEY) for values in changes.added]
    if len(set(keys)) < len(keys):
        raise ValidationError(_("Two rows tell of the same thing: remove one of them."), code="double")


def _key(model: type[Record], row: Record, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(values.get(name, getattr(row, name)) for name in model.KEY)


@transaction.atomic
def begin_records(startup: Startup, lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """The lists of a startup that is new itself: its creation is the deed that is recorded."""
    for kind, rows in lists.items():
        model: Any = KINDS[kind]
        model.objects.bulk_create([model(startup=startup, **values) for values in rows])
    if lists.get("rounds"):
        keep_raised(startup, before=None)


@transaction.atomic
def replace_records(
    startup: Startup, kind: str, wanted: Iterable[Mapping[str, Any]], *, by: User | None
) -> bool:
    """Bring one list in line with an imported one: rows are known again by their keys, others go."""
    model = KINDS[kind]
    known = {_key(model, row, {}): row.pk for row in _rows(startup, kind)}
    by_key = {tuple(values[name] for name in model.KEY): values for values in wanted}
    changes = RecordChanges(
        added=[values for key, values in by_key.items() if key not in known],
        changed={pk: by_key[key] for key, pk in known.items() if key in by_key},
        removed=[pk for key, pk in known.items() if key not in by_key],
    )
    return change_records(startup, kind, changes, by=by)


def keep_raised(startup: Startup, before: int | None) -> None:
    """The total is what the rounds add up to, in dollars; one that a list named stays if none ever had an amount."""
    raised = raised_in(_rows(startup, "rounds"))
    if (raised, before) != (None, None):
        assign(startup, {"funding_raised_usd": raised})


def raised_in(rounds: Iterable[FundingRound]) -> int | None:
    """In dollars; loans are not raised, and None says that no round names its amount."""
    amounts = [
        in_dollars(Decimal(each.amount), each.currency)
        for each in rounds
        if each.amount is not None and each.kind != RoundKind.DEBT
    ]
    return sum(amount or 0 for amount in amounts) if amounts else None

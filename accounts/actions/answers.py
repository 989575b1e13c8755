"""Answers to a question page: saved one by one, so that of two people who save at once neither loses a word."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, Remark, User
from accounts.registration.answers import Merged, merge
from matchmaking.core import audit

if TYPE_CHECKING:
    from django.db.models import Model

Rows = dict[str, "Model"]
Changes = dict[str, dict[str, Any]]
Find = Callable[[User], Rows]
Write = Callable[[Rows, Changes, User], None]


@dataclass(frozen=True)
class Answers:
    """What came back from a page: `typed` by field, what it had been `shown`, and where `theirs` is to stay.

    `beside`, by row, is what was chosen beside the fields: nobody has to settle it, the last choice counts.
    """

    asks: Mapping[str, Collection[str]]
    typed: Mapping[str, Any]
    shown: Mapping[str, str]
    theirs: Collection[str] = ()
    beside: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@transaction.atomic
def save_answers(answers: Answers, *, find: Find, write: Write, by: User) -> Merged:
    """Save what `by` changed and nobody else did meanwhile. Returns it, and what they must choose between.

    `find` is asked for the rows once they are locked; `write` is called only if something changed. It may find that
    the first save makes the organisation: then the writer's own row is what stops a second tab.
    """
    _lock(by)
    rows = find(by)
    current = {name: _value(rows[part], name) for part, names in answers.asks.items() for name in names}
    merged = merge(answers.typed, current, answers.shown, answers.theirs)
    changes = {
        part: {name: merged.take[name] for name in names if name in merged.take}
        for part, names in answers.asks.items()
    }
    for part, values in answers.beside.items():
        changes[part] |= {name: each for name, each in values.items() if getattr(rows[part], name) != each}
    if any(changes.values()):
        write(rows, changes, by)
    return merged


def _lock(user: User) -> None:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    own = Organisation.objects.filter(memberships__user=user)
    list(own.select_for_update(of=("self",), no_key=True))


def _value(row: Model, name: str) -> Any:
    column: Any = row._meta.get_field(name)
    return column.value_from_object(row)


@transaction.atomic
def resolve_remarks(organisation: Organisation, subjects: Collection[str], *, by: User) -> None:
    """What reviewers asked for at these fields has been seen to."""
    waiting = Remark.objects.to_correct(organisation).filter(subject__in=subjects)
    resolved = sorted(waiting.values_list("subject", flat=True))
    if resolved:
        waiting.update(resolved_at=timezone.now())
        audit.record("organisation.remarks_resolved", organisation, by=by, fields=resolved)

"""Where others were told of somebody by name: notices, mail, errors of background work, the trail, sessions.

These rows belong to other people, or to nobody, and no key leads to them. They are found by the names: a name of Latin
letters counts where no letter stands next to it, any other name wherever it stands, for those languages put no blanks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import STATUS, Email

from accounts.erasure.emptying import GONE, Keys
from accounts.models import User
from matchmaking.core import mailing
from matchmaking.core.facts import Words
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.texts import unlinked

SHORTEST = 2  # a name of one letter is found everywhere
_LATIN = r"[0-9A-Za-z_\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]"  # with accents, as in Polish and Vietnamese
# What stays of the details of a deed: codes and numbers that tell of nobody.
CODES = frozenset(
    {"before", "role", "staff_role", "status", "fields", "country", "kind", "windows", "side", "round", "requests",
     "joined", "people", "starts_at", "size", "list", "added", "changed", "removed", "criterion", "computed", "decided"}
)  # fmt: skip
REASONS = ("reason", "consent")  # what others wrote in a notice that tells of somebody


class Names:
    """The names, addresses and numbers by which somebody was called."""

    def __init__(self, names: Iterable[str]) -> None:
        plain = {name.strip() for name in names}
        known = plain | {unlinked(name) for name in plain}
        self.all = sorted((name for name in known if len(name) >= SHORTEST), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_bounded, self.all)) or "(?!)")

    def are_in(self, text: str) -> bool:
        return self._pattern.search(text) is not None

    def replaced(self, text: str, by: str) -> str:
        return self._pattern.sub(lambda _found: by, text)

    def among(self, rows: QuerySet[Any], *columns: str) -> list[Any]:
        """The rows whose columns, read as text, have one of the names; the database looks through them first."""
        wanted = Q()
        for column in columns:
            rows = rows.alias(**{f"text_of_{column}": Cast(column, TextField())})
            for name in self.all:
                wanted |= Q(**{f"text_of_{column}__contains": json.dumps(name, ensure_ascii=False)[1:-1]})
                wanted |= Q(**{f"text_of_{column}__contains": name})
        if not self.all:
            return []
        return [row for row in rows.filter(wanted) if any(self._has(getattr(row, name)) for name in columns)]

    def _has(self, value: Any) -> bool:
        if isinstance(value, str):
            return self.are_in(value)
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return any(self._has(part) for part in parts)


def _bounded(name: str) -> str:
    """Japanese goes on without a blank: beside a Latin name may stand a letter, but no Latin one."""
    if not all(character.isascii() or re.match(_LATIN, character) for character in name):
        return re.escape(name)
    return rf"(?<!{_LATIN}){re.escape(name)}(?!{_LATIN})"


def forget(names: Names, people: Iterable[User], *, gone: str) -> None:
    """Take the names out of what others keep. `gone` says in each reader's language what stands there then."""
    people = list(people)
    forget_sessions(people)
    Notice.objects.filter(recipient__in=people).delete()
    _rename_in_notices(names, gone)
    _forget_mail(names, people)
    for job in names.among(Job.objects.exclude(last_error=""), "last_error"):
        Job.objects.filter(pk=job.pk).update(last_error="")


def _rename_in_notices(names: Names, gone: str) -> None:
    """Whoever reads it, and in whatever language, finds what stands there instead."""
    words = Words.of(lambda _language: _(gone))
    for notice in names.among(Notice.objects.all(), "params"):
        params = {key: _without(value, names, words) for key, value in notice.params.items()}
        notice.params = params | {key: GONE for key in REASONS if key in params}
        notice.save(update_fields=["params"])


def _without(value: Any, names: Names, words: Words) -> Any:
    """Of a fact that notices keep, or of a plain text, which may say it in either language from now on."""
    if isinstance(value, list):
        return [_without(item, names, words) for item in value]
    if isinstance(value, dict) and "words" in value:
        said = Words(**value["words"])
        return Words(names.replaced(said.ja, words.ja), names.replaced(said.en, words.en)).kept()
    if isinstance(value, dict):
        return {kind: _without(kept, names, words) for kind, kept in value.items()}
    if isinstance(value, str) and names.are_in(value):
        return Words(names.replaced(value, words.ja), names.replaced(value, words.en)).kept()
    return value


def _forget_mail(names: Names, people: list[User]) -> None:
    """Mail to those who are erased goes, but for the last one; mail to others goes, or goes once it has been sent."""
    last = Email.objects.filter(headers__Sensitivity="Personal").values("pk")
    rest = Email.objects.exclude(pk__in=last)
    mailing.forget(rest.filter(to__in=[person.email for person in people]))
    found = [mail.pk for mail in names.among(rest, "subject", "message", "to")]
    over = Email.objects.filter(pk__in=found, status__in=[STATUS.sent, STATUS.failed])
    mailing.forget(over)
    Email.objects.filter(pk__in=found).update(headers=mailing.LAST)


def forget_sessions(people: Iterable[User]) -> None:
    """Sign them out everywhere, also where a session is older than the list that the person sees."""
    keys = {str(person.pk) for person in people}
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") in keys:
            session.delete()


def empty_trail(keys: Keys, names: Names, people: Iterable[User]) -> None:
    """Take names and details out of rows about these keys, and out of others the names that stand in them."""
    doers = AuditEvent.objects.filter(actor_id__in=[person.pk for person in people])
    doers.exclude(actor_label="").update(actor_label="")
    about = Q(pk__in=[])
    for kind, pks in keys.items():
        about |= Q(target_type=kind, target_id__in=pks)
    rows = AuditEvent.objects.exclude(action__endswith=".erased")
    for event in rows.filter(about):
        _empty_event(event, target_label="", detail=_codes(event.detail))
    for event in names.among(rows.exclude(about), "target_label", "detail"):
        label = "" if names.are_in(event.target_label) else event.target_label
        detail = {key: value for key, value in event.detail.items() if not names._has(value)}
        _empty_event(event, target_label=label, detail=detail)


def _codes(detail: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in detail.items() if key in CODES}


def _empty_event(event: Model, **values: Any) -> None:
    if any(getattr(event, name) != value for name, value in values.items()):
        AuditEvent.objects.filter(pk=event.pk).update(**values)

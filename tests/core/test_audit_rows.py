"""The audit trail: what a row holds, that every deed leaves one, and how it reads in both languages."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone, translation

from accounts import actions as accounts
from accounts.enums import OrganisationKind
from accounts.models import User
from companies import actions as companies
from matchmaking.core import audit
from matchmaking.core.models import AuditEvent
from matchmaking.matches import actions as matches
from matchmaking.matches.enums import DismissReason, MatchStatus, Side
from meetings import actions as meetings
from meetings.enums import DeclineReason
from startups import actions as startups
from tests import factories
from tests.accounts import review_stories
from tests.conftest import Cast
from tests.meetings import stories
from tests.startups import decks

pytestmark = pytest.mark.django_db
MODULES = sorted(
    f"{app.name}.{module.stem}" if module.parent.name != "actions" else f"{app.name}.actions.{module.stem}"
    for app in apps.get_app_configs()
    if Path(app.path).is_relative_to(settings.BASE_DIR)
    for module in [*Path(app.path).glob("actions.py"), *Path(app.path).glob("actions/[!_]*.py")]
)


def deeds() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of the actions."""
    for name in MODULES:
        module = importlib.import_module(name)
        for label, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == name and not label.startswith("_"):
                yield f"{name}.{label}", function


def test_whoever_does_something_is_named_by_keyword() -> None:
    """`by` is never a positional argument and never has a value that somebody forgot to think about."""
    offenders = [
        name
        for name, function in deeds()
        if (parameter := inspect.signature(function).parameters.get("by")) is not None
        and (parameter.kind is not parameter.KEYWORD_ONLY or parameter.default not in (parameter.empty, None))
    ]
    assert offenders == []


def test_every_action_with_a_doer_is_atomic() -> None:
    """Functions that a decorator made atomic, or that say so themselves, or hand on to one that is."""
    loose = [
        name
        for name, function in deeds()
        if "by" in inspect.signature(function).parameters
        and not hasattr(function, "__wrapped__")
        and "atomic" not in inspect.getsource(function)
        and "return _" not in inspect.getsource(function)
        and "_set_lock(" not in inspect.getsource(function)
        and "with _or_offered(" not in inspect.getsource(function)
    ]
    assert loose == []


def test_labels_are_cut_to_what_the_trail_can_hold() -> None:
    person = factories.UserFactory(name="", email=f"{'e' * 230}@people.example")
    company = factories.CompanyFactory(organisation__name="株" * 120)
    challenge = factories.ChallengeFactory(company=company)
    match = stories.match_of(company, factories.StartupFactory(organisation__name="S" * 120))
    row = audit.record("match.looked_at", match, by=person)
    assert row.actor_label == "e" * 200
    assert row.target_label == f"{'株' * 120} × {'S' * 77}"
    assert audit.record("challenge.seen", challenge, by=None).target_label == challenge.title


def test_a_person_without_a_name_is_named_by_the_address() -> None:
    person = factories.UserFactory(name="", email="nameless@people.example")
    assert audit.record("x.y", person, by=person).actor_label == "nameless@people.example"


def test_the_trail_outlives_whom_and_what_it_tells_of() -> None:
    person = factories.UserFactory(name="Gone")
    row = audit.record("user.seen", person, by=person)
    key = person.pk
    person.emailaddress_set.all().delete()
    person.delete()
    row.refresh_from_db()
    assert (row.actor_id, row.actor_label, row.target_id) == (key, "Gone", str(key))


def test_a_row_falls_with_the_deed_it_tells_of() -> None:
    company = factories.CompanyFactory()

    def deed() -> None:
        with transaction.atomic():
            audit.record("company.exported", company, by=None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        deed()
    assert AuditEvent.objects.count() == 0


def test_the_newest_deed_comes_first() -> None:
    company = factories.CompanyFactory()
    for number in range(3):
        audit.record(f"company.step{number}", company, by=None)
    assert [row.action for row in AuditEvent.objects.all()] == [f"company.step{n}" for n in (2, 1, 0)]
    assert str(AuditEvent.objects.first()) == f"company.step2 {company}"


def the_deeds(cast: Cast) -> dict[str, Callable[[], Any]]:
    """A few of every app; each with the action that its audit row must name."""
    submitted, returned = review_stories.applied(), review_stories.applied()
    match = stories.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    other = stories.match_of(cast.other_company, cast.other_startup)
    wished = stories.match_of(cast.other_company, cast.startup)
    request = stories.asked(stories.match_of(cast.company, cast.other_startup), cast.company_owner)
    withdrawn = stories.asked(
        stories.match_of(factories.ChallengeFactory().company, cast.startup),
        cast.officer,
        consent="By telephone",
    )
    round_ = stories.a_round(cast.officer)
    by = {"by": cast.officer}
    return {
        "organisation.published": lambda: review_stories.approved(submitted, **by),
        "organisation.returned": lambda: review_stories.returned(returned, **by),
        "organisation.suspended": lambda: accounts.suspend(submitted.organisation, reason="Closed", **by),
        "organisation.submitted": lambda: accounts.submit(returned.organisation, **by),
        "organisation.created": lambda: accounts.create_organisation(
            OrganisationKind.STARTUP,
            {
                "name": "New",
                "country": "SG",
                "fields": ["retail"],
                "modes": ["investment"],
                "languages": ["en"],
            },
            status="draft",
            **by,
        ),
        "user.added": lambda: accounts.add_person(email="new@people.example", name="New", **by),
        "user.settings_changed": lambda: accounts.change_settings(cast.officer, {"name": "Ota"}, **by),
        "challenge.changed": lambda: companies.change_challenge(
            cast.company.challenges.get(), {"title": "もっと速く"}, **by
        ),
        "run.started": lambda: matches.start_run(**by),
        "match.disclosed": lambda: matches.disclose(match, **by),
        "match.dismissed": lambda: matches.dismiss(other, side=Side.STAFF, reason=DismissReason.TERMS, **by),
        "meetingrequest.requested": lambda: stories.asked(wished, cast.other_company_owner),
        "meetingrequest.declined": lambda: meetings.decline(
            request, reason=DeclineReason.TERMS, by=cast.other_startup_owner
        ),
        "meetingrequest.withdrawn": lambda: meetings.withdraw(withdrawn, **by),
        "round.edited": lambda: meetings.edit_round(
            round_, name="Week 23", rooms=["Online 1"], interpreters=[], by=cast.officer
        ),
        "deck.received": lambda: decks.sent(cast.startup, cast.startup_owner),
        "deck.deleted": lambda: startups.delete_deck(
            decks.sent(cast.other_startup, cast.other_startup_owner), by=cast.other_startup_owner
        ),
        "interpreter.added": lambda: meetings.add_interpreter(name="Interpreter", languages=["en"], **by),
        "interpreter.changed": lambda: meetings.change_interpreter(
            stories.interpreter(), fields=["retail"], **by
        ),
    }


def test_every_deed_leaves_a_row_that_names_its_doer(cast: Cast) -> None:
    """Silent deeds, and rows without the person who did it, fail here."""
    silent, nameless, renamed = [], [], {}
    for action, deed in the_deeds(cast).items():
        newest = AuditEvent.objects.order_by("id").values_list("pk", flat=True).last() or 0
        deed()
        rows = list(AuditEvent.objects.filter(pk__gt=newest))
        if not rows:
            silent.append(action)
        elif action not in {row.action for row in rows}:
            renamed[action] = sorted({row.action for row in rows})
        elif not any(row.actor_id and row.actor_label for row in rows):
            nameless.append(action)
    assert (silent, nameless) == ([], [])
    assert renamed == {}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_labels_do_not_depend_on_the_language_of_who_acts(language: str, cast: Cast) -> None:
    """The trail is read by others: it keeps names as they are written, not as one reader sees them."""
    match = stories.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    with translation.override(language):
        matches.disclose(match, by=cast.officer)
    row = AuditEvent.objects.get(action="match.disclosed")
    assert row.target_label == f"{cast.company.organisation.name} × {cast.startup.organisation.name}"
    assert (row.actor_label, row.detail["before"]) == ("officer", "proposed")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_trail_is_shown_in_the_readers_language(
    language: str, cast: Cast, as_user: Callable[[User], Client]
) -> None:
    review_stories.returned(review_stories.applied(), by=cast.officer, text="従業員数")
    page = as_user(cast.administrator).get(f"/{language}/account/audit/").content.decode()
    assert f'<html lang="{language}"' in page
    assert "officer" in page
    with translation.override(language):
        assert translation.gettext("Audit trail") in page
    assert ("Audit trail" in page) is (language == "en")


def test_a_trail_of_many_rows_is_paged_with_a_constant_number_of_queries(
    cast: Cast, as_user: Callable[[User], Client], django_assert_num_queries: Any
) -> None:
    client = as_user(cast.administrator)
    client.get("/en/account/audit/")
    counts = []
    for more in (1, 200):
        AuditEvent.objects.bulk_create(
            AuditEvent(
                at=timezone.now(),
                action="x.y",
                target_type="t",
                target_id="1",
                target_label="L",
                actor_id=cast.officer.pk,
            )
            for _number in range(more)
        )
        with django_assert_num_queries(6, exact=False) as seen:
            assert client.get("/en/account/audit/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]

"""A programme of any size, made quickly: what several benchmarks fill a database with."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import connection, models
from django.utils import timezone

from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import Organisation
from matchmaking.core.enums import TARGET_COUNTRIES, CooperationMode, Field, Stage
from startups.models import Startup

MADE = 1_000  # by Python; the database makes the others of them
FIELDS, MODES, STAGES = list(Field), list(CooperationMode), list(Stage)
WORDS = ("Sora", "Nusa", "Kite", "Reef", "Amber", "Lotus", "Delta", "Mist", "Quill", "Tidal", "Vega", "Zest")
# As the portal sets them, all last changes would be of this minute.
VARIED = {"name": "name || ' ' || n", "updated_at": "updated_at - random() * interval '300 days'"}


def startups(count: int, seed: int = 5) -> None:
    """Published startups of all fields, stages and target countries; one in ten has not said how large its team is."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    organisations = Organisation.objects.bulk_create(_organisations(chance, MADE))
    Startup.objects.bulk_create(Startup(organisation=each, **_traits(chance)) for each in organisations)
    _multiply(organisations[0].pk, count // MADE - 1)


def _organisations(chance: random.Random, count: int) -> Iterable[Organisation]:
    for _ in range(count):
        yield Organisation(
            kind=OrganisationKind.STARTUP,
            status=OrganisationStatus.PUBLISHED,
            published_at=timezone.now() - timedelta(days=chance.randrange(300)),
            name=f"{chance.choice(WORDS)}{chance.choice(WORDS).lower()} {chance.randrange(1_000_000)}",
            country=chance.choice(TARGET_COUNTRIES),
            fields=chance.sample(FIELDS, chance.choice((1, 1, 2))),
            modes=chance.sample(MODES, chance.choice((1, 2))),
            languages=["en"],
        )


def _traits(chance: random.Random) -> dict[str, Any]:
    team = None if chance.random() < 0.1 else chance.randrange(1, 400)
    return {"stage": chance.choice(STAGES), "team_size": team, "one_liner": "One line."}


def _multiply(first: int, times: int) -> None:
    """Copy every startup so many times, with its organisation; only code names columns here."""
    organisation, startup = _columns(Organisation), _columns(Startup)
    values = [VARIED.get(name, name) for name in organisation]
    copied, joined = ", ".join(startup), ", ".join(f"s.{name}" for name in startup)
    insert_organisations = f"""
        insert into accounts_organisation ({", ".join(organisation)})
        with made as (select * from accounts_organisation where id >= %(first)s and id < %(first)s + %(made)s)
        select {", ".join(values)} from made, generate_series(1, %(times)s) n order by n, id"""  # noqa: S608
    insert_startups = f"""
        insert into startups_startup (organisation_id, {copied})
        select o.id, {joined} from accounts_organisation o join startups_startup s
        on s.organisation_id = %(first)s + (o.id - %(first)s) %% %(made)s where o.id >= %(first)s + %(made)s"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
        for statement in (insert_organisations, insert_startups):
            cursor.execute(statement, {"first": first, "made": MADE, "times": times})
        cursor.execute("vacuum analyze accounts_organisation, startups_startup")
        cursor.execute("reset statement_timeout")


def _columns(model: type[models.Model]) -> list[str]:
    fields = model._meta.concrete_fields
    return [field.column for field in fields if not field.primary_key and not field.generated]

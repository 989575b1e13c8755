"""A programme of any size, made quickly: what several benchmarks fill a database with."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import numpy as np
from django.db import connection, models, transaction
from django.utils import timezone

from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import Organisation
from companies.models import Challenge, Company
from matchmaking.core.enums import TARGET_COUNTRIES, CooperationMode, Field, Stage
from matchmaking.matches.engine import binary_copy
from matchmaking.matches.engine.embedding import ENCODERS, Encoder, Job, text_key
from matchmaking.matches.engine.features import company_jobs, startup_jobs, thesaurus_jobs
from matchmaking.matches.engine.policy import SLICES
from matchmaking.matches.engine.results import NONE, Results, kind_of
from matchmaking.matches.engine.scoring import Eligibility, pair_scores
from matchmaking.matches.engine.toplists import TopLists, top_lists
from matchmaking.matches.models import LISTED, ScoringPolicy
from matchmaking.matches.runs import lists
from matchmaking.matches.runs.candidates import Matcher, Party
from matchmaking.matches.runs.vectors import stored
from matchmaking.matches.sides import company_side, open_challenges, open_startups, startup_side
from matchmaking.matches.thesauri import editions
from startups.models import Startup

MADE = 1_000  # by Python; the database makes the others of them
FIELDS, MODES, STAGES = list(Field), list(CooperationMode), list(Stage)
WORDS = ("Sora", "Nusa", "Kite", "Reef", "Amber", "Lotus", "Delta", "Mist", "Quill", "Tidal", "Vega", "Zest")
# As the portal sets them, all last changes would be of this minute.
VARIED = {"name": "name || ' ' || n", "updated_at": "updated_at - random() * interval '300 days'"}
VARIED_STARTUP = {"one_liner": "s.one_liner || ' ' || o.id"}  # each a text, and so a vector, of its own


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
    copied = ", ".join(startup)
    joined = ", ".join(VARIED_STARTUP.get(name, f"s.{name}") for name in startup)
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


def firms(count: int, seed: int = 6) -> None:
    """Published firms with one challenge each, of one field and of one or two modes."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    organisations = Organisation.objects.bulk_create(
        Organisation(
            kind=OrganisationKind.COMPANY, status=OrganisationStatus.PUBLISHED, published_at=timezone.now(),
            name=f"Firm {number}", country="JP", fields=[chance.choice(FIELDS)],
            modes=chance.sample(MODES, chance.choice((1, 2))), languages=["ja"],
        )
        for number in range(count)
    )  # fmt: skip
    companies = Company.objects.bulk_create(
        Company(organisation=each, prefecture="15", industry="foods") for each in organisations
    )
    Challenge.objects.bulk_create(
        Challenge(company=each, title="Title", text=f"Text {number}", field=each.organisation.fields[0])
        for number, each in enumerate(companies)
    )


# --- What the encoders and a full pass would have made of it ------------------------------------------------------

AT_ONCE = 20_000  # vectors sent to the database at a time


def vectors(seed: int = 7) -> None:
    """Invented vectors for all texts without one: reading 100,000 takes hours, and is done once in a text's life."""
    rng = np.random.default_rng(seed)
    texts = thesaurus_jobs(editions.in_force())
    texts += company_jobs([company_side(each) for each in open_challenges().iterator(AT_ONCE)])
    texts += startup_jobs([startup_side(each) for each in open_startups().iterator(AT_ONCE)])
    texts = list(dict.fromkeys(texts))
    for encoder in ENCODERS.values():
        for start in range(0, len(texts), AT_ONCE):
            block = texts[start : start + AT_ONCE]
            there = stored(text_key(encoder, *text) for text in block)
            _send_vectors(encoder, [text for text in block if text_key(encoder, *text) not in there], rng)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze matches_textvector")


def _send_vectors(encoder: Encoder, texts: list[Job], rng: np.random.Generator) -> None:
    count = len(texts)
    raw = rng.standard_normal((count, encoder.dimensions), dtype=np.float32)
    raw /= np.linalg.norm(raw, axis=1, keepdims=True)
    sent = np.empty(count, dtype=[("size", ">i2"), ("unused", ">i2"), ("numbers", ">f4", encoder.dimensions)])
    sent["size"], sent["unused"], sent["numbers"] = encoder.dimensions, 0, raw
    keys = [text_key(encoder, role, text).encode() for role, text in texts]
    columns = {
        "key": binary_copy.chosen(np.arange(count), keys),
        "encoder": binary_copy.constant(encoder.name.encode(), count),
        "vector": binary_copy.Column(
            count, (binary_copy.Piece(sent.view(np.uint8).reshape(count, sent.itemsize)),)
        ),
        "created_at": binary_copy.constant(binary_copy.moment(timezone.now()), count),
    }
    _copy("matches_textvector", columns)


def full_lists(policy: ScoringPolicy) -> int:
    """The lists that a full pass would write, with their true scores and invented parts. Returns how many pairs."""
    matcher = Matcher(policy)
    firms, startups = matcher.firms(list(open_challenges())), matcher.startups(list(open_startups()))
    rules = Eligibility(firms.terms, startups.terms)
    by_firm, by_startup = top_lists(firms.features.matrix, startups.features.matrix, rules, LISTED)
    listed = _listed(firms, startups, by_firm, by_startup)
    columns = lists.new_columns(listed, policy_id=policy.pk, run_id=None, now=timezone.now())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0; set local session_replication_role = replica")
        _copy("matches_match", columns)
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
        cursor.execute("vacuum analyze matches_match")
        cursor.execute("reset statement_timeout")
    return len(listed)


def _listed(firms: Party, startups: Party, by_firm: TopLists, by_startup: TopLists) -> lists.Listed:
    span = len(startups.keys)
    first = by_firm.keys.astype(np.int64) * span + by_firm.others
    second = by_startup.others.astype(np.int64) * span + by_startup.keys
    cells = np.union1d(first, second)
    left, right = cells // span, cells % span
    rows = np.zeros(len(cells), dtype=kind_of(SLICES))
    rows["company_id"], rows["challenge_id"] = firms.owners[left], firms.keys[left]
    rows["startup_id"], rows["shared"], rows["parts"] = startups.keys[right], NONE, 20
    for start in range(0, len(cells), 1_000):
        part = slice(start, start + 1_000)
        u, v = firms.features.matrix[left[part]], startups.features.matrix[right[part]]
        rows["raw_score"][part] = pair_scores(u, v)
    places = [np.zeros(len(cells), dtype=np.int64) for _ in range(2)]
    for place, found, best in ((places[0], first, by_firm), (places[1], second, by_startup)):
        starts = np.searchsorted(best.keys, best.keys)
        place[np.searchsorted(cells, found)] = np.arange(len(found)) - starts + 1
    return lists.Listed(Results(rows, SLICES), *places)


def _copy(table: str, columns: dict[str, binary_copy.Column]) -> None:
    statement = f"copy {table} ({', '.join(columns)}) from stdin (format binary)"
    with connection.cursor() as cursor:
        for piece in binary_copy.written(list(columns.values())):
            cursor.copy_expert(statement, io.BytesIO(piece))

"""What happens to a startup's profile: which one an imported row means, amounts in dollars, and what is written."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.actions import Contact
from accounts.enums import MemberRole, OrganisationStatus
from accounts.models import Membership, Organisation, Review
from matchmaking.core.importing.report import Outcome
from matchmaking.core.models import AuditEvent, Job
from startups import actions
from startups.actions import StartupRow
from startups.models import Startup, StartupEvent
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def row(name: str = "Alpha", country: str = "SG", external_id: str = "", **more: Any) -> StartupRow:
    organisation: Mapping[str, Any] = more.pop("organisation", {})
    return StartupRow(name, country, external_id, organisation, more.pop("startup", {}), **more)


def known(name: str, country: str = "SG", external_id: str | None = None) -> Startup:
    return factories.StartupFactory(
        organisation__name=name, organisation__country=country, external_id=external_id
    )


def found(wanted: StartupRow) -> Startup | None:
    """The startup that the row was taken for, or None if a new one was made."""
    before = set(Startup.objects.values_list("pk", flat=True))
    outcome = actions.import_startup(wanted)
    if outcome == Outcome.CREATED:
        return None
    assert set(Startup.objects.values_list("pk", flat=True)) == before
    changed = Startup.objects.filter(external_id=wanted.external_id or None)
    return changed.first() if wanted.external_id else Startup.objects.get(pk__in=before)


SAME = [
    ("Alpha", "alpha"),
    ("Alpha", "ＡＬＰＨＡ"),
    ("Alpha Pte. Ltd.", "ALPHA PTE LTD"),
    ("Alpha Pte. Ltd.", "Alpha"),
    ("PT Alpha Nusantara Tbk", "Alpha Nusantara"),
    ("Công ty TNHH Alpha", "ALPHA"),
    ("Mens Alpha", "Men's Alpha"),
]
OTHER = [
    ("Alpha", "Alphas"),
    ("Alpha", "Alpha Two"),
    ("Alpha", "Beta Alpha"),
    ("Alpha 1", "Alpha 2"),
]


@pytest.mark.parametrize(("there", "comes"), SAME)
def test_a_name_that_differs_in_form_only_is_the_same_startup(there: str, comes: str) -> None:
    startup = known(there)
    assert found(row(comes)) == startup
    startup.organisation.refresh_from_db()
    assert startup.organisation.name == there, "the name found by is kept as it is"


@pytest.mark.parametrize(("there", "comes"), OTHER)
def test_another_name_is_another_startup(there: str, comes: str) -> None:
    known(there)
    assert found(row(comes)) is None
    assert Startup.objects.count() == 2


@pytest.mark.parametrize(
    ("there", "comes", "is_same"),
    [
        (("Alpha", "SG", None), ("Alpha", "VN", ""), False),
        (("Alpha", "SG", None), ("Alpha", "SG", "id-1"), True),
        (("Alpha", "SG", "id-1"), ("Alpha", "SG", ""), True),
        (("Alpha", "SG", "id-1"), ("Alpha", "SG", "id-2"), False),
        (("Alpha", "SG", "id-1"), ("Renamed", "VN", "id-1"), True),
    ],
)
def test_the_identifier_comes_before_name_and_country(
    there: tuple[str, str, str | None], comes: tuple[str, str, str], is_same: bool
) -> None:
    known(*there)
    assert (actions.import_startup(row(*comes)) != Outcome.CREATED) is is_same
    assert Startup.objects.count() == (1 if is_same else 2)


def test_an_identifier_renames_and_moves_what_it_names() -> None:
    startup = known("Alpha", "SG", "id-1")
    actions.import_startup(row("Renamed", "VN", "id-1"))
    organisation = Organisation.objects.get(pk=startup.pk)
    assert (organisation.name, str(organisation.country), organisation.status) == (
        "Renamed",
        "VN",
        "published",
    )
    assert not Review.objects.exists(), "staff who import a list know what they do"


@pytest.mark.parametrize("name", ["Alpha", "ALPHA", "Alpha Pte Ltd"])
def test_of_namesakes_the_row_must_say_which(name: str) -> None:
    for external_id in ("id-1", "id-2"):
        known("Alpha", "SG", external_id)
    with pytest.raises(ValidationError) as caught:
        actions.import_startup(row(name))
    assert list(caught.value.message_dict) == ["name"]
    assert "give the identifier" in caught.value.messages[0]


@pytest.mark.parametrize(
    ("country", "region", "zone"),
    [
        ("SG", "", "Asia/Singapore"),
        ("AU", "WA", "Australia/Perth"),
        ("ID", "WIT", "Asia/Jayapura"),
        ("IL", "", "Asia/Jerusalem"),
    ],
)
def test_a_new_startup_has_the_time_of_its_country(country: str, region: str, zone: str) -> None:
    actions.import_startup(row(country=country, organisation={"region": region}))
    assert Organisation.objects.get().time_zone == zone


def test_a_zone_that_is_given_goes_before_that_of_the_country() -> None:
    actions.import_startup(row(organisation={"time_zone": "Europe/Paris"}))
    assert Organisation.objects.get().time_zone == "Europe/Paris"


@pytest.mark.parametrize("status", [OrganisationStatus.DRAFT, OrganisationStatus.SUBMITTED])
def test_the_status_counts_for_new_ones_only(status: str) -> None:
    values = {"fields": ["retail"], "modes": ["investment"]}
    actions.import_startup(row(organisation=values), status=status)
    actions.import_startup(row(organisation={"city": "Elsewhere", **values}), status=OrganisationStatus.DRAFT)
    assert Organisation.objects.get().status == status


AMOUNTS = [
    ({"sought_amount": Decimal(134_000), "sought_currency": "SGD"}, 100_000),
    ({"sought_amount": Decimal(1_000), "sought_currency": "USD"}, 1_000),
    ({"sought_amount": Decimal(0), "sought_currency": "JPY"}, 0),
    ({"sought_amount": None, "sought_currency": ""}, None),
]


@pytest.mark.parametrize(("values", "dollars"), AMOUNTS)
def test_what_is_sought_is_worked_out_in_dollars(
    values: dict[str, Any], dollars: int | None, cast: Cast
) -> None:
    actions.change_startup(cast.startup, {}, values, by=cast.startup_owner)
    stored = Startup.objects.get(pk=cast.startup.pk)
    assert stored.funding_sought_usd == dollars


def test_a_new_currency_works_the_dollars_out_anew_and_is_the_only_change_told(cast: Cast) -> None:
    actions.change_startup(cast.startup, {}, AMOUNTS[0][0], by=cast.startup_owner)
    changed = actions.change_startup(cast.startup, {}, {"sought_currency": "USD"}, by=cast.startup_owner)
    assert changed == ["sought_currency"]
    assert Startup.objects.get(pk=cast.startup.pk).funding_sought_usd == 134_000
    event = AuditEvent.objects.filter(action="organisation.changed").latest("pk")
    assert event.detail["fields"] == ["sought_currency"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"sought_amount": Decimal(5), "sought_currency": ""}, "sought_currency"),
        ({"sought_amount": None, "sought_currency": "SGD"}, "sought_amount"),
        ({"sought_amount": Decimal(5)}, "sought_currency"),
        ({"sought_currency": "SGD"}, "sought_amount"),
    ],
)
def test_an_amount_and_its_currency_come_together(values: dict[str, Any], field: str, cast: Cast) -> None:
    before = Startup.objects.filter(pk=cast.startup.pk).values().get()
    with pytest.raises(ValidationError) as caught:
        actions.change_startup(cast.startup, {}, values, by=cast.startup_owner)
    assert list(caught.value.message_dict) == [field]
    assert Startup.objects.filter(pk=cast.startup.pk).values().get() == before


def test_saving_what_is_there_writes_nothing(cast: Cast) -> None:
    values = {"team_size": cast.startup.team_size, "stage": cast.startup.stage}
    before = (AuditEvent.objects.count(), StartupEvent.objects.count(), Job.objects.count())
    assert actions.change_startup(cast.startup, {"city": "Singapore"}, values, by=cast.startup_owner) == []
    assert (AuditEvent.objects.count(), StartupEvent.objects.count(), Job.objects.count()) == before


@pytest.mark.parametrize(
    ("status", "is_held"),
    [("draft", False), ("returned", False), ("published", True), ("suspended", True), ("lapsed", True)],
)
def test_a_new_name_is_held_only_where_somebody_has_looked_once(status: str, is_held: bool) -> None:
    startup = factories.StartupFactory(organisation__status=status)
    by = factories.MembershipFactory(organisation=startup.organisation).user
    changed = actions.change_startup(startup, {"name": "Renamed", "city": "Elsewhere"}, {}, by=by)
    organisation = Organisation.objects.get(pk=startup.pk)
    assert (organisation.name == "Renamed") is not is_held
    assert organisation.city == "Elsewhere", "what is no identity is live at once"
    assert ("name" in changed) is not is_held
    assert Review.objects.filter(organisation=organisation, kind="identity").exists() is is_held


def test_a_contact_owns_what_was_imported_and_counts_as_a_change_once() -> None:
    contact = Contact(email="mei@alpha.example", name="Mei Tan", title="CEO")
    assert actions.import_startup(row(contact=contact)) == Outcome.CREATED
    assert actions.import_startup(row(contact=contact)) == Outcome.UNCHANGED
    member = Membership.objects.get()
    assert (member.role, member.user.language, member.title) == (MemberRole.OWNER, "en", "CEO")
    other = Contact(email="second@alpha.example", name="Second")
    assert actions.import_startup(row(contact=other)) == Outcome.UPDATED
    assert Membership.objects.get(user__email="second@alpha.example").role == MemberRole.MEMBER


@pytest.mark.django_db(transaction=True)
def test_one_list_imported_by_two_at_once_makes_each_startup_once() -> None:
    def bring(number: int) -> str:
        try:
            return actions.import_startup(row(f"Startup {number % 3}"))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(bring, range(9)))
    assert outcomes.count(Outcome.CREATED) == 3
    assert outcomes.count(Outcome.UNCHANGED) == 6
    assert Startup.objects.count() == 3

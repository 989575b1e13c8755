"""What happens to challenges: added, changed, closed and opened again, and what follows from each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from accounts.enums import OrganisationStatus
from accounts.models import Organisation, User
from companies import actions
from companies.models import Challenge, ChallengeEvent, Company
from matchmaking.core.models import AuditEvent, Job
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
VALUES: dict[str, Any] = {
    "title": "電気代を減らしたい",
    "text": "冷凍庫の電気代が高い。",
    "field": "decarbonization",
    "sub_fields": ["energy_efficiency"],
    "modes": ["investment"],
}
FINISHED = (OrganisationStatus.SUBMITTED, OrganisationStatus.PUBLISHED, OrganisationStatus.SUSPENDED)


def firm(status: str = OrganisationStatus.PUBLISHED) -> Company:
    return factories.CompanyFactory(organisation__status=status)


def trail(company: Company) -> list[tuple[str, dict[str, Any]]]:
    rows = AuditEvent.objects.filter(
        target_type="accounts.organisation", target_id=str(company.pk), action__startswith="challenge."
    )
    return [(row.action, row.detail) for row in rows.order_by("pk")]


def rescores() -> int:
    return Job.objects.filter(name="matches.rescore").count()


def test_what_is_added_is_kept_told_and_matched() -> None:
    company, by = firm(), factories.UserFactory()
    before, stamp = rescores(), Organisation.objects.get(pk=company.pk).updated_at
    challenge = actions.add_challenge(company, VALUES, by=by)
    assert {name: getattr(challenge, name) for name in VALUES} == VALUES
    assert challenge.is_open
    assert trail(company) == [("challenge.added", {"title": "電気代を減らしたい"})]
    assert rescores() == before + 1
    assert Organisation.objects.get(pk=company.pk).updated_at > stamp


@pytest.mark.parametrize(
    ("given", "expected"), [([], ["joint_development"]), (["investment"], ["investment"])]
)
def test_a_challenge_without_modes_takes_those_of_its_firm(given: list[str], expected: list[str]) -> None:
    challenge = actions.add_challenge(firm(), {**VALUES, "modes": given}, by=None)
    challenge.refresh_from_db()
    assert challenge.modes == expected


@pytest.mark.parametrize("status", sorted(set(OrganisationStatus) - {OrganisationStatus.ERASED}))
def test_only_a_profile_that_is_sent_in_needs_everything(status: OrganisationStatus) -> None:
    company = firm(status)
    half = {**VALUES, "text": "", "field": "", "sub_fields": []}
    if status in actions.COMPLETE:
        with pytest.raises(ValidationError) as caught:
            actions.add_challenge(company, half, by=None)
        assert set(caught.value.message_dict) == {"text", "field"}
        assert not company.challenges.exists()
        assert trail(company) == []
    else:
        assert actions.add_challenge(company, half, by=None).is_described() is False


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"text": ""}, {"text"}),
        ({"field": "", "sub_fields": []}, {"field"}),
        ({"text": "", "field": ""}, {"text", "field"}),
    ],
)
def test_a_change_that_takes_something_needed_away_is_refused_whole(
    change: dict[str, Any], told: set[str]
) -> None:
    challenge = actions.add_challenge(firm(), VALUES, by=None)
    with pytest.raises(ValidationError) as caught:
        actions.change_challenge(challenge, {"title": "別の題", **change}, by=None)
    assert set(caught.value.message_dict) == told
    stored = Challenge.objects.get(pk=challenge.pk)
    assert {name: getattr(stored, name) for name in VALUES} == VALUES


@pytest.mark.parametrize(
    ("field", "sub_fields", "stray"),
    [
        ("decarbonization", ["energy_efficiency"], None),
        ("decarbonization", [], None),
        ("retail", ["energy_efficiency"], "Energy efficiency"),
        ("decarbonization", ["energy_efficiency", "smart_farming"], "Smart farming"),
        ("agritech", ["smart_farming"], None),
    ],
)
def test_sub_fields_belong_to_the_field(field: str, sub_fields: list[str], stray: str | None) -> None:
    company, values = firm(), {**VALUES, "field": field, "sub_fields": sub_fields}
    if stray is None:
        assert actions.add_challenge(company, values, by=None).sub_fields == sub_fields
        return
    with pytest.raises(ValidationError) as caught:
        actions.add_challenge(company, values, by=None)
    assert list(caught.value.message_dict) == ["sub_fields"]
    assert "belongs to none of the chosen fields" in caught.value.messages[0]


def test_a_change_writes_one_state_and_one_line_with_the_names_of_what_changed() -> None:
    challenge = actions.add_challenge(firm(), VALUES, by=None)
    states = ChallengeEvent.objects.filter(pgh_obj=challenge).count()
    changed = actions.change_challenge(
        challenge,
        {"text": "冷凍庫を替えたい。", "deadline": date(2027, 3, 31), "title": VALUES["title"]},
        by=None,
    )
    assert sorted(changed) == ["deadline", "text"]
    assert trail(challenge.company)[-1] == (
        "challenge.changed",
        {"title": VALUES["title"], "fields": ["deadline", "text"]},
    )
    assert ChallengeEvent.objects.filter(pgh_obj=challenge).count() == states + 1


def test_saving_what_is_there_writes_nothing() -> None:
    challenge = actions.add_challenge(firm(), VALUES, by=None)
    before = (len(trail(challenge.company)), rescores(), ChallengeEvent.objects.count())
    assert actions.change_challenge(challenge, VALUES, by=None) == []
    assert (len(trail(challenge.company)), rescores(), ChallengeEvent.objects.count()) == before


@pytest.mark.parametrize("status", [OrganisationStatus.DRAFT, *FINISHED])
def test_only_what_is_published_is_scored_anew(status: str) -> None:
    company = firm(status)
    actions.add_challenge(company, VALUES, by=None)
    assert (rescores() > 0) is (status == OrganisationStatus.PUBLISHED)


def test_closing_and_opening_again_are_changes_like_others() -> None:
    challenge = actions.add_challenge(firm(), VALUES, by=None)
    for is_open in (False, True):
        assert actions.change_challenge(challenge, {"is_open": is_open}, by=None) == ["is_open"]
        assert Challenge.objects.get(pk=challenge.pk).is_open is is_open
    assert [detail.get("fields") for _action, detail in trail(challenge.company)] == [
        None,
        ["is_open"],
        ["is_open"],
    ]


@pytest.mark.parametrize(
    ("has", "wants", "expected"),
    [
        (["retail"], "agritech", ["retail", "agritech"]),
        (["retail"], "retail", ["retail"]),
        ([], "mobility", ["mobility"]),
        (["retail"], "", ["retail"]),
    ],
)
def test_a_firm_is_active_in_the_fields_of_its_challenges(
    has: list[str], wants: str, expected: list[str]
) -> None:
    company = factories.CompanyFactory(organisation__fields=has, organisation__status="draft")
    challenge = Challenge(company=company, **{**VALUES, "field": wants, "sub_fields": []})
    actions.take_field_over(challenge, by=factories.UserFactory())
    assert Organisation.objects.get(pk=company.pk).fields == expected


@pytest.mark.parametrize(
    ("answers", "need"),
    [
        ({}, "題 困りごと"),
        ({"place": "工場"}, "題 困りごと 工場"),
        ({"place": "工場", "amount": "毎日", "solved_when": "半減"}, "題 困りごと 工場 毎日 半減"),
        ({"tried": "人手"}, "題 困りごと"),
        ({"text": "", "amount": "毎日"}, "題 毎日"),
    ],
)
def test_what_was_tried_in_vain_is_not_matched(answers: dict[str, str], need: str) -> None:
    assert Challenge(**{"title": "題", "text": "困りごと", **answers}).need() == need


@pytest.mark.django_db(transaction=True)
def test_of_many_who_add_the_same_challenge_at_once_one_does(cast: Cast) -> None:
    def add(_number: int) -> bool:
        try:
            actions.add_challenge(
                Company.objects.get(pk=cast.company.pk), VALUES, by=User.objects.get(pk=cast.company_owner.pk)
            )
        except IntegrityError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(add, range(6))) == [False] * 5 + [True]
    assert Challenge.objects.filter(company=cast.company, title=VALUES["title"]).count() == 1
    assert [action for action, _detail in trail(cast.company)] == ["challenge.added"]


@pytest.mark.django_db(transaction=True)
def test_two_who_close_and_rewrite_at_once_lose_nothing(cast: Cast) -> None:
    challenge = cast.company.challenges.get()

    def change(values: dict[str, Any]) -> list[str]:
        try:
            return actions.change_challenge(Challenge.objects.get(pk=challenge.pk), values, by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(change, [{"is_open": False}, {"text": "書き直した。"}])) == [
            ["is_open"],
            ["text"],
        ]
    challenge.refresh_from_db()
    assert (challenge.is_open, challenge.text) == (False, "書き直した。")

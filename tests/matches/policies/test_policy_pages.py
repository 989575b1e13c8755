"""The policies as an administrator reads, drafts and confirms them, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from matchmaking.matches import actions
from matchmaking.matches.engine.policy import SLICES, load_policy
from matchmaking.matches.enums import PolicyStatus
from matchmaking.matches.explaining.explanation import PART_LABELS
from matchmaking.matches.models import Run, ScoringPolicy
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import answer, columns, main, source, words

pytestmark = pytest.mark.django_db

WEIGHTS = dict(load_policy().weights)


@pytest.fixture
def client(cast: Cast, as_user: Any) -> Client:
    return as_user(cast.administrator)


@pytest.fixture
def draft(cast: Cast) -> ScoringPolicy:
    return actions.draft_policy(weights={**WEIGHTS, "field": 0.9}, by=cast.administrator)


def post(client: Client, name: str, data: dict[str, Any], *, language: str = "en", **kwargs: Any) -> Any:
    with translation.override(language):
        return client.post(reverse(name, kwargs=kwargs or None), data)


def typed(**changed: Any) -> dict[str, str]:
    return {name: str(value) for name, value in {**WEIGHTS, **changed}.items()}


def test_the_list_says_of_every_policy_who_when_and_why(
    cast: Cast, client: Client, draft: ScoringPolicy
) -> None:
    old = ScoringPolicy.objects.in_force().get()
    seen = actions.seen_by(draft, old)
    actions.put_in_force(draft, reason="Fields decide <b>more</b>.", seen=seen, by=cast.administrator)
    actions.draft_policy(weights=WEIGHTS, by=cast.administrator)
    _head, *rows = columns(source(client, "matches:policies"))
    assert [row[:2] for row in rows] == [
        [f"Version {old.version + 2}", "Draft"],
        [f"Version {old.version + 1}", "In force"],
        [f"Version {old.version}", "Retired"],
    ]
    assert ("administrator" in rows[1][2], "administrator" in rows[1][3]) == (True, True)
    assert (rows[1][5], rows[1][4], rows[2][4] != "–") == ("Fields decide <b>more</b>.", "–", True)
    assert "Delivered with the portal" in rows[2][2]


@pytest.mark.parametrize(
    ("language", "delivered", "since"),
    [("en", "Delivered with the portal", "Put in force by"), ("ja", "標準の算定基準", "適用")],
)
def test_where_a_policy_comes_from_and_since_when_it_is_in_force_are_two_lines(
    client: Client, policy: ScoringPolicy, language: str, delivered: str, since: str
) -> None:
    page = main(source(client, "matches:policy", pk=policy.pk, language=language))
    first, second = re.findall(r"<li>(.*?)</li>", page, re.DOTALL)[:2]
    assert (words(first), since in words(second)) == (delivered, True)


def test_the_part_whose_weight_differs_is_marked_at_its_name(client: Client, draft: ScoringPolicy) -> None:
    """So that the weights stand beneath each other."""
    rows = columns(source(client, "matches:policy", pk=draft.pk))
    marked = [row for row in rows if row[0].endswith(" Changed")]
    assert [(row[0], row[3:]) for row in marked] == [
        ("Shared field and sub-field Changed", ["0.900", "0.300"])
    ]


def test_before_the_first_run_the_list_says_what_will_happen(client: Client) -> None:
    assert "The delivered one comes into force with the first run." in source(client, "matches:policies")
    assert "最初の計算" in source(client, "matches:policies", language="ja")


def test_the_list_asks_the_database_as_often_for_three_policies_as_for_one(
    cast: Cast, client: Client, policy: ScoringPolicy
) -> None:
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as queries:
            source(client, "matches:policies")
        counts.append(len(queries))
        for _each in range(2):
            actions.draft_policy(weights=WEIGHTS, by=cast.administrator)
    assert counts[0] == counts[1]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_policys_page_shows_each_part_with_its_share_which_add_up_to_a_hundred(
    client: Client, draft: ScoringPolicy, language: str
) -> None:
    page = source(client, "matches:policy", language=language, pk=draft.pk)
    with translation.override(language):
        labels = {name: str(label) for name, label in PART_LABELS.items()}
        changed = " " + gettext("Changed")
    named = {row[0].removesuffix(changed): row for row in columns(page) if len(row) == 5}
    rows = {label: row for label, row in named.items() if label in labels.values()}
    assert sorted(rows) == sorted(labels.values())
    assert sum(float(row[2]) for row in rows.values()) == pytest.approx(100)
    assert rows[labels["field"]][3:] == ["0.900", "0.300"]
    assert draft.fingerprint in page


def test_only_a_draft_offers_what_is_done_to_drafts(client: Client, draft: ScoringPolicy) -> None:
    found = {}
    for status in (PolicyStatus.DRAFT, PolicyStatus.RETIRED, PolicyStatus.DISCARDED):
        row = ScoringPolicy.objects.create(
            version=60 + len(found), status=status, parameters=draft.parameters, based_on=draft.based_on
        )
        page = main(source(client, "matches:policy", pk=row.pk))
        pages = ("policy_edit", "policy_put_in_force", "policy_discard")
        found[status] = [reverse(f"matches:{name}", kwargs={"pk": row.pk}) in page for name in pages]
        codes = {answer(client, f"matches:{name}", pk=row.pk).status_code for name in pages}
        assert codes == ({200} if status == PolicyStatus.DRAFT else {409})
    assert found == {
        PolicyStatus.DRAFT: [True] * 3,
        PolicyStatus.RETIRED: [False] * 3,
        PolicyStatus.DISCARDED: [False] * 3,
    }


# --- Drafting ----------------------------------------------------------------------------------------------------


def test_a_new_draft_begins_with_the_weights_in_force_and_names_every_part(
    client: Client, policy: ScoringPolicy
) -> None:
    page = source(client, "matches:policy_new")
    assert [name for name in SLICES if f'name="{name}" value="{WEIGHTS[name]}"' not in page] == []
    assert [label for label in PART_LABELS.values() if str(label) not in words(page)] == []
    assert not ScoringPolicy.objects.drafts().exists()


def test_saving_makes_a_draft_and_puts_nothing_in_force(
    cast: Cast, client: Client, policy: ScoringPolicy
) -> None:
    response = post(client, "matches:policy_new", typed(capability="0.725"))
    made = ScoringPolicy.objects.drafts().get()
    assert (response.status_code, response["Location"]) == (
        302,
        reverse("matches:policy", kwargs={"pk": made.pk}),
    )
    assert (made.parameters["weights"]["capability"], made.drafted_by) == (0.725, cast.administrator)
    assert ScoringPolicy.objects.in_force().get() == policy
    assert not Run.objects.exists()


BAD = {
    "": ("Enter a number from 0 to 5.", "0から5までの数値を入力してください。"),
    "-0.1": ("Enter a number from 0 to 5.", "0から5までの数値を入力してください。"),
    "5.001": ("Enter a number from 0 to 5.", "0から5までの数値を入力してください。"),
    "much": ("Enter a number from 0 to 5.", "0から5までの数値を入力してください。"),
    "NaN": ("Enter a number from 0 to 5.", "0から5までの数値を入力してください。"),
    "1e400": ("Enter a number from 0 to 5.", "0から5までの数値を入力してください。"),
    "0.1234": ("Enter at most three digits after the point.", "小数点以下は3桁までで入力してください。"),
}


@pytest.mark.parametrize(("value", "said"), BAD.items(), ids=BAD)
def test_a_weight_out_of_bounds_is_told_at_its_field_and_nothing_typed_is_lost(
    client: Client, policy: ScoringPolicy, value: str, said: tuple[str, str]
) -> None:
    for language, message in zip(("en", "ja"), said, strict=True):
        response = post(client, "matches:policy_new", typed(size=value, field="0.777"), language=language)
        page = response.content.decode()
        assert (response.status_code, page.count('id="id_size_error"')) == (200, 1)
        assert message in words(page)
        assert 'name="field" value="0.777"' in page
    assert not ScoringPolicy.objects.drafts().exists()


@pytest.mark.parametrize("value", ["0", "5", "0.001"])
def test_the_bounds_themselves_are_taken(client: Client, policy: ScoringPolicy, value: str) -> None:
    post(client, "matches:policy_new", typed(size=value))
    assert ScoringPolicy.objects.drafts().get().parameters["weights"]["size"] == float(value)


def test_somebody_must_weigh_something(client: Client, policy: ScoringPolicy) -> None:
    response = post(client, "matches:policy_new", dict.fromkeys(SLICES, "0"))
    assert "Give at least one part a weight above 0." in response.content.decode()


def test_what_a_colleague_saved_meanwhile_is_not_overwritten_unseen(
    cast: Cast, client: Client, draft: ScoringPolicy
) -> None:
    seen = draft.fingerprint
    actions.edit_draft(draft, weights={**WEIGHTS, "stage": 1.0}, by=factories.AdministratorFactory())
    response = post(client, "matches:policy_edit", {**typed(stage="0.2"), "seen": seen}, pk=draft.pk)
    page = response.content.decode()
    assert "Somebody else changed this draft meanwhile." in page
    assert 'name="stage" value="0.2"' in page
    draft.refresh_from_db()
    assert draft.parameters["weights"]["stage"] == 1.0
    again = {**typed(stage="0.2"), "seen": draft.fingerprint}
    assert draft.fingerprint in page
    assert post(client, "matches:policy_edit", again, pk=draft.pk).status_code == 302
    draft.refresh_from_db()
    assert draft.parameters["weights"]["stage"] == 0.2


# --- Putting in force, discarding --------------------------------------------------------------------------------


def test_the_check_page_names_each_part_that_changes_and_what_follows(
    cast: Cast, client: Client, draft: ScoringPolicy
) -> None:
    actions.start_run(by=cast.officer)
    page = words(main(source(client, "matches:policy_put_in_force", pk=draft.pk)))
    caps = [ScoringPolicy.objects.in_force().get().parameters["scale"]["caps"]["field"] / 10]
    caps.append(draft.parameters["scale"]["caps"]["field"] / 10)
    few, many = caps
    assert f"Shared field and sub-field Weight 0.300 → 0.900; at most {few} → {many} points" in page
    assert page.count("→") == 2
    assert draft.fingerprint in page
    assert "which is under way, is cancelled" in page


def test_a_draft_that_changes_nothing_says_so(cast: Cast, client: Client) -> None:
    same = actions.draft_policy(weights=WEIGHTS, by=cast.administrator)
    assert "Nothing would change." in source(client, "matches:policy_put_in_force", pk=same.pk)


def test_putting_in_force_needs_a_reason_and_leads_to_the_run(client: Client, draft: ScoringPolicy) -> None:
    seen = actions.seen_by(draft, ScoringPolicy.objects.in_force().get())
    for reason in ("", "   "):
        response = post(client, "matches:policy_put_in_force", {"seen": seen, "reason": reason}, pk=draft.pk)
        assert "Write why the policy comes into force." in response.content.decode()
    assert not Run.objects.exists()
    done = post(client, "matches:policy_put_in_force", {"seen": seen, "reason": "Tried."}, pk=draft.pk)
    run = Run.objects.get()
    assert (done["Location"], run.policy_id) == (reverse("matches:run", kwargs={"pk": run.pk}), draft.pk)


@pytest.mark.parametrize("seen", ["", "nonsense", "0" * 12 + "-1"])
def test_who_has_not_looked_cannot_confirm(client: Client, draft: ScoringPolicy, seen: str) -> None:
    response = post(client, "matches:policy_put_in_force", {"seen": seen, "reason": "Now."}, pk=draft.pk)
    assert response.status_code == (409 if seen else 200)
    draft.refresh_from_db()
    assert draft.status == PolicyStatus.DRAFT


def test_when_another_came_into_force_meanwhile_the_page_answers_409(
    cast: Cast, client: Client, draft: ScoringPolicy
) -> None:
    current = ScoringPolicy.objects.in_force().get()
    seen = actions.seen_by(draft, current)
    other = actions.draft_policy(weights=WEIGHTS, by=cast.administrator)
    actions.put_in_force(other, reason="Mine.", seen=actions.seen_by(other, current), by=cast.administrator)
    response = post(client, "matches:policy_put_in_force", {"seen": seen, "reason": "Yours."}, pk=draft.pk)
    assert response.status_code == 409
    assert ScoringPolicy.objects.in_force().get() == other


def test_discarding_asks_first(client: Client, draft: ScoringPolicy) -> None:
    assert "stays on record" in source(client, "matches:policy_discard", pk=draft.pk)
    draft.refresh_from_db()
    assert draft.status == PolicyStatus.DRAFT
    assert post(client, "matches:policy_discard", {}, pk=draft.pk).status_code == 302
    draft.refresh_from_db()
    assert draft.status == PolicyStatus.DISCARDED


def test_only_administrators_are_led_to_the_policies(cast: Cast, client: Client, as_user: Any) -> None:
    there = reverse("matches:policies")
    assert there in source(client, "matches:runs")
    assert there not in source(as_user(cast.officer), "matches:runs")


def test_a_match_says_which_policy_made_it(cast: Cast, client: Client) -> None:
    match = world.match_of(cast.company, cast.startup)
    assert f"{match.policy.version}" in words(main(source(client, "matches:detail", pk=match.pk)))

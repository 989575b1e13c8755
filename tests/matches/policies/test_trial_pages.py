"""A trial as an administrator starts, follows, reads and takes it away."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from matchmaking.core.sheets import plain
from matchmaking.matches import actions
from matchmaking.matches.engine.policy import load_policy
from matchmaking.matches.enums import TrialStatus
from matchmaking.matches.models import EvaluationSet, ScoringPolicy, ThesaurusVersion, Trial, TrialList
from matchmaking.matches.policies.trial_figures import Lists, Traits, compare
from tests.conftest import Cast
from tests.matches.pages import answer, columns, main, source, words

pytestmark = pytest.mark.django_db

WEIGHTS = {**load_policy().weights, "field": 0.8}
PAIRS = [{"pair_id": "p1", "need_ja": "レジ待ちをなくしたい。", "startup_id": "s1"}]
POOL = [{"id": "s1", "text": "Shoppers leave without queueing."}]


@pytest.fixture
def client(cast: Cast, as_user: Any) -> Client:
    return as_user(cast.administrator)


@pytest.fixture
def draft(cast: Cast) -> ScoringPolicy:
    return actions.draft_policy(weights=WEIGHTS, by=cast.administrator)


def upload(records: Any, name: str = "needs.json") -> SimpleUploadedFile:
    text = records if isinstance(records, bytes) else json.dumps(records).encode()
    return SimpleUploadedFile(name, text, "application/json")


def finished(draft: ScoringPolicy, cast: Cast, **changes: Any) -> Trial:
    """The cast's firm would be shown the other startup."""
    before, after = [[cast.startup.pk, 700]], [[cast.other_startup.pk, 655]]
    countries = {cast.startup.pk: "SG", cast.other_startup.pk: "IN"}
    traits = Traits({cast.company.pk: ["retail"]}, {cast.company.pk: "15"}, countries)
    outcome = compare([Lists(cast.company.pk, before, after)], traits) | {"evaluation": None}
    made = {"weights": draft.parameters["weights"], "status": TrialStatus.DONE, "outcome": outcome}
    made |= {"policy": draft, "against": draft.based_on, "started_by": cast.administrator}
    trial = Trial.objects.create(**{**made, **changes})
    TrialList.objects.create(trial=trial, company=cast.company, before=before, after=after)
    return trial


# --- Starting ----------------------------------------------------------------------------------------------------


def test_a_trial_begins_without_files_and_leads_to_its_page(client: Client, draft: ScoringPolicy) -> None:
    response = client.post(reverse("matches:policy_try", kwargs={"pk": draft.pk}))
    trial = Trial.objects.get()
    assert (response.status_code, trial.evaluation, trial.status) == (302, None, TrialStatus.QUEUED)
    assert response["Location"] == reverse("matches:trial", kwargs={"pk": trial.pk})


def test_a_second_trial_says_that_there_is_one_at_a_time(client: Client, draft: ScoringPolicy) -> None:
    address = reverse("matches:policy_try", kwargs={"pk": draft.pk})
    client.post(address)
    answered = client.post(address, follow=True).content.decode()
    assert "A trial is under way already." in answered
    assert Trial.objects.count() == 1


def test_files_are_kept_with_the_trial_under_their_names(client: Client, draft: ScoringPolicy) -> None:
    files = {"pairs": upload(PAIRS), "pool": upload(POOL, "startups.json")}
    client.post(reverse("matches:policy_try", kwargs={"pk": draft.pk}), files)
    found = Trial.objects.get().evaluation
    assert (found.pairs, found.pool) == (PAIRS, POOL)
    assert (found.pairs_name, found.pool_name) == ("needs.json", "startups.json")


@pytest.fixture
def changed_list(cast: Cast) -> ThesaurusVersion:
    """A draft of the capabilities that says something else than the edition in force."""
    draft = actions.open_draft(by=cast.administrator)
    actions.retire_capability(
        draft.entries.get(key="solar_dev"), reason="Not asked for.", by=cast.administrator
    )
    return draft


@pytest.mark.usefixtures("changed_list")
def test_a_trial_of_the_list_of_capabilities_takes_the_same_files(client: Client) -> None:
    files = {"pairs": upload(PAIRS), "pool": upload(POOL, "startups.json")}
    response = client.post(reverse("matches:capability_draft_try"), files)
    trial = Trial.objects.get()
    assert response["Location"] == reverse("matches:trial", kwargs={"pk": trial.pk})
    assert (trial.evaluation.pairs, trial.evaluation.pool_name) == (PAIRS, "startups.json")
    assert trial.policy.parameters["thesaurus"] != trial.against.parameters["thesaurus"]


@pytest.mark.usefixtures("changed_list")
def test_a_trial_of_the_list_of_capabilities_needs_no_files(client: Client) -> None:
    page = source(client, "matches:capability_draft_try")
    assert 'enctype="multipart/form-data"' in page
    assert f'href="{reverse("matches:capability_draft")}"' in page
    client.post(reverse("matches:capability_draft_try"))
    assert Trial.objects.get().evaluation is None


@pytest.mark.usefixtures("changed_list")
def test_a_file_that_is_wrong_begins_no_trial_of_the_list_and_drafts_no_policy(client: Client) -> None:
    files = {"pairs": upload({"a": 1}), "pool": upload(POOL)}
    page = client.post(reverse("matches:capability_draft_try"), files).content.decode()
    assert "This file cannot be read." in words(page)
    assert 'id="id_pairs_error"' in page
    assert (Trial.objects.count(), ScoringPolicy.objects.drafts().count()) == (0, 0)


def test_a_list_that_changes_nothing_is_not_tried_whatever_is_sent_with_it(
    client: Client, cast: Cast
) -> None:
    actions.open_draft(by=cast.administrator)
    files = {"pairs": upload(PAIRS), "pool": upload(POOL)}
    page = client.post(reverse("matches:capability_draft_try"), files, follow=True).content.decode()
    assert "The draft changes nothing yet." in words(page)
    assert (Trial.objects.count(), EvaluationSet.objects.count()) == (0, 0)


WRONG = {
    "no list": ({"a": 1}, "This file cannot be read."),
    "no JSON": (b"\xff\xfenot json", "This file cannot be read."),
    "no key": ([{"need_ja": "x"}], "This file cannot be read."),
    "twice": (PAIRS * 2, "This file cannot be read."),
    "deep": (b"[" * 200_000, "This file cannot be read."),
    "empty list": ([], "Choose a file with 1 to 5,000 rows."),
    "large": (b" " * 5_000_001, "Choose a file of at most 5 MB."),
}


@pytest.mark.parametrize(("records", "said"), WRONG.values(), ids=WRONG)
def test_a_file_that_cannot_be_used_is_told_at_its_field(
    client: Client, draft: ScoringPolicy, records: Any, said: str
) -> None:
    files = {"pairs": upload(records), "pool": upload(POOL)}
    page = client.post(reverse("matches:policy_try", kwargs={"pk": draft.pk}), files).content.decode()
    assert said in words(page)
    assert 'id="id_pairs_error"' in page
    assert not Trial.objects.exists()


@pytest.mark.parametrize(("given", "lacking"), [("pairs", "pool"), ("pool", "pairs")])
def test_one_file_alone_asks_for_the_other(
    client: Client, draft: ScoringPolicy, given: str, lacking: str
) -> None:
    records = {"pairs": PAIRS, "pool": POOL}[given]
    with translation.override("ja"):
        address = reverse("matches:policy_try", kwargs={"pk": draft.pk})
        page = client.post(address, {given: upload(records)}).content.decode()
    assert f'id="id_{lacking}_error"' in page
    assert "両方選ぶか、どちらも選ばないでください。" in page


GRADED = [{"pair_id": "n1", "need_ja": "在庫を数えたい。", "grades": {"s1": 2}}]


def test_needs_with_grades_may_lie_in_a_file_of_their_own(client: Client, draft: ScoringPolicy) -> None:
    address = reverse("matches:policy_try", kwargs={"pk": draft.pk})
    for files, message in (
        ({"graded": upload(GRADED)}, "Choose this file too, or neither."),
        ({"pairs": upload(PAIRS), "pool": upload(POOL), "graded": upload(PAIRS)}, "Give each need a pair_id"),
        ({"pairs": upload(PAIRS), "pool": upload(POOL), "graded": upload(b"{")}, "This file cannot be read."),
    ):
        assert message in words(main(client.post(address, files).content.decode()))
    assert not Trial.objects.exists()
    files = {
        "pairs": upload(PAIRS, "dev.json"),
        "pool": upload(POOL),
        "graded": upload(GRADED, "graded.json"),
    }
    client.post(address, files)
    kept = EvaluationSet.objects.get()
    assert (kept.pairs, kept.pairs_name) == ([*PAIRS, *GRADED], "dev.json, graded.json")


def test_a_trial_says_that_another_edition_stopped_it_or_has_come_since(
    cast: Cast, client: Client, draft: ScoringPolicy
) -> None:
    done = finished(draft, cast)
    stopped = actions.start_trial(draft, by=cast.administrator)
    assert "Another edition" not in words(source(client, "matches:trial", pk=done.pk))
    edition = actions.open_draft(by=cast.administrator)
    actions.retire_capability(edition.entries.get(key="geothermal"), reason="r", by=cast.administrator)
    actions.put_thesaurus_in_force(edition, reason="r", seen=edition.fingerprint, by=cast.administrator)
    pages = [words(source(client, "matches:trial", pk=each.pk)) for each in (done, stopped)]
    assert f"Edition {edition.number} of the capabilities came into force while this trial" in pages[1]
    assert all("Try again" in page for page in pages)


def test_what_is_no_draft_cannot_be_tried(client: Client, draft: ScoringPolicy) -> None:
    assert answer(client, "matches:policy_try", pk=draft.based_on_id).status_code == 409


# --- Following ---------------------------------------------------------------------------------------------------

OPEN = (TrialStatus.QUEUED, TrialStatus.SCORING)


def test_polling_goes_on_while_the_trial_is_at_work_and_then_loads_the_page_anew(
    cast: Cast, client: Client, draft: ScoringPolicy
) -> None:
    found = {}
    for status in TrialStatus:
        Trial.objects.all().delete()
        trial = finished(draft, cast, status=status)
        address = reverse("matches:trial_progress", kwargs={"pk": trial.pk})
        response = client.get(address, headers={"HX-Request": "true"})
        found[status] = ("hx-get=" in response.content.decode(), response.headers.get("HX-Refresh"))
        plain = client.get(address)
        assert "HX-Refresh" not in plain.headers
    assert found == {status: (True, None) if status in OPEN else (False, "true") for status in TrialStatus}


def test_each_state_says_what_it_is_and_offers_what_makes_sense(
    cast: Cast, client: Client, draft: ScoringPolicy
) -> None:
    found = {}
    for status in TrialStatus:
        Trial.objects.all().delete()
        more = {"blocks_total": 8, "blocks_done": 2, "phase_started_at": timezone.now()}
        trial = finished(draft, cast, status=status, **more)
        page = main(source(client, "matches:trial", pk=trial.pk))
        kwargs = {"pk": trial.pk}
        pages = (
            reverse("matches:trial_cancel", kwargs=kwargs),
            reverse("matches:trial_table", kwargs=kwargs),
        )
        found[status] = tuple(each in page for each in pages)
        if status == TrialStatus.SCORING:
            assert "Comparing the lists: block 2 of 8." in page
    assert found == {
        **dict.fromkeys(OPEN, (True, False)),
        TrialStatus.DONE: (False, True),
        TrialStatus.FAILED: (False, False),
        TrialStatus.CANCELLED: (False, False),
    }


def test_cancelling_asks_first_and_a_trial_that_has_ended_is_a_conflict(
    cast: Cast, client: Client, draft: ScoringPolicy
) -> None:
    trial = finished(draft, cast, status=TrialStatus.SCORING)
    assert "is thrown away" in source(client, "matches:trial_cancel", pk=trial.pk)
    address = reverse("matches:trial_cancel", kwargs={"pk": trial.pk})
    assert [client.post(address).status_code for _twice in range(2)] == [302, 409]
    assert (Trial.objects.get().status, TrialList.objects.count()) == (TrialStatus.CANCELLED, 0)


# --- Reading -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_page_names_who_gains_who_loses_and_where(
    cast: Cast, client: Client, draft: ScoringPolicy, language: str
) -> None:
    trial = finished(draft, cast)
    rows = columns(source(client, "matches:trial", language=language, pk=trial.pk))
    assert [str(cast.other_startup), "0", "1"] in rows
    assert [str(cast.startup), "1", "0"] in rows
    assert [str(cast.company), "1", "70.0", "65.5"] in rows
    countries = {"en": ("India", "Singapore"), "ja": ("インド", "シンガポール")}[language]
    assert [
        [name, "1", *places] for name, places in zip(countries, (["0", "1"], ["1", "0"]), strict=True)
    ] == [row for row in rows if row[0] in countries]


def test_figures_stand_side_by_side_with_their_ranges(
    cast: Cast, client: Client, draft: ScoringPolicy
) -> None:
    trial = finished(draft, cast)
    files = EvaluationSet.objects.create(pairs=[], pool=[], pairs_name="needs.json", pool_name="s.json")
    old = {"recall_at_10": 0.8, "recall_at_10_interval": [0.61, 0.9], "mrr": None}
    new = {"recall_at_10": 0.85, "recall_at_10_interval": [0.7, 0.95], "mrr": None}
    outcome = {**trial.outcome, "evaluation": {"before": old, "after": new}}
    Trial.objects.filter(pk=trial.pk).update(outcome=outcome, evaluation=files)
    page = source(client, "matches:trial", pk=trial.pk)
    (row,) = [row for row in columns(page) if row[0] == "Known partner among the first ten"]
    assert (row[1][:17], row[2][:17]) == ("0.800 (0.61–0.90)", "0.850 (0.70–0.95)")
    assert ("Mean reciprocal rank" in page, "needs.json" in page) == (False, True)


def test_a_trial_of_other_weights_than_the_drafts_says_so(
    cast: Cast, client: Client, draft: ScoringPolicy
) -> None:
    trial = finished(draft, cast)
    said = "The draft has other weights by now."
    assert said not in source(client, "matches:trial", pk=trial.pk)
    actions.edit_draft(draft, weights={**WEIGHTS, "size": 1.0}, by=cast.administrator)
    assert said in source(client, "matches:trial", pk=trial.pk)
    assert reverse("matches:trial", kwargs={"pk": trial.pk}) in source(client, "matches:policy", pk=draft.pk)


def test_the_table_has_a_line_a_firm_with_what_comes_and_goes(
    cast: Cast, client: Client, draft: ScoringPolicy
) -> None:
    trial = finished(draft, cast)
    cast.other_startup.organisation.name = '=HYPERLINK("http://evil.example")'
    cast.other_startup.organisation.save()
    response = answer(client, "matches:trial_table", pk=trial.pk)
    text = response.content.decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text))
    assert (head[0], len(head)) == ("Firm", 7)
    assert row == [
        str(cast.company),
        "Niigata",
        "1",
        "70.0",
        "65.5",
        f"'{cast.other_startup.organisation.name}",
        str(cast.startup),
    ]
    assert response["Content-Disposition"] == f'attachment; filename="trial-{trial.pk}.csv"'


def test_a_trial_without_a_result_has_no_table(cast: Cast, client: Client, draft: ScoringPolicy) -> None:
    trial = finished(draft, cast, status=TrialStatus.CANCELLED)
    assert answer(client, "matches:trial_table", pk=trial.pk).status_code == 404


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+81", "'+81"),
        ("-3", "'-3"),
        ("@a", "'@a"),
        ("\tx", "'\tx"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_no_cell_is_taken_for_a_formula(cell: str, written: str) -> None:
    assert plain(cell) == written

"""An administrator changes the list of capabilities in a draft; putting it in force takes the policy along."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from matchmaking.core.models import AuditEvent, Job
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches import actions
from matchmaking.matches.engine.policy import Policy, load_policy
from matchmaking.matches.enums import (
    PolicyStatus,
    RunStatus,
    ThesaurusStatus,
)
from matchmaking.matches.models import CapabilityEntry, Run, ScoringPolicy, ThesaurusVersion
from matchmaking.matches.thesauri import editions
from tests import factories

pytestmark = pytest.mark.django_db
NEW: dict[str, Any] = {
    "field": "agritech",
    "group": "aqua",
    "label_ja": "えびの陸上養殖",
    "label_en": "Land-based shrimp farming",
    "gloss_ja": "陸上の水槽でえびを育て、水を循環させて使う",
    "gloss_en": "Farms shrimp in tanks on land with recirculated water",
    "aliases_ja": ["えび.{0,6}養殖"],
    "aliases_en": ["shrimp"],
}


@pytest.fixture
def boss() -> User:
    return factories.AdministratorFactory()


@pytest.fixture
def draft(boss: User) -> ThesaurusVersion:
    return actions.open_draft(by=boss)


def entry(draft: ThesaurusVersion, key: str = "solar_dev") -> CapabilityEntry:
    return draft.entries.select_related("version").get(key=key)


def compiled(draft: ThesaurusVersion) -> editions.Thesaurus:
    draft.refresh_from_db()
    found = editions.compiled(draft.entries.all())
    assert found.version == draft.fingerprint  # every deed leaves the fingerprint of what it left
    return found


def deeds() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def test_a_draft_is_a_copy_of_the_edition_in_force_and_there_is_one(
    draft: ThesaurusVersion, boss: User
) -> None:
    current = ThesaurusVersion.objects.in_force().get()
    assert (draft.number, draft.fingerprint, draft.made_by) == (current.number + 1, current.fingerprint, boss)
    assert compiled(draft) == editions.of_version(current)
    assert actions.open_draft(by=boss) == draft


def test_a_draft_that_is_discarded_leaves_nothing_but_the_record(draft: ThesaurusVersion, boss: User) -> None:
    actions.discard_thesaurus(draft, by=boss)
    assert [version.status for version in ThesaurusVersion.objects.all()] == [ThesaurusStatus.IN_FORCE]
    assert deeds()[-2:] == ["thesaurusversion.draft", "thesaurusversion.discarded"]


def test_a_new_capability_stands_behind_all_others(draft: ThesaurusVersion, boss: User) -> None:
    before = [item.id for item in compiled(draft).capabilities]
    actions.add_capability(draft, key="shrimp_land", content=NEW, by=boss)
    after = compiled(draft)
    assert [item.id for item in after.capabilities] == [*before, "shrimp_land"]
    assert after.alias_hits(["えびの養殖を始めたい"], "ja")[0, -1] == 1


def test_a_change_is_recorded_with_the_fields_that_changed(draft: ThesaurusVersion, boss: User) -> None:
    row = entry(draft)
    content = {**row.content(), "label_en": "Rooftop solar", "aliases_en": ["rooftop solar"]}
    actions.change_capability(row, content=content, seen=row.content(), by=boss)
    item = compiled(draft).capabilities[0]
    assert (item.label_en, item.aliases_en) == ("Rooftop solar", ("rooftop solar",))
    recorded = AuditEvent.objects.get(action="capabilityentry.changed").detail
    assert recorded == {"key": "solar_dev", "fields": ["aliases_en", "label_en"]}


def test_of_two_who_change_the_same_capability_the_second_is_told(
    draft: ThesaurusVersion, boss: User
) -> None:
    row = entry(draft)
    seen = row.content()
    actions.change_capability(row, content={**seen, "label_en": "First"}, seen=seen, by=boss)
    with pytest.raises(TransitionNotAllowed):
        actions.change_capability(row, content={**seen, "label_en": "Second"}, seen=seen, by=boss)
    assert entry(draft).label_en == "First"


def test_a_merged_capability_is_answered_for_by_the_other(draft: ThesaurusVersion, boss: User) -> None:
    actions.merge_capability(entry(draft, "solar_om"), into=entry(draft), by=boss)
    after = compiled(draft)
    assert len(after) == len(editions.delivered()) - 1
    assert after.positions["solar_om"] == after.positions["solar_dev"]
    assert after.labels(["solar_om", "solar_dev"], "en") == ["Solar development and installation"]
    assert after.multi_hot(["solar_om"]).tolist() == after.multi_hot(["solar_dev"]).tolist()


def test_what_was_merged_before_goes_along_when_its_successor_is_merged(
    draft: ThesaurusVersion, boss: User
) -> None:
    actions.merge_capability(entry(draft, "solar_om"), into=entry(draft), by=boss)
    actions.merge_capability(entry(draft), into=entry(draft, "floating_solar"), by=boss)
    after = compiled(draft)
    assert after.positions["solar_om"] == after.positions["solar_dev"] == after.positions["floating_solar"]


@pytest.mark.parametrize("into", ["solar_om", "solar_dev"], ids=["itself", "one that was merged"])
def test_there_are_no_circles_of_merged_capabilities(draft: ThesaurusVersion, boss: User, into: str) -> None:
    actions.merge_capability(entry(draft, "solar_dev"), into=entry(draft, "floating_solar"), by=boss)
    with pytest.raises(TransitionNotAllowed):
        actions.merge_capability(entry(draft, "solar_om"), into=entry(draft, into), by=boss)


def test_retiring_retires_what_was_merged_too_and_both_can_be_brought_back(
    draft: ThesaurusVersion, boss: User
) -> None:
    actions.merge_capability(entry(draft, "solar_om"), into=entry(draft), by=boss)
    actions.retire_capability(entry(draft), reason="too broad", by=boss)
    assert not {"solar_om", "solar_dev"} & set(compiled(draft).positions)
    for key in ("solar_om", "solar_dev"):
        actions.bring_back(entry(draft, key), by=boss)
    assert compiled(draft) == editions.delivered()
    assert (
        AuditEvent.objects.filter(action="capabilityentry.retired", target_label=str(entry(draft))).count()
        == 1
    )


def test_nothing_is_changed_in_an_edition_in_force(boss: User) -> None:
    current = actions.ensure_thesaurus()
    row = entry(current)
    deeds_before = deeds()
    for deed in (
        lambda: actions.add_capability(current, key="x", content=NEW, by=boss),
        lambda: actions.change_capability(row, content=NEW, seen=row.content(), by=boss),
        lambda: actions.merge_capability(row, into=entry(current, "solar_om"), by=boss),
        lambda: actions.retire_capability(row, reason="x", by=boss),
        lambda: actions.bring_back(row, by=boss),
        lambda: actions.discard_thesaurus(current, by=boss),
        lambda: actions.put_thesaurus_in_force(current, reason="x", seen=current.fingerprint, by=boss),
    ):
        with pytest.raises(TransitionNotAllowed):
            deed()
    assert (editions.compiled(current.entries.all()), deeds()) == (editions.delivered(), deeds_before)


# --- In force ----------------------------------------------------------------------------------------------------


def put(draft: ThesaurusVersion, boss: User) -> Run:
    draft.refresh_from_db()
    return actions.put_thesaurus_in_force(draft, reason="えびを加えた", seen=draft.fingerprint, by=boss)


def test_in_force_the_draft_has_a_policy_of_its_own_and_a_run(draft: ThesaurusVersion, boss: User) -> None:
    before = actions.ensure_policy()
    actions.add_capability(draft, key="shrimp_land", content=NEW, by=boss)
    run = put(draft, boss)
    before.refresh_from_db()
    draft.refresh_from_db()
    assert (before.status, draft.status, draft.reason) == (
        PolicyStatus.RETIRED,
        ThesaurusStatus.IN_FORCE,
        "えびを加えた",
    )
    assert run.policy.parameters["thesaurus"] == draft.fingerprint
    assert run.policy.parameters["weights"] == before.parameters["weights"]
    assert len(Policy.from_dict(run.policy.parameters).calibration.idf) == len(editions.delivered()) + 1
    assert Job.objects.filter(name="matches.plan_run", payload={"run_id": run.pk}).exists()
    assert [v.status for v in ThesaurusVersion.objects.order_by("number")] == [
        ThesaurusStatus.SUPERSEDED,
        ThesaurusStatus.IN_FORCE,
    ]


def test_matches_of_former_policies_keep_the_names_of_their_edition(
    draft: ThesaurusVersion, boss: User
) -> None:
    before = actions.ensure_policy()
    actions.retire_capability(entry(draft), reason="x", by=boss)
    run = put(draft, boss)
    assert editions.of_policy(before.pk).labels(["solar_dev"], "en") == ["Solar development and installation"]
    assert editions.of_policy(run.policy_id).labels(["solar_dev"], "en") == []


def test_drafts_of_policies_are_taken_along(draft: ThesaurusVersion, boss: User) -> None:
    actions.ensure_policy()
    other = ScoringPolicy.objects.create(version=40, parameters={**load_policy().to_dict(), "version": 40})
    actions.add_capability(draft, key="shrimp_land", content=NEW, by=boss)
    put(draft, boss)
    other.refresh_from_db()
    assert (other.parameters["thesaurus"], other.parameters["version"]) == (compiled(draft).version, 40)
    assert (
        other.based_on == ScoringPolicy.objects.in_force().get()
    )  # its weights are now edited from this one


def test_what_says_the_same_is_not_put_in_force(draft: ThesaurusVersion, boss: User) -> None:
    with pytest.raises(actions.NothingChanged):
        put(draft, boss)
    assert not Run.objects.exists()


def test_what_changed_since_somebody_looked_is_not_put_in_force(draft: ThesaurusVersion, boss: User) -> None:
    seen = draft.fingerprint
    actions.add_capability(draft, key="shrimp_land", content=NEW, by=boss)
    with pytest.raises(TransitionNotAllowed):
        actions.put_thesaurus_in_force(draft, reason="x", seen=seen, by=boss)
    assert ThesaurusVersion.objects.drafts().get() == draft


def test_a_run_under_way_is_cancelled_for_the_new_one(draft: ThesaurusVersion, boss: User) -> None:
    running = actions.start_run(by=boss)
    actions.add_capability(draft, key="shrimp_land", content=NEW, by=boss)
    run = put(draft, boss)
    running.refresh_from_db()
    assert (running.status, run.status) == (RunStatus.CANCELLED, RunStatus.QUEUED)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_put_the_same_draft_in_force_one_succeeds(boss: User) -> None:
    draft = actions.open_draft(by=boss)
    actions.add_capability(draft, key="shrimp_land", content=NEW, by=boss)
    barrier, ends = threading.Barrier(2), []

    def confirm() -> None:
        barrier.wait()
        try:
            put(ThesaurusVersion.objects.get(pk=draft.pk), boss)
            ends.append("done")
        except TransitionNotAllowed:
            ends.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(ends), Run.objects.count()) == (["done", "refused"], 1)


# --- On trial ----------------------------------------------------------------------------------------------------


def test_a_trial_scores_with_the_draft_beside_what_is_in_force(draft: ThesaurusVersion, boss: User) -> None:
    current = actions.ensure_policy()
    actions.add_capability(draft, key="shrimp_land", content=NEW, by=boss)
    trial = actions.try_thesaurus(draft, by=boss)
    assert (trial.against, trial.policy.parameters["thesaurus"]) == (current, compiled(draft).version)
    assert trial.policy.parameters["weights"] == current.parameters["weights"]
    assert trial.policy.status == PolicyStatus.DRAFT
    assert ScoringPolicy.objects.in_force().get() == current


def test_what_changes_nothing_is_not_tried(draft: ThesaurusVersion, boss: User) -> None:
    with pytest.raises(actions.NothingChanged):
        actions.try_thesaurus(draft, by=boss)
    assert not ScoringPolicy.objects.drafts().exists()


def test_a_second_trial_leaves_no_policy_behind(draft: ThesaurusVersion, boss: User) -> None:
    actions.add_capability(draft, key="shrimp_land", content=NEW, by=boss)
    actions.try_thesaurus(draft, by=boss)
    with pytest.raises(actions.TrialUnderWay):
        actions.try_thesaurus(draft, by=boss)
    assert ScoringPolicy.objects.drafts().count() == 1


def test_trials_of_what_the_draft_no_longer_says_are_discarded_with_it_in_force(
    draft: ThesaurusVersion, boss: User
) -> None:
    actions.add_capability(draft, key="shrimp_land", content=NEW, by=boss)
    tried = actions.try_thesaurus(draft, by=boss).policy
    actions.retire_capability(entry(draft), reason="x", by=boss)
    put(draft, boss)
    tried.refresh_from_db()
    assert tried.status == PolicyStatus.DISCARDED

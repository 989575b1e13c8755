"""Changes of published profiles: live at once, kept in the history, shown to staff until they have looked."""

from __future__ import annotations

from datetime import timedelta

import pghistory
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import ChangesSeen, Organisation
from accounts.profiles.history import SHOWN
from accounts.profiles.unseen import unseen_changes
from companies.actions import add_challenge, change_challenge, change_company
from matchmaking.core.models import AuditEvent
from startups.actions import change_startup
from tests import factories

pytestmark = pytest.mark.django_db
LONG = "新潟で米菓を製造し、全国の量販店と直営店で販売しています。昨年から海外にも出荷を始めました。"


def unseen():
    return list(Organisation.objects.with_unseen_changes())


def change(profile, by, **values):
    act = change_company if hasattr(profile, "corporate_number") else change_startup
    with pghistory.context(user=by.pk):
        act(profile, {}, values, by=by)


def test_what_members_change_is_live_and_waits_to_be_looked_at(cast):
    change(cast.company, cast.company_owner, employees=431)
    change(cast.startup, cast.startup_member, team_size=36)
    assert unseen() == [cast.startup.organisation, cast.company.organisation]  # the latest first
    cast.company.refresh_from_db()
    assert (cast.company.employees, cast.company.organisation.status) == (431, "published")


def test_challenges_count_as_changes(cast):
    challenge = cast.company.challenges.get()
    change_challenge(challenge, {"text": "Another text"}, by=cast.company_owner)
    assert unseen() == [cast.company.organisation]
    actions.mark_changes_seen(cast.company.organisation, until=timezone.now(), by=cast.officer)
    values = {"title": "New", "text": "x", "field": "retail", "modes": ["investment"]}
    add_challenge(cast.company, values, by=cast.company_owner)
    assert unseen() == [cast.company.organisation]


def test_what_staff_and_imports_change_needs_no_look(cast):
    change(cast.company, cast.officer, employees=431)
    change_company(cast.other_company, {}, {"employees": 431}, by=None, review_identity=False)
    assert unseen() == []


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "suspended", "withdrawn"])
def test_only_published_profiles_are_shown(cast, status):
    extra = {"return_reason": "Why."} if status == "returned" else {}
    Organisation.objects.filter(pk=cast.company.pk).update(status=status, **extra)
    cast.company.organisation.refresh_from_db()
    change(cast.company, cast.company_owner, employees=431)
    assert unseen() == []


def test_what_was_changed_before_the_approval_was_looked_at_by_the_reviewer(cast):
    change(cast.company, cast.company_owner, employees=431)
    Organisation.objects.filter(pk=cast.company.pk).update(published_at=timezone.now())
    assert unseen() == []


@pytest.mark.django_db(transaction=True)  # the history has one moment a transaction
def test_looking_hides_what_was_shown_and_not_what_came_after_the_page_was_made(cast):
    change(cast.company, cast.company_owner, employees=431)
    shown = timezone.now()
    change(cast.company, cast.company_owner, employees=432)
    actions.mark_changes_seen(cast.company.organisation, until=shown, by=cast.officer)
    assert unseen() == [cast.company.organisation]
    [row] = unseen_changes(unseen())
    assert [(d.old, d.new) for entry in row.entries for d in entry.differences] == [("431", "432")]
    actions.mark_changes_seen(cast.company.organisation, until=timezone.now(), by=cast.officer)
    assert unseen() == []
    assert AuditEvent.objects.filter(action="organisation.changes_seen").count() == 2


def test_an_old_page_does_not_bring_back_what_was_seen(cast):
    change(cast.company, cast.company_owner, employees=431)
    now = timezone.now()
    actions.mark_changes_seen(cast.company.organisation, until=now, by=cast.officer)
    actions.mark_changes_seen(cast.company.organisation, until=now - timedelta(days=3), by=cast.administrator)
    actions.mark_changes_seen(cast.company.organisation, until=now + timedelta(days=3), by=cast.officer)
    assert ChangesSeen.objects.get().seen_at <= timezone.now()
    assert unseen() == []


# --- the page ----------------------------------------------------------------------------------------------------


def test_the_page_tells_who_changed_what_from_what_to_what(cast, as_user):
    change(cast.company, cast.company_owner, business=LONG)
    change(cast.company, cast.company_owner, business=LONG.replace("全国", "北陸"), employees=431)
    text = as_user(cast.officer).get(reverse("accounts:changes")).content.decode()
    assert (
        '<del><span class="vh">(removed:) </span>全国</del><ins><span class="vh">(added:) </span>北陸</ins>'
        in text
    )
    assert str(cast.company_owner) in text
    assert "<ins" not in text.split("Employees")[1].split("</tr>")[0]  # short values stand side by side


def test_what_people_write_is_never_markup(cast, as_user):
    change(cast.company, cast.company_owner, business="<b>bold</b> " * 10)
    change(cast.company, cast.company_owner, business="<script>alert(1)</script> " * 10)
    text = as_user(cast.officer).get(reverse("accounts:changes")).content.decode()
    assert ("<b>bold" in text, "<script>alert" in text) == (False, False)


@pytest.mark.parametrize(("query", "names"), [
    ("", {"company", "startup"}), ("kind=company", {"company"}), ("kind=startup", {"startup"}),
    ("field=retail", {"startup"}), ("field=retail&field=agritech", {"company", "startup"}),
    ("kind=company&field=retail", set()), ("kind=nobody", {"company", "startup"}),
])  # fmt: skip
def test_it_is_narrowed_down_by_kind_and_field(cast, as_user, query, names):
    Organisation.objects.filter(pk=cast.company.pk).update(fields=["agritech"])
    change(cast.company, cast.company_owner, employees=431)
    change(cast.startup, cast.startup_owner, team_size=36)
    page = as_user(cast.officer).get(f"{reverse('accounts:changes')}?{query}")
    assert {row.organisation.kind for row in page.context["rows"]} == names


def test_mark_as_seen_goes_back_to_the_same_list(cast, as_user):
    change(cast.company, cast.company_owner, employees=431)
    client = as_user(cast.officer)
    page = client.get(reverse("accounts:changes") + "?kind=company")
    answer = client.post(
        reverse("accounts:changes_seen", args=[cast.company.pk]),
        {"until": page.context["rows"][0].organisation.last_change.isoformat(), "query": "kind=company"},
    )
    assert answer["Location"] == reverse("accounts:changes") + "?kind=company"
    assert (ChangesSeen.objects.get().seen_by, unseen()) == (cast.officer, [])


@pytest.mark.parametrize("until", [
    "", "yesterday", "2026-13-45T00:00", "2026-01-01T00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00",
])  # fmt: skip
def test_a_page_that_lost_its_moment_counts_as_made_now(cast, as_user, until):
    change(cast.company, cast.company_owner, employees=431)
    as_user(cast.officer).post(reverse("accounts:changes_seen", args=[cast.company.pk]), {"until": until})
    assert unseen() == []
    assert ChangesSeen.objects.get().seen_at <= timezone.now(), "and it can be read again"


def test_today_counts_them(cast, as_user):
    change(cast.company, cast.company_owner, employees=431)
    rows = as_user(cast.officer).get(reverse("home")).context["office_rows"]
    assert [(row.count, row.url) for row in rows if row.what == "Changed profiles to look at"] == [
        (1, reverse("accounts:changes"))
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_number_of_queries(cast, as_user, django_assert_num_queries, count):
    for firm in [cast.company, *(factories.CompanyFactory() for _each in range(count - 1))]:
        member = firm.organisation.memberships.first() or factories.MembershipFactory(
            organisation=firm.organisation
        )
        change(firm, member.user, employees=431)
    client = as_user(cast.officer)
    client.get(reverse("accounts:changes"))
    with django_assert_num_queries(9):
        client.get(reverse("accounts:changes"))


# --- the history beyond one page ---------------------------------------------------------------------------------


def test_the_history_goes_on_on_further_pages(cast, as_user):
    for number in range(SHOWN + 3):
        change(cast.company, cast.company_owner, employees=500 + number)
    client, address = as_user(cast.officer), reverse("companies:detail", args=[cast.company.pk])
    first, second = client.get(address), client.get(f"{address}?history=2")
    assert (len(first.context["history"]), len(second.context["history"])) == (SHOWN, 6)
    newest, oldest = f">{498 + SHOWN + 3}<", ">420<"
    assert (newest in first.content.decode(), newest in second.content.decode()) == (True, False)
    assert (oldest in first.content.decode(), oldest in second.content.decode()) == (False, True)

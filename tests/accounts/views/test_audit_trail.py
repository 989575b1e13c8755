"""The audit trail's filters, alone and together, and the reader's own settings."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.deeds import WORDS, told
from accounts.forms import zone_choices
from matchmaking.core.models import AuditEvent
from tests.imports import row_counts
from tests.pages import errors_of, shown_values

pytestmark = pytest.mark.django_db
DEEDS = [("Mika", "user.added", "Tal", {}), ("Ken", "organisation.published", "Kitahama", {"reason": ""}),
         ("", "organisation.returned", "Kitahama", {"reason": "Why."})]  # fmt: skip
# filters of the page, how many entries are found
FILTERS = [
    ({}, 3), ({"who": "mika"}, 1), ({"who": "MIKA"}, 1), ({"who": "%"}, 0), ({"who": "nobody"}, 0),
    ({"action": "approved"}, 1), ({"action": "organisation."}, 2), ({"action": "asked"}, 1), ({"action": "xyz"}, 0),
    ({"target": "kita"}, 2), ({"target": "tal"}, 1), ({"since": "2000-01-01"}, 3), ({"since": "2099-01-01"}, 0),
    ({"who": "ken", "target": "kita"}, 1), ({"who": "ken", "target": "tal"}, 0),
    ({"action": "organisation.", "target": "kita"}, 2), ({"who": "mika", "since": "2000-01-01"}, 1),
    ({"who": "mika", "since": "soon"}, 1), ({"since": "soon"}, 3), ({"page": "99"}, 3), ({"page": "x"}, 3),
]  # fmt: skip


def test_every_filter_alone_and_with_another_finds_what_its_chips_say(cast, as_user):
    for actor, action, label, detail in DEEDS:
        AuditEvent.objects.create(actor_label=actor, action=action, target_type="t", target_id="1",
                                  target_label=label, detail=detail)  # fmt: skip
    client = as_user(cast.administrator)
    for query, count in FILTERS:
        page = client.get(reverse("accounts:audit"), query)
        used = {name: value for name, value in query.items() if name != "page" and value != "soon"}
        assert (query, len(page.context["deeds"])) == (query, count)
        assert {chip.name: chip.label for chip in page.context["chips"]} == used
        assert ("Enter a day such as 2026-12-03." in page.content.decode()) == ("soon" in query.values())
    with translation.override("ja"):
        page = client.get(reverse("accounts:audit"), {"action": "修正"})
    assert {deed.event.action for deed in page.context["deeds"]} <= {"organisation.returned"}
    assert [deed.note for deed in client.get(reverse("accounts:audit")).context["deeds"]] == ["Why.", "", ""]


def test_every_deed_reads_in_japanese_in_the_japanese_trail():
    with translation.override("ja"):
        assert [action for action, words in WORDS.items() if str(words).isascii()] == []


# what happened to what, the reason as it is recorded, the details in both languages
REASONS = [
    ("match.dismissed", "matches.match", "terms", "Budget or kind of cooperation does not fit",
     "予算や協業の形が合わない"),
    ("match.dismissed", "matches.match", "other: 検討: 来年", "Another reason: 検討: 来年", "その他: 検討: 来年"),
    ("match.proposed", "matches.match", "profile changed", "One of the two profiles has changed.",
     "どちらかのプロフィールが変更されました。"),
    ("meetingrequest.declined", "meetings.meetingrequest", "no_fit", "Does not fit what we look for in Japan",
     "日本で求めていることと合わない"),
    ("meetingrequest.declined", "meetings.meetingrequest", "Ask us in May.", "Ask us in May.", "Ask us in May."),
    ("organisation.returned", "accounts.organisation", "terms", "terms", "terms"),
]  # fmt: skip


@pytest.mark.parametrize(("action", "target", "reason", "english", "japanese"), REASONS)
def test_a_reason_chosen_from_a_list_is_told_in_the_readers_words(action, target, reason, english, japanese):
    row = AuditEvent(action=action, target_type=target, detail={"reason": reason})
    notes = []
    for language in ("en", "ja"):
        with translation.override(language):
            notes += [each.note for each in told([row])]
    assert notes == [english, japanese]


# field, what is typed, the words in both languages
BAD = [
    ("name", "", "Enter your name.", "お名前を入力してください。"),
    ("name", "x" * 121, "Shorten this to 120 characters: it has 121 now.",
     "120文字以内にしてください（今は121文字です）。"),
    ("name", "a\u202eb", "This contains a character that cannot be seen (U+202E). Delete it. It stands after “a”.",
     "目に見えない文字（U+202E）が含まれています。削除してください。「a」の後にあります。"),
    ("time_zone", "IST", "Choose from what is offered here.", "表示されている選択肢から選んでください。"),
    ("language", "fr", "Choose from what is offered here.", "表示されている選択肢から選んでください。"),
]  # fmt: skip


def test_wrong_settings_are_told_in_both_languages_and_not_saved(cast, as_user):
    client = as_user(cast.company_owner)
    sent, before = shown_values(client, reverse("accounts:settings")), row_counts()
    for name, typed, *words in BAD:
        for language, expected in zip(("en", "ja"), words, strict=True):
            with translation.override(language):
                page = client.post(reverse("accounts:settings"), sent | {name: typed})
                assert (page.status_code, errors_of(page)) == (200, {name: [expected]})
    assert row_counts() == before


@pytest.mark.parametrize("person", ["company_owner", "startup_member", "expert", "officer", "administrator"])
def test_everybody_may_change_their_own_settings_and_nothing_else(cast, as_user, person):
    user = getattr(cast, person)
    client, url = as_user(user), reverse("accounts:settings")
    sent = shown_values(client, url) | {
        "time_zone": "Asia/Kolkata",
        "staff_role": "administrator",
        "email": "x@y.example",
    }
    email, role = user.email, user.staff_role
    assert client.post(url, sent).status_code == 302
    user.refresh_from_db()
    assert (user.time_zone, user.email, user.staff_role) == ("Asia/Kolkata", email, role)
    assert AuditEvent.objects.get().detail == {"fields": ["time_zone"]}


def test_a_zone_that_came_by_import_stays_chosen_in_the_settings(cast, as_user):
    cast.startup_owner.time_zone = "US/Pacific"
    cast.startup_owner.save()
    client, url = as_user(cast.startup_owner), reverse("accounts:settings")
    assert client.post(url, shown_values(client, url)).status_code == 302
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("current", ["", "Asia/Tokyo", "America/Lima", "UTC", "US/Pacific"])
def test_every_zone_is_offered_once_and_the_present_one_always(current):
    zones = [zone for zone, _city in zone_choices(current)]
    assert len(zones) == len(set(zones))
    assert not current or current in zones


# the name and number of the doer, the name of what it was about, how both read in either language
EMPTIED = [
    ("Ito", 7, "Kitahama", ("Ito", "Kitahama"), ("Ito", "Kitahama")),
    ("", 7, "Kitahama", ("Former user", "Kitahama"), ("退会した利用者", "Kitahama")),
    ("", None, "Kitahama", ("The portal", "Kitahama"), ("システム", "Kitahama")),
    ("", 7, "", ("Former user", "Deleted on request"), ("退会した利用者", "申し出により削除済み")),
]


@pytest.mark.parametrize(("actor", "actor_id", "target", "english", "japanese"), EMPTIED)
def test_who_was_erased_is_told_from_the_portal_itself(
    cast, as_user, actor, actor_id, target, english, japanese
):
    AuditEvent.objects.create(actor_label=actor, actor_id=actor_id, action="user.added", target_type="t",
                              target_id="1", target_label=target, detail={})  # fmt: skip
    client = as_user(cast.administrator)
    for language, expected in (("en", english), ("ja", japanese)):
        with translation.override(language):
            [deed] = client.get(reverse("accounts:audit")).context["deeds"]
            assert (deed.who, deed.about) == expected

"""Where others were told of somebody by name: found by the name and nothing else, and put into each reader's words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts import actions
from accounts.actions.erasing import FORMER_USER
from accounts.enums import MemberRole
from accounts.erasure.emptying import GONE
from accounts.erasure.mentions import Names, empty_trail, forget, forget_sessions
from accounts.models import User
from matchmaking.core import mailing
from matchmaking.core.facts import Words
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.notices import Event, body, notify, subject
from tests import factories
from tests.accounts.signing import last_mail
from tests.conftest import Cast
from tests.told import reading

pytestmark = pytest.mark.django_db

# --- names in a text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ai", "Ai joined."),
        ("Ai", "joined: Ai"),
        ("Ai", "(Ai)"),
        ("Ai", "Ai’s profile"),
        ("Taro Tanaka", "Taro Tanaka様が招待を承諾しました"),  # Japanese puts no blank behind a name
        ("Taro Tanaka", "担当はTaro Tanakaです"),
        ("Kim", "담당자는 Kim씨입니다"),
        ("ai@people.example", "宛先ai@people.exampleに送信"),
        ("José", "José様"),
        ("Nguyễn", "Nguyễn, Hà Nội"),
        ("田中太郎", "担当の田中太郎様"),
        ("C++ Labs", "at C++ Labs now"),
        ("a.b", "a.b"),
    ],
)
def test_a_name_is_found_wherever_it_is_a_word_of_its_own(name: str, text: str) -> None:
    names = Names([name])
    assert names.are_in(text)
    assert names.replaced(text, "X") == text.replace(name, "X")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ai", "Aichi Rail"),
        ("Ai", "Hanai"),
        ("Ai", "Ai2 Labs"),
        ("Ai", "AI for retail"),
        ("Ren", "René"),  # the next letter is a Latin one, accent or not
        ("José", "Joséphine"),
        ("Nguyễn", "Nguyễnhà"),
        ("a.b", "axb"),
        ("田中太郎", "田中次郎"),
        ("ai@people.example", "hanai@people.example"),
    ],
)
def test_a_name_is_not_found_in_another_word(name: str, text: str) -> None:
    names = Names([name])
    assert not names.are_in(text)
    assert names.replaced(text, "X") == text


@pytest.mark.parametrize("names", [[], [""], ["  "], ["A"], ["の"]])
def test_what_is_no_name_is_found_nowhere(names: list[str]) -> None:
    """A name that was empty, or of one letter, would blank out everybody's texts."""
    found = Names(names)
    assert (found.all, found.are_in("A text of somebody else の"), found.are_in("")) == ([], False, False)


def test_the_longer_name_goes_first_and_blanks_around_a_name_do_not_count() -> None:
    names = Names([" Kitahama ", "Kitahama Foods"])
    assert names.all == ["Kitahama Foods", "Kitahama"]
    assert names.replaced("Kitahama Foods and Kitahama", "X") == "X and X"


def test_a_name_is_found_as_our_mail_writes_it() -> None:
    """There it has a blank behind its dots, so that it is no link."""
    assert Names(["Checkout.ai"]).are_in("We met Checkout. ai today")


def test_what_replaces_a_name_is_no_pattern() -> None:
    assert Names(["Taro Tanaka"]).replaced("by Taro Tanaka", r"\1 \g<0>") == r"by \1 \g<0>"


# --- rows that have one ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ['Ann "AJ" Lee', "back\\slash", "100%_sure", "改行\tタブ", "O'Neill"])
def test_rows_are_found_however_the_database_writes_the_sign(name: str, cast: Cast) -> None:
    """As JSON it is written with other signs; and signs of a search are letters."""
    named = AuditEvent.objects.create(
        action="x.y", target_type="t", target_id="1", target_label="x", detail={"title": [f"by {name}"]}
    )
    plain = AuditEvent.objects.create(action="x.y", target_type="t", target_id="2", target_label=name)
    AuditEvent.objects.create(action="x.y", target_type="t", target_id="3", target_label="100 per sure")
    found = Names([name]).among(AuditEvent.objects.all(), "target_label", "detail")
    assert {row.pk for row in found} == {named.pk, plain.pk}


def test_without_a_name_no_row_is_found(cast: Cast, django_assert_num_queries: Any) -> None:
    AuditEvent.objects.create(action="x.y", target_type="t", target_id="1", target_label="")
    with django_assert_num_queries(0):
        assert Names([""]).among(AuditEvent.objects.all(), "target_label") == []


# --- notices --------------------------------------------------------------------------------------------------------


def told(reader: User, **params: Any) -> Notice:
    notify(Event.MEMBER_LEFT, [reader], **params)
    return Notice.objects.filter(recipient=reader).latest("pk")


@pytest.mark.parametrize(("language", "words"), [("en", "a former user"), ("ja", "退会した利用者")])
def test_each_reader_finds_it_in_their_own_words(language: str, words: str, cast: Cast) -> None:
    notice = told(cast.company_owner, person="Taro Tanaka", organisation=Words("北浜", "Kitahama"))
    forget(Names(["Taro Tanaka"]), [], gone=FORMER_USER)
    notice.refresh_from_db()
    with reading(language, "Asia/Tokyo"):
        said = f"{subject(notice)} {body(notice)}"
    assert words in said
    assert "Tanaka" not in said
    assert "Kitahama" in str(notice.params), "the organisation is still there"


def test_a_name_in_both_languages_goes_from_each(cast: Cast) -> None:
    notice = told(cast.company_owner, person="X Y", organisation=Words("田中商店", "Tanaka Store"))
    forget(Names(["田中商店", "Tanaka Store"]), [], gone=FORMER_USER)
    notice.refresh_from_db()
    assert notice.params["organisation"] == {"words": {"ja": "退会した利用者", "en": "a former user"}}
    assert notice.params["person"] == "X Y"


def test_what_others_wrote_of_them_goes_with_the_name_and_notices_of_others_stay(cast: Cast) -> None:
    """A reason may tell of somebody without a name."""
    about = told(
        cast.company_owner, person="Taro Tanaka", organisation="O", reason="He shouted at us on Monday."
    )
    other = told(cast.company_owner, person="Jiro Suzuki", organisation="O", reason="Retired on Monday.")
    before = other.params
    forget(Names(["Taro Tanaka"]), [], gone=FORMER_USER)
    about.refresh_from_db()
    other.refresh_from_db()
    assert (about.params["reason"], other.params) == (GONE, before)


def test_notices_to_somebody_go_and_those_to_others_do_not(cast: Cast) -> None:
    told(cast.company_member, person="X Y", organisation="O")
    kept = told(cast.company_owner, person="X Y", organisation="O")
    forget(Names([]), [cast.company_member], gone=FORMER_USER)
    assert list(Notice.objects.filter(event="member_left")) == [kept]


# --- mail and errors ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [STATUS.sent, STATUS.failed, STATUS.queued])
def test_mail_that_names_somebody_goes_at_once_or_once_it_is_sent(status: int, cast: Cast) -> None:
    for subject_, text in (
        ("Taro Tanaka様が退出しました", "a"),
        ("b", "Taro Tanakaさん"),
        ("Taro Tanakamura", "c"),
    ):
        mailing.queue("reader@people.example", subject_, text)
    Email.objects.update(status=status)
    forget(Names(["Taro Tanaka"]), [], gone=FORMER_USER)
    left = {mail.subject: mail.headers == mailing.LAST for mail in Email.objects.all()}
    if status == STATUS.queued:
        assert left == {"Taro Tanaka様が退出しました": True, "b": True, "Taro Tanakamura": False}
    else:
        assert left == {"Taro Tanakamura": False}


def test_a_japanese_mail_that_names_somebody_is_gone_after_their_erasure(cast: Cast) -> None:
    """What the portal itself writes: a name of Latin letters, and the next word right behind it."""
    User.objects.filter(pk=cast.company_owner.pk).update(language="ja")
    cast.company_member.name = "Taro Tanaka"
    cast.company_member.save()
    actions.leave(cast.company_member.membership, by=cast.company_member)
    mail = last_mail(cast.company_owner.email)
    assert "Taro Tanaka様" in mail.subject + mail.message
    Email.objects.update(status=STATUS.sent)
    actions.erase_person(User.objects.get(pk=cast.company_member.pk), by=cast.administrator)
    assert not Email.objects.filter(pk=mail.pk).exists()


def test_an_error_of_background_work_forgets_the_name_and_other_errors_stay(cast: Cast) -> None:
    for key, error in (("a", "could not mail ai@people.example"), ("b", "disk full"), ("c", "")):
        Job.objects.create(
            name="core.none", dedupe_key=key, payload={}, last_error=error, not_before=timezone.now()
        )
    forget(Names(["ai@people.example"]), [], gone=FORMER_USER)
    assert dict(Job.objects.values_list("dedupe_key", "last_error")) == {"a": "", "b": "disk full", "c": ""}


# --- sessions -------------------------------------------------------------------------------------------------------


def test_every_session_of_somebody_ends_and_no_other(cast: Cast, as_user: Any) -> None:
    mine: list[Client] = [as_user(cast.company_member) for _number in range(2)]
    other = as_user(cast.company_owner)
    guest = SessionStore()
    guest["note"] = str(cast.company_member.pk)  # a number that happens to be the same
    guest.save()
    forget_sessions([cast.company_member])
    left = set(Session.objects.values_list("session_key", flat=True))
    assert not left & {client.session.session_key for client in mine}
    assert {other.session.session_key, guest.session_key} <= left


def test_a_session_that_has_run_out_is_left_to_the_cleaning(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.company_member)
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    forget_sessions([cast.company_member])
    assert Session.objects.filter(session_key=client.session.session_key).exists()


# --- the trail ------------------------------------------------------------------------------------------------------


def entry(**values: Any) -> AuditEvent:
    return AuditEvent.objects.create(
        **{"action": "member.removed", "target_type": "accounts.membership", "target_id": "1", **values}
    )


@pytest.fixture
def trail(cast: Cast) -> dict[str, AuditEvent]:
    """Rows about somebody, by somebody, and about others; an erasure is written down, so that they may be emptied."""
    rows = {
        "about": entry(target_label="Taro Tanaka (O)", detail={"role": "owner", "reason": "Rude."}),
        "by": entry(target_id="2", target_label="Jiro", actor_id=cast.newcomer.pk, actor_label="Taro Tanaka"),
        "naming": entry(
            target_id="3", target_label="Jiro", detail={"title": "To Taro Tanaka様", "kind": "x"}
        ),
        "labelled": entry(target_id="4", target_label="Taro Tanakaへの招待", detail={"reason": "Why."}),
        "other": entry(target_id="5", target_label="Taro Tanakamura", detail={"reason": "Why."}),
    }
    actions.erase_person(factories.UserFactory(), by=cast.administrator)
    return rows


def test_the_trail_keeps_deeds_codes_and_others_and_forgets_the_rest(
    trail: dict[str, AuditEvent], cast: Cast
) -> None:
    empty_trail({"accounts.membership": {"1"}}, Names(["Taro Tanaka"]), [cast.newcomer])
    for row in trail.values():
        row.refresh_from_db()
    kept = {name: (row.target_label, row.actor_label, row.detail) for name, row in trail.items()}
    assert kept == {
        "about": ("", "", {"role": "owner"}),
        "by": ("Jiro", "", {}),
        "naming": ("Jiro", "", {"kind": "x"}),
        "labelled": ("", "", {"reason": "Why."}),
        "other": ("Taro Tanakamura", "", {"reason": "Why."}),
    }
    assert trail["by"].actor_id == cast.newcomer.pk, "that somebody did it stays"


def test_the_row_of_an_erasure_keeps_its_reason(cast: Cast) -> None:
    user = factories.UserFactory(name="Taro Tanaka")
    actions.erase_on_request(user.email, reason="Asked for by letter.", by=cast.administrator)
    row = AuditEvent.objects.get(action="user.erased")
    empty_trail({"accounts.user": {str(user.pk)}}, Names(["letter"]), [user])
    row.refresh_from_db()
    assert row.detail["reason"] == "Asked for by letter."


def test_a_former_member_who_is_erased_stands_in_no_text_of_the_firm(cast: Cast) -> None:
    """Notices, mail and trail together, after deeds that name people in all of them."""
    User.objects.filter(pk=cast.company_owner.pk).update(language="ja")
    person = factories.UserFactory(name="Ana Żółć", email="ana@people.example")
    membership = factories.MembershipFactory(
        organisation=cast.company.organisation, user=person, role=MemberRole.MEMBER
    )
    actions.change_role(membership, role=MemberRole.OWNER, by=cast.company_owner)
    actions.leave(membership, by=person)
    Email.objects.update(status=STATUS.sent)
    actions.erase_on_request(person.email, reason="Asked for", by=cast.administrator)
    texts = [
        *Notice.objects.values_list("params", flat=True),
        *Email.objects.exclude(to=[person.email]).values_list("subject", "message"),
        *AuditEvent.objects.values_list("actor_label", "target_label", "detail"),
    ]
    assert texts
    assert [text for text in texts if "Ana Żółć" in str(text) or "ana@" in str(text)] == []

"""The pages on which owners decide about people: asked first, in both languages, for their own organisation, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from post_office.models import Email

from accounts import actions
from accounts.enums import InvitationStatus, JoinStatus, MemberRole
from accounts.models import Invitation, JoinRequest, Membership, User
from accounts.roles import Role, role_of
from matchmaking.core.models import AuditEvent, Notice
from tests import factories
from tests.accounts.signing import link_for
from tests.conftest import Cast
from tests.pages import errors_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
EMAIL = "friend@people.example"
BOTH = [0, 1]
LANGUAGES = ("en", "ja")


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def trail(*names: str) -> list[str]:
    return list(AuditEvent.objects.filter(action__in=names).order_by("pk").values_list("action", flat=True))


def spoken(answer: Any) -> list[str]:
    """What the next page will say."""
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.fixture
def asked(cast: Cast) -> JoinRequest:
    return actions.ask_to_join(cast.company.organisation, by=cast.newcomer)


@pytest.fixture
def invitation(cast: Cast) -> Invitation:
    return actions.invite(
        email=EMAIL, language="en", organisation=cast.company.organisation,
        member_role=MemberRole.MEMBER, by=cast.company_owner,
    )  # fmt: skip


def pages(cast: Cast, asked: JoinRequest, invitation: Invitation) -> dict[str, str]:
    """Every page about somebody of the cast's firm."""
    member = Membership.objects.get(user=cast.company_member).pk
    keys = {
        "member_role": member,
        "member_remove": member,
        "join_admit": asked.pk,
        "join_refuse": asked.pk,
        "invitation_renew": invitation.pk,
        "invitation_revoke": invitation.pk,
    }
    return {name: reverse(f"accounts:{name}", args=[key]) for name, key in keys.items()}


def everything() -> tuple[list[Any], ...]:
    return tuple(
        list(model.objects.order_by("pk").values()) for model in (Membership, JoinRequest, Invitation, Notice)
    )


# --- whose they are -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "person",
    ["company_member", "other_company_owner", "startup_owner", "newcomer", "expert", "administrator"],
)
def test_nobody_but_an_owner_of_the_organisation_finds_or_uses_them(
    person: str, cast: Cast, asked: JoinRequest, invitation: Invitation, as_user: SignIn
) -> None:
    client, before = as_user(getattr(cast, person)), everything()
    for name, address in pages(cast, asked, invitation).items():
        if name != "invitation_renew":
            assert client.get(address).status_code == 404, name
        assert client.post(address).status_code == 404, name
    assert everything() == before


def test_an_owner_who_was_removed_decides_nothing_from_an_open_page(
    cast: Cast, asked: JoinRequest, invitation: Invitation, as_user: SignIn
) -> None:
    second = factories.MembershipFactory(organisation=cast.company.organisation).user
    client = as_user(second)
    addresses = pages(cast, asked, invitation)
    assert client.get(addresses["member_remove"]).status_code == 200
    actions.remove_member(Membership.objects.get(user=second), by=cast.company_owner)
    before = everything()
    assert {client.post(address).status_code for address in addresses.values()} == {404}
    assert everything() == before


def test_numbers_that_lead_to_nobody_lead_to_no_page(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.company_owner)
    names = (
        "member_role",
        "member_remove",
        "join_admit",
        "join_refuse",
        "invitation_renew",
        "invitation_revoke",
    )
    for name in names:
        for key in (0, 999_999_999):
            assert client.post(reverse(f"accounts:{name}", args=[key])).status_code == 404, (name, key)


# --- what they ask --------------------------------------------------------------------------------------------------

QUESTIONS = [
    ("member_role", "Make <i>Ngô</i> an owner?", "<i>Ngô</i>様を代表担当者にしますか"),
    ("member_remove", "Remove <i>Ngô</i>?", "<i>Ngô</i>様を削除しますか"),
    ("join_admit", "Admit 山田 <b>花子</b>?", "山田 <b>花子</b>様の参加を承認しますか"),
    ("join_refuse", "Refuse 山田 <b>花子</b>?", "山田 <b>花子</b>様の参加を見送りますか"),
    ("invitation_revoke", f"Take back the invitation to {EMAIL}?", f"{EMAIL}への招待を取り消しますか"),
]


@pytest.mark.parametrize("language", BOTH, ids=LANGUAGES)
@pytest.mark.parametrize(("name", "english", "japanese"), QUESTIONS)
def test_the_question_names_whom_it_is_about_and_no_name_is_markup(
    name: str,
    english: str,
    japanese: str,
    language: int,
    cast: Cast,
    asked: JoinRequest,
    invitation: Invitation,
    as_user: SignIn,
) -> None:
    User.objects.filter(pk=cast.company_member.pk).update(name="<i>Ngô</i>")
    User.objects.filter(pk=cast.newcomer.pk).update(name="山田 <b>花子</b>")
    before = everything()
    with translation.override(LANGUAGES[language]):
        page = as_user(cast.company_owner).get(pages(cast, asked, invitation)[name])
    html = page.content.decode()
    assert (page.status_code, page.context["title"]) == (200, (english, japanese)[language])
    assert ("<i>Ngô" in html, "<b>花子" in html) == (False, False)
    assert everything() == before, "a question does nothing"


def test_an_owner_sees_the_whole_address_of_whoever_asks(
    cast: Cast, asked: JoinRequest, as_user: SignIn
) -> None:
    page = as_user(cast.company_owner).get(reverse("accounts:join_admit", args=[asked.pk]))
    assert cast.newcomer.email in page.content.decode()


# --- what follows ---------------------------------------------------------------------------------------------------

DEEDS = [
    ("member_remove", "member.removed", 404,
     ("They no longer belong to the organisation.", "利用者から削除しました。")),
    ("join_admit", "joinrequest.admitted", 409, ("They now belong to the organisation.", "参加を承認しました。")),
    ("join_refuse", "joinrequest.refused", 409,
     ("They were told that they are not admitted.", "承認しないことを本人にお知らせしました。")),
    ("invitation_revoke", "invitation.revoked", 409, ("The invitation is taken back.", "招待を取り消しました。")),
]  # fmt: skip


@pytest.mark.parametrize("language", BOTH, ids=LANGUAGES)
@pytest.mark.parametrize(("name", "deed", "again", "words"), DEEDS)
def test_a_deed_is_done_once_told_and_recorded_and_a_second_click_does_nothing(
    name: str,
    deed: str,
    again: int,
    words: tuple[str, str],
    language: int,
    cast: Cast,
    asked: JoinRequest,
    invitation: Invitation,
    as_user: SignIn,
) -> None:
    client = as_user(cast.company_owner)
    with translation.override(LANGUAGES[language]):
        address = pages(cast, asked, invitation)[name]
        answer = client.post(address)
        assert (answer.url, spoken(answer)) == (reverse("accounts:members"), [words[language]])
    after = everything()
    assert client.post(address).status_code == again
    assert everything() == after
    assert trail(deed) == [deed]
    assert AuditEvent.objects.get(action=deed).actor_id == cast.company_owner.pk


def test_whoever_is_admitted_is_a_member_and_no_owner(
    cast: Cast, asked: JoinRequest, as_user: SignIn
) -> None:
    as_user(cast.company_owner).post(reverse("accounts:join_admit", args=[asked.pk]))
    assert role_of(fresh(cast.newcomer)) == Role.COMPANY_MEMBER
    asked.refresh_from_db()
    assert (asked.status, asked.answered_by) == (JoinStatus.ADMITTED, cast.company_owner)
    assert as_user(cast.newcomer).get(reverse("companies:own")).status_code == 200


def test_whoever_is_refused_stays_a_newcomer_and_the_page_is_empty_again(
    cast: Cast, asked: JoinRequest, as_user: SignIn
) -> None:
    client = as_user(cast.company_owner)
    assert "They ask to join" in client.get(reverse("accounts:members")).content.decode()
    client.post(reverse("accounts:join_refuse", args=[asked.pk]))
    assert role_of(fresh(cast.newcomer)) == Role.NEWCOMER
    assert "They ask to join" not in client.get(reverse("accounts:members")).content.decode()


def test_leaving_leads_home_and_the_place_is_gone(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.company_member)
    page = client.get(reverse("accounts:leave"))
    assert cast.company.organisation.name in str(page.context["title"])
    answer = client.post(reverse("accounts:leave"))
    assert (answer.url, spoken(answer)) == (reverse("home"), ["You have left the organisation."])
    assert role_of(fresh(cast.company_member)) == Role.NEWCOMER
    assert client.post(reverse("accounts:leave")).status_code == 404
    assert trail("member.left") == ["member.left"]


# --- what they refuse -----------------------------------------------------------------------------------------------

LAST_OWNER = (
    "Make somebody else an owner first: you are the only one.",
    "代表担当者がほかにいません。先に別の方を代表担当者にしてください。",
)
ELSEWHERE = (
    "Nobody belongs to two organisations. Leave the one before you join another.",
    "1名が2つの組織に所属することはできません。現在の組織から退出した後に参加してください。",
)


@pytest.mark.parametrize("language", BOTH, ids=LANGUAGES)
def test_the_only_owner_reads_on_the_page_what_to_do_first(
    language: int, cast: Cast, as_user: SignIn
) -> None:
    with translation.override(LANGUAGES[language]):
        page = as_user(cast.company_owner).post(reverse("accounts:leave"))
    assert (page.status_code, errors_of(page)) == (200, {"__all__": [LAST_OWNER[language]]})
    assert trail("member.left") == []


@pytest.mark.parametrize("language", BOTH, ids=LANGUAGES)
@pytest.mark.parametrize("elsewhere", ["member", "staff"])
def test_who_has_a_place_by_now_is_not_admitted_and_still_asks(
    elsewhere: str, language: int, cast: Cast, asked: JoinRequest, as_user: SignIn
) -> None:
    if elsewhere == "member":
        factories.MembershipFactory(user=cast.newcomer, organisation=cast.startup.organisation)
    else:
        User.objects.filter(pk=cast.newcomer.pk).update(staff_role="expert")
    with translation.override(LANGUAGES[language]):
        page = as_user(cast.company_owner).post(reverse("accounts:join_admit", args=[asked.pk]))
    assert errors_of(page) == {"__all__": [ELSEWHERE[language]]}
    asked.refresh_from_db()
    assert (asked.status, asked.answered_by) == (JoinStatus.ASKED, None)
    assert trail("joinrequest.admitted") == []
    assert not Notice.objects.filter(recipient=cast.newcomer).exists()


# --- inviting -------------------------------------------------------------------------------------------------------

NOT_OFFERED = ("Choose from what is offered here.", "表示されている選択肢から選んでください。")
TYPED = {"email": EMAIL, "language": "ja", "role": "owner"}


@pytest.mark.parametrize("language", BOTH, ids=LANGUAGES)
@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"role": "administrator"}, "role", NOT_OFFERED),
        ({"role": ""}, "role", ("Choose a role.", "役割を選択してください。")),
        ({"language": "fr"}, "language", NOT_OFFERED),
        ({"email": "x" * 250 + "@a.example"}, "email",
         ("Shorten this to 254 characters: it has 260 now.", "254文字以内にしてください（今は260文字です）。")),
    ],
    ids=["a role of the office", "no role", "a language that we have not", "an address that is too long"],
)  # fmt: skip
def test_what_cannot_be_sent_is_told_at_its_field_and_the_rest_stays_typed(
    change: dict[str, str],
    field: str,
    words: tuple[str, str],
    language: int,
    cast: Cast,
    as_user: SignIn,
) -> None:
    with translation.override(LANGUAGES[language]):
        page = as_user(cast.company_owner).post(reverse("accounts:invite"), {**TYPED, **change})
        errors = errors_of(page)
    assert list(errors) == [field]
    assert words[language] in errors[field]
    form = page.context["form"]
    kept = {name: form[name].value() for name in TYPED}
    assert kept == {**TYPED, **change}
    assert (Invitation.objects.count(), Email.objects.count()) == (0, 0)


@pytest.mark.parametrize("language", BOTH, ids=LANGUAGES)
def test_after_so_many_a_day_the_next_waits_until_a_day_has_passed(
    language: int, cast: Cast, as_user: SignIn, settings: Any
) -> None:
    settings.INVITATIONS_A_DAY = 2
    factories.InvitationFactory(organisation=cast.company.organisation)
    old = factories.InvitationFactory(
        organisation=cast.company.organisation, status=InvitationStatus.REVOKED
    )  # taken back or not: its mail was sent
    factories.InvitationFactory(organisation=cast.startup.organisation)
    client = as_user(cast.company_owner)
    with translation.override(LANGUAGES[language]):
        address = reverse("accounts:invite")
        page = client.post(address, TYPED)
    words = (
        "2 invitations a day may be sent. Go on tomorrow.",
        "招待は1日に2件まで送信できます。続きは明日お送りください。",
    )
    assert errors_of(page) == {"__all__": [words[language]]}
    assert page.context["form"]["email"].value() == EMAIL
    Invitation.objects.filter(pk=old.pk).update(invited_at=timezone.now() - timedelta(days=1, seconds=1))
    assert client.post(address, TYPED).status_code == 302
    assert client.post(address, {**TYPED, "email": "next@people.example"}).status_code == 200


def test_the_mail_is_in_the_chosen_language_whatever_the_page(cast: Cast, as_user: SignIn) -> None:
    as_user(cast.company_owner).post(reverse("accounts:invite"), TYPED)
    invitation = Invitation.objects.get()
    assert (invitation.member_role, invitation.language, invitation.invited_by) == (
        "owner",
        "ja",
        cast.company_owner,
    )
    assert link_for(EMAIL).startswith("/ja/")


# --- invitations that are under way ---------------------------------------------------------------------------------


def test_sending_again_makes_a_new_link_says_so_and_goes_back_to_the_list(
    cast: Cast, invitation: Invitation, as_user: SignIn
) -> None:
    old = link_for(EMAIL)
    Invitation.objects.update(invited_at=timezone.now() - timedelta(minutes=5, seconds=1))
    answer = as_user(cast.company_owner).post(reverse("accounts:invitation_renew", args=[invitation.pk]))
    assert answer.url == reverse("accounts:members")
    assert spoken(answer) == ["The invitation is on its way. The link sent before no longer works."]
    assert link_for(EMAIL) != old
    assert trail("invitation.renewed") == ["invitation.renewed"]


@pytest.mark.parametrize("status", [InvitationStatus.ACCEPTED, InvitationStatus.REVOKED])
@pytest.mark.parametrize("deed", ["invitation_renew", "invitation_revoke"])
def test_what_is_over_is_neither_sent_again_nor_taken_back(
    deed: str, status: str, cast: Cast, invitation: Invitation, as_user: SignIn
) -> None:
    Invitation.objects.update(
        status=status, accepted_by=cast.newcomer, accepted_at=timezone.now(),
        invited_at=timezone.now() - timedelta(hours=1),
    )  # fmt: skip
    before = everything()
    address = reverse(f"accounts:{deed}", args=[invitation.pk])
    assert as_user(cast.company_owner).post(address).status_code == 409
    assert (everything(), Email.objects.count()) == (before, 1)


@pytest.mark.parametrize(
    ("status", "late", "words", "has_buttons"),
    [
        (InvitationStatus.OPEN, False, "Waiting for an answer", True),
        (InvitationStatus.OPEN, True, "Past its time", True),
        (InvitationStatus.ACCEPTED, True, "Accepted", False),
    ],
)
def test_the_list_says_how_each_invitation_stands(
    status: str,
    late: bool,
    words: str,
    has_buttons: bool,
    cast: Cast,
    invitation: Invitation,
    as_user: SignIn,
) -> None:
    now = timezone.now()
    Invitation.objects.update(
        status=status, accepted_by=cast.newcomer, accepted_at=now,
        expires_at=now + timedelta(hours=-1 if late else 1),
    )  # fmt: skip
    html = as_user(cast.company_owner).get(reverse("accounts:members")).content.decode()
    row = html.split(EMAIL)[1].split("</tr>")[0]
    assert words in row
    assert ("Send again" in row) is has_buttons


def test_a_link_that_was_taken_back_opens_nothing(
    cast: Cast, invitation: Invitation, as_user: SignIn, client: Client
) -> None:
    client.get(link_for(EMAIL))
    as_user(cast.company_owner).post(reverse("accounts:invitation_revoke", args=[invitation.pk]))
    page = client.get(reverse("accounts:invitation_answer"))
    assert page.status_code == 410
    assert EMAIL not in as_user(cast.company_owner).get(reverse("accounts:members")).content.decode()

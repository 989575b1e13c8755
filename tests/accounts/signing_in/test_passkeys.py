"""Passkeys through the real pages, with a device made of its keys alone: who gets in, who does not, no page fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import translation
from fido2.utils import websafe_encode

from accounts.models import User
from matchmaking.core.models import AuditEvent
from tests.accounts.passkeys import PRESENT, VERIFIED, Device, challenge, changed, is_in, registered, sends
from tests.accounts.signing import last_mail, prove_again
from tests.conftest import Cast
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
WRONG = {
    "en": "The code is not right. Enter the one the app shows now, or an unused recovery code.",
    "ja": "コードが違います。アプリに現在表示されているコード、または未使用の復旧コードを入力してください。",
}


@pytest.fixture
def device(cast: Cast, as_user: SignIn) -> Device:
    """A passkey of the firm's owner, who signs in with it alone."""
    made = Device()
    assert registered(as_user(cast.company_owner), made).status_code == 302
    return made


def test_a_passkey_is_added_told_by_mail_put_on_record_and_lets_in(cast: Cast, device: Device) -> None:
    owner = cast.company_owner
    assert Authenticator.objects.get(user=owner, type="webauthn").wrap().name == "Office computer"
    assert AuditEvent.objects.filter(action="user.passkey_added", actor_id=owner.pk).count() == 1
    assert last_mail(owner.email).subject
    client = Client()
    answer = sends(client, device.signs_in(challenge(client)))
    assert (answer.status_code, is_in(client, owner)) == (302, True)
    assert client.get("/en/").status_code == 200


def test_the_first_one_comes_with_recovery_codes_and_a_second_without(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.startup_owner)
    assert registered(client, Device()).url == reverse("mfa_view_recovery_codes")
    assert registered(client, Device(), name="Telephone").url == reverse("mfa_index")
    assert Authenticator.objects.filter(user=cast.startup_owner, type="webauthn").count() == 2


def test_an_answer_lets_in_once(cast: Cast, device: Device) -> None:
    client = Client()
    answer = device.signs_in(challenge(client))
    sends(client, answer)
    client.logout()
    for who in (client, Client()):
        sends(who, answer)
        assert not is_in(who, cast.company_owner)


def test_an_answer_to_somebody_elses_question_lets_nobody_in(cast: Cast, device: Device) -> None:
    asked, thief = Client(), Client()
    answer = device.signs_in(challenge(asked))
    challenge(thief)
    sends(thief, answer)
    assert not is_in(thief, cast.company_owner)


def test_without_a_question_there_is_nothing_to_answer(cast: Cast, device: Device) -> None:
    client = Client()
    sends(
        client,
        device.signs_in({"publicKey": {"challenge": websafe_encode(b"of my own making, 32 bytes long")}}),
    )
    assert not is_in(client, cast.company_owner)


def test_only_the_newest_question_counts(cast: Cast, device: Device) -> None:
    client = Client()
    old = challenge(client)
    challenge(client)
    sends(client, device.signs_in(old))
    assert not is_in(client, cast.company_owner)


# What is wrong with the device, or with its answer
THIEVES: dict[str, Callable[[Device], None]] = {
    "another site asked it": lambda device: setattr(device, "origin", "https://evil.example"),
    "a site that looks alike": lambda device: setattr(device, "origin", "https://testserver.evil.example"),
    "not over https": lambda device: setattr(device, "origin", "http://testserver"),
    "made for another site": lambda device: setattr(device, "host", "evil.example"),
    "nobody was at the device": lambda device: setattr(device, "flags", 0),
    "nobody showed who they are": lambda device: setattr(device, "flags", PRESENT),
    "another key": lambda device: setattr(device, "key", Device().key),
    "an unknown key": lambda device: setattr(device, "credential", b"x" * 32),
    "nobody's": lambda device: setattr(device, "handle", websafe_encode(b"999999")),
    "a number that no column holds": lambda device: setattr(device, "handle", websafe_encode(b"9" * 40)),
    "no number": lambda device: setattr(device, "handle", websafe_encode("社長".encode())),
}


@pytest.mark.parametrize("thief", THIEVES)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_whatever_else_signs_is_refused_in_words_and_goes_nowhere(
    cast: Cast, device: Device, thief: str, language: str
) -> None:
    THIEVES[thief](device)
    client = Client()
    with translation.override(language):
        sends(client, device.signs_in(challenge(client)))
        page = client.get(reverse("account_login"))
    assert not is_in(client, cast.company_owner)
    assert WRONG[language] in page.content.decode()


@pytest.mark.parametrize("part", ["authenticatorData", "signature", "clientDataJSON"])
def test_a_bit_that_was_turned_over_on_the_way_is_noticed(cast: Cast, device: Device, part: str) -> None:
    for at in (0, 33, -1):
        client = Client()
        sends(client, changed(device.signs_in(challenge(client)), part, at))
        assert not is_in(client, cast.company_owner), at


def test_the_passkey_of_one_does_not_let_in_as_another(cast: Cast, device: Device, as_user: SignIn) -> None:
    other = Device()
    registered(as_user(cast.startup_owner), other)
    device.handle, other.handle = other.handle, device.handle
    for each in (device, other):
        client = Client()
        sends(client, each.signs_in(challenge(client)))
        assert "_auth_user_id" not in client.session


def test_whose_account_is_closed_stays_outside(cast: Cast, device: Device) -> None:
    User.objects.filter(pk=cast.company_owner.pk).update(is_active=False)
    client = Client()
    sends(client, device.signs_in(challenge(client)))
    assert not is_in(client, cast.company_owner)


def test_a_passkey_that_was_removed_lets_in_no_longer_and_that_is_told(
    cast: Cast, device: Device, as_user: SignIn
) -> None:
    client = as_user(cast.company_owner)
    prove_again(client, PASSWORD)
    key = Authenticator.objects.get(user=cast.company_owner, type="webauthn")
    assert client.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 302
    assert (
        AuditEvent.objects.filter(action="user.passkey_removed", actor_id=cast.company_owner.pk).count() == 1
    )
    guest = Client()
    sends(guest, device.signs_in(challenge(guest)))
    assert not is_in(guest, cast.company_owner)


@pytest.mark.parametrize("page", ["mfa_remove_webauthn", "mfa_edit_webauthn"])
def test_nobody_touches_the_passkey_of_another(
    cast: Cast, device: Device, as_user: SignIn, page: str
) -> None:
    key = Authenticator.objects.get(user=cast.company_owner, type="webauthn")
    for person in (cast.company_member, cast.startup_owner, cast.administrator):
        client = as_user(person)
        prove_again(client, PASSWORD)
        address = reverse(page, args=[key.pk])
        assert [client.get(address).status_code, client.post(address, {"name": "Mine"}).status_code] == [
            404,
            404,
        ]
    assert Authenticator.objects.get(pk=key.pk).wrap().name == "Office computer"


@pytest.mark.parametrize("page", ["mfa_add_webauthn", "mfa_remove_webauthn"])
def test_whoever_finds_an_open_computer_must_know_the_password_first(
    cast: Cast, device: Device, page: str
) -> None:
    client = Client()
    sends(client, device.signs_in(challenge(client)))
    session = client.session
    session["account_authentication_methods"] = [
        {**each, "at": 0} for each in session["account_authentication_methods"]
    ]
    session.save()
    key = Authenticator.objects.get(user=cast.company_owner, type="webauthn")
    address = reverse(page, args=[] if page == "mfa_add_webauthn" else [key.pk])
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 302
        assert "reauthenticate" in answer.url
    assert Authenticator.objects.filter(user=cast.company_owner, type="webauthn").get() == key


def test_one_that_shall_let_in_alone_must_have_asked_who_holds_it(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.company_owner)
    answer = registered(client, Device(flags=PRESENT))
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Authenticator.objects.filter(user=cast.company_owner, type="webauthn").exists()
    assert registered(client, Device(flags=PRESENT), alone=False).status_code == 302


def test_a_passkey_is_a_second_factor_for_staff(cast: Cast, as_user: SignIn, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    client, made = as_user(cast.officer), Device()
    assert client.get("/en/").url == reverse("mfa_index")
    registered(client, made)
    guest = Client()
    sends(guest, made.signs_in(challenge(guest)))
    assert guest.get("/en/").status_code == 200


@pytest.mark.parametrize(("name", "kept"), [("", "Passkey 1"), ("  Büro\t ", "Büro"), ("x" * 100, "x" * 100)])
def test_its_name_is_what_was_written_or_a_number(cast: Cast, as_user: SignIn, name: str, kept: str) -> None:
    registered(as_user(cast.company_owner), Device(), name=name)
    assert Authenticator.objects.get(user=cast.company_owner, type="webauthn").wrap().name == kept


def test_a_name_that_is_too_long_is_said_at_its_field(cast: Cast, as_user: SignIn) -> None:
    answer = registered(as_user(cast.company_owner), Device(), name="x" * 101)
    assert "name" in answer.context["form"].errors
    assert not Authenticator.objects.filter(user=cast.company_owner).exists()


# What no browser sends, but anybody can
def garbage() -> dict[str, str]:
    name = websafe_encode(b"k" * 32)
    whole = {"id": name, "rawId": name, "type": "public-key"}
    parts = {
        "authenticatorData": websafe_encode(bytes(37)),
        "clientDataJSON": websafe_encode(b"{}"),
        "signature": websafe_encode(b"s"),
        "userHandle": websafe_encode(b"1"),
        "attestationObject": websafe_encode(b"\xa0"),
    }
    made: dict[str, Any] = {
        "nothing": "",
        "no json": "{",
        "null": None,
        "a number": 5,
        "a text": "credential",
        "a list": [],
        "a list with one": [1],
        "empty": {},
        "without an answer": whole,
        "answer is a list": {**whole, "response": []},
        "answer is nothing": {**whole, "response": None},
        "answer is a text": {**whole, "response": "x"},
        "empty answer": {**whole, "response": {}},
        "other type": {**whole, "type": 7, "response": parts},
        "ids are numbers": {**whole, "id": 1, "rawId": 2, "response": parts},
        "ids differ": {**whole, "rawId": websafe_encode(b"other"), "response": parts},
        "ids are no base64": {**whole, "id": "é!", "rawId": "é!", "response": parts},
        "well formed": {**whole, "response": parts},
        "no handle": {**whole, "response": {**parts, "userHandle": None}},
        "handle is a number": {**whole, "response": {**parts, "userHandle": 1}},
        "handle is a list": {**whole, "response": {**parts, "userHandle": ["x"]}},
        "handle is no base64": {**whole, "response": {**parts, "userHandle": "%%%"}},
        "handle with a null": {**whole, "response": {**parts, "userHandle": websafe_encode(b"1\x00")}},
        "handle is no utf8": {**whole, "response": {**parts, "userHandle": websafe_encode(b"\xff\xfe")}},
    }
    for part in ("authenticatorData", "clientDataJSON", "signature", "attestationObject"):
        for what, value in {
            "empty": "",
            "short": websafe_encode(b"\x01"),
            "36 bytes": websafe_encode(bytes(36)),
            "promises more": websafe_encode(bytes(32) + b"\xc5" + bytes(4)),
            "no base64": "***",
            "a number": 3,
            "nothing": None,
            "a list": [1, 2],
            "deep": websafe_encode(b"\x81" * 3_000),
            "huge length": websafe_encode(b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff"),
            "text": websafe_encode("説明".encode()),
            "json list": websafe_encode(b"[1]"),
            "half json": websafe_encode(b'{"type": "webauthn.get", "challenge": 5}'),
        }.items():
            made[f"{part}: {what}"] = {**whole, "response": {**parts, part: value}}
    return {what: value if isinstance(value, str) else json.dumps(value) for what, value in made.items()}


GARBAGE = garbage()


@pytest.mark.parametrize("what", GARBAGE)
def test_no_garbage_makes_the_page_of_signing_in_fail(db: None, cast: Cast, what: str) -> None:
    client = Client()
    challenge(client)
    answer = sends(client, GARBAGE[what])
    assert (answer.status_code, answer.url) == (302, reverse("account_login"))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("what", GARBAGE)
def test_no_garbage_makes_the_page_of_adding_one_fail(cast: Cast, as_user: SignIn, what: str) -> None:
    client, page = as_user(cast.company_owner), reverse("mfa_add_webauthn")
    prove_again(client, PASSWORD)
    client.get(page)
    answer = client.post(page, {"name": "Mine", "credential": GARBAGE[what], "passwordless": "on"})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert answer.context["form"]["name"].value() == "Mine"
    assert not Authenticator.objects.filter(user=cast.company_owner).exists()


@pytest.mark.parametrize("what", GARBAGE)
def test_no_garbage_makes_the_page_of_proving_it_again_fail(
    cast: Cast, device: Device, as_user: SignIn, what: str
) -> None:
    client, page = as_user(cast.company_owner), reverse("mfa_reauthenticate_webauthn")
    client.get(page)
    assert client.post(page, {"credential": GARBAGE[what]}).status_code == 302


def test_both_flags_are_what_they_say() -> None:
    """Guards the device of these tests: a wrong bit would make every refusal above a refusal of that."""
    assert (PRESENT, VERIFIED) == (1, 4)

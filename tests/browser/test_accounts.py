"""From the first page to an account that is safe: by code, app, recovery code and passkey, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from accounts.models import User
from tests import factories
from tests.accounts.signing import NEW_PASSWORD, app_code, code_for, last_mail, link_for
from tests.browser.conftest import Visitor
from tests.conftest import Cast

EMAIL = "tal@checkoutless.example"


class Person:
    """Somebody at a browser who reads their mail and clicks by the words on the screen."""

    def __init__(self, visitor: Visitor, email: str) -> None:
        self.visitor, self.page, self.email = visitor, visitor.page, email

    def words(self, msgid: str) -> str:
        with translation.override(self.visitor.language):
            return gettext(msgid)

    def press(self, msgid: str) -> None:
        self.page.locator("main").get_by_role("button", name=self.words(msgid)).first.click()

    def follow(self, msgid: str) -> None:
        self.page.locator("main").get_by_role("link", name=self.words(msgid)).first.click()

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            field = self.page.locator(f"main [name={name}]").first
            field.select_option(value) if name == "time_zone" else field.fill(value)

    def sees(self, msgid: str) -> None:
        expect(self.page.locator("main")).to_contain_text(self.words(msgid))

    def is_at(self, path: str) -> None:
        expect(self.page).to_have_url(re.compile(re.escape(f"/{self.visitor.language}{path}") + r"(\?|$)"))

    def signs_out(self) -> None:
        self.visitor.go("/account/logout/")
        self.press("Sign out")
        self.is_at("/account/login/")


def sign_up(person: Person) -> None:
    person.visitor.go("/")
    person.follow("Create an account")
    person.fill(
        name="Tal Ben-Ami", email=person.email, password1=NEW_PASSWORD, password2=NEW_PASSWORD,
        time_zone="Asia/Jerusalem",
    )  # fmt: skip
    person.press("Continue")
    person.sees("Enter the code from the mail")
    person.fill(code=code_for(person.email))
    person.press("Continue")
    person.is_at("/")


def set_up_app(person: Person) -> tuple[str, list[str]]:
    """The secret in the app, and the recovery codes."""
    person.visitor.go("/account/second-factor/")
    person.follow("Set up an authenticator app")
    person.fill(password=NEW_PASSWORD)
    person.press("Continue")
    secret = person.page.locator("main li code").inner_text()
    person.fill(code=app_code(secret))
    person.press("Switch on")
    person.sees("Recovery codes")
    return secret, person.page.locator(".codes code").all_inner_texts()


def sign_in(person: Person) -> None:
    person.visitor.go("/account/login/")
    person.fill(login=person.email, password=NEW_PASSWORD)
    person.press("Sign in")


@pytest.mark.parametrize(("language", "width", "scripts"), [("en", 1280, True), ("ja", 390, False)])
def test_an_account_grows_safe(
    language: str, width: int, scripts: bool, transactional_db: None, visit: Callable[..., Visitor]
) -> None:
    """Everything here works without scripts too."""
    person = Person(visit(language=language, width=width, scripts=scripts), EMAIL)
    sign_up(person)
    user = User.objects.get(email=EMAIL)
    assert (user.language, user.time_zone, user.name) == (language, "Asia/Jerusalem", "Tal Ben-Ami")
    secret, recovery_codes = set_up_app(person)
    assert len(recovery_codes) == 10
    person.signs_out()
    sign_in(person)
    person.sees("Second step")
    person.fill(code=app_code(secret))
    person.press("Sign in")
    person.is_at("/")
    person.signs_out()
    sign_in(person)
    person.fill(code=recovery_codes[3])
    person.press("Sign in")
    person.is_at("/")
    assert person.visitor.complaints == []


def authenticator(page: Page) -> Any:
    """A device of Chromium's own that answers as a laptop with a fingerprint reader does."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return device, device.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ja", 390)])
def test_a_passkey_signs_in_alone_and_a_cancelled_one_is_told_on_the_page(
    language: str, width: int, transactional_db: None, visit: Callable[..., Visitor], settings: Any
) -> None:
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    person = Person(visit(language=language, width=width), EMAIL)
    device, number = authenticator(person.page)
    sign_up(person)
    person.visitor.go("/account/second-factor/webauthn/add/")
    person.fill(password=NEW_PASSWORD)
    person.press("Continue")
    person.fill(name="Laptop")
    person.press("Create the passkey")
    person.sees("Recovery codes")
    person.visitor.go("/account/second-factor/webauthn/")
    person.sees("Sign in without a password")
    person.signs_out()
    person.press("Sign in with a passkey")
    person.is_at("/")
    person.signs_out()
    device.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": False})
    person.press("Sign in with a passkey")
    person.sees("The passkey was not read. Try again, or choose another way.")
    assert person.visitor.complaints == []


@pytest.mark.parametrize(("language", "width"), [("en", 390), ("ja", 1280)])
def test_somebody_signs_up_with_a_passkey_and_never_has_a_password(
    language: str, width: int, transactional_db: None, visit: Callable[..., Visitor], settings: Any
) -> None:
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    person = Person(visit(language=language, width=width), EMAIL)
    authenticator(person.page)
    person.visitor.go("/account/signup/")
    person.follow("Create an account without a password, with a passkey")
    person.fill(name="Tal Ben-Ami", email=EMAIL, time_zone="Asia/Jerusalem")
    person.press("Continue")
    person.fill(code=code_for(EMAIL))
    person.press("Continue")
    person.press("Create the passkey")
    person.is_at("/")
    assert not User.objects.get(email=EMAIL).has_usable_password()
    person.signs_out()
    person.press("Sign in with a passkey")
    person.is_at("/")
    assert person.visitor.complaints == []


@pytest.mark.parametrize(("language", "width", "scripts"), [("ja", 390, True), ("en", 1280, False)])
@pytest.mark.parametrize("ended", ["one", "all"])
def test_a_lost_device_is_signed_out_from_another(
    language: str,
    width: int,
    scripts: bool,
    ended: str,
    transactional_db: None,
    cast: Cast,
    visit: Callable[..., Visitor],
) -> None:
    """Two devices lost, one at hand: its list names them, and what is signed out is out at the next click."""
    at_hand, *lost = (
        Person(visit(cast.company_owner, language=language, width=width, scripts=scripts), "")
        for _each in "abc"
    )
    at_hand.visitor.go("/account/sessions/")
    at_hand.sees("This device")
    rows = at_hand.page.locator("main tbody tr")
    expect(rows).to_have_count(3)
    if ended == "one":
        rows.last.get_by_role("button").click()
        expect(rows).to_have_count(2)
    else:
        at_hand.press("Sign out all other devices")
        expect(rows).to_have_count(1)
    left = [person.visitor.go("/account/sessions/") for person in (at_hand, *lost)]
    signed_out = [person for person in lost if "/account/login/" in person.page.url]
    assert (len(signed_out), left) == (1 if ended == "one" else 2, [200, 200, 200])
    assert "/account/sessions/" in at_hand.page.url
    assert at_hand.visitor.width() <= width
    assert at_hand.visitor.complaints == []


@pytest.mark.parametrize(("language", "width"), [("ja", 390), ("en", 1280)])
def test_a_recovery_code_works_once_and_the_next_one_still_does(
    language: str, width: int, transactional_db: None, visit: Callable[..., Visitor]
) -> None:
    person = Person(visit(language=language, width=width), EMAIL)
    sign_up(person)
    _secret, (first, second, *_more) = set_up_app(person)
    person.signs_out()
    sign_in(person)
    person.fill(code=first)
    person.press("Sign in")
    person.is_at("/")
    person.signs_out()
    sign_in(person)
    person.fill(code=first)
    person.press("Sign in")
    person.sees("The code is not right. Enter the one the app shows now, or an unused recovery code.")
    person.fill(code=second)
    person.press("Sign in")
    person.is_at("/")
    assert person.visitor.width() <= width
    assert person.visitor.complaints == []


def test_the_zone_of_the_device_is_proposed_and_said(
    transactional_db: None, browser: Any, live_server: Any
) -> None:
    window = browser.new_context(timezone_id="Asia/Kolkata", locale="en")
    page = window.new_page()
    page.goto(f"{live_server.url}/en/account/signup/")
    expect(page.locator("[name=time_zone]")).to_have_value("Asia/Kolkata")
    expect(page.locator("main")).to_contain_text("This city was taken from the settings of your device.")
    window.close()


@pytest.mark.parametrize(("language", "scripts"), [("ja", True), ("en", False)])
def test_an_invitation_is_accepted_from_the_mail_and_removal_counts_at_once(
    language: str, scripts: bool, transactional_db: None, cast: Cast, visit: Callable[..., Visitor]
) -> None:
    owner = Person(visit(cast.company_owner, language=language, scripts=scripts), cast.company_owner.email)
    owner.visitor.go("/account/people/")
    owner.follow("Invite a colleague")
    owner.fill(email=EMAIL)
    owner.press("Send the invitation")
    owner.sees("The invitation is on its way.")
    colleague = Person(visit(language=language, scripts=scripts), EMAIL)
    colleague.page.goto(colleague.visitor.base + link_for(EMAIL))
    colleague.visitor.language = last_mail_language(EMAIL)
    colleague.is_at("/account/invitation/")
    colleague.fill(name="Tal Ben-Ami", password1=NEW_PASSWORD, password2=NEW_PASSWORD, time_zone="Asia/Tokyo")
    colleague.press("Create the account and accept")
    colleague.is_at("/")
    assert colleague.visitor.go("/account/people/") == 200
    owner.visitor.go("/account/people/")
    owner.page.locator("tr", has_text="Tal Ben-Ami").get_by_role("link", name=owner.words("Remove")).click()
    owner.press("Remove")
    owner.sees("They no longer belong to the organisation.")
    assert colleague.visitor.go("/account/people/") == 404
    assert owner.visitor.complaints == []


def last_mail_language(address: str) -> str:
    return link_for(address)[1:3]


def test_staff_get_no_further_than_setting_up_a_second_factor(
    transactional_db: None, visit: Callable[..., Visitor], settings: Any
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    officer = factories.OfficerFactory(email=EMAIL, password=NEW_PASSWORD)
    person = Person(visit(), officer.email)
    sign_in(person)
    person.sees("Your role requires a second factor")
    person.visitor.go("/firms/")
    person.sees("Your role requires a second factor")
    set_up_app(person)
    person.visitor.go("/")
    person.is_at("/")
    assert last_mail(EMAIL).subject == "An authenticator app was set up"
    assert person.visitor.complaints == []

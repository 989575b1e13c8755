"""Pages of the kernel, and what holds for every answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import STATUS, Email
from pytest_django import Settings

from accounts.enums import OrganisationStatus
from accounts.models import Organisation, User
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    ["/en/help/", "/en/privacy/", "/en/accessibility/", "/ja/help/", "/en/help/score/", "/en/", "/ja/"],
)
def test_public_pages_need_no_account(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/en/notices/", "/en/account/settings/", "/en/firms/", "/ja/startups/"])
def test_every_other_page_asks_to_sign_in(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"/{path[1:3]}/account/login/?next=")


def test_the_root_leads_to_the_readers_language(client: Client) -> None:
    assert client.get("/", headers={"accept-language": "en"})["Location"] == "/en/"
    assert client.get("/", headers={"accept-language": "ja"})["Location"] == "/ja/"
    assert client.get("/", headers={"accept-language": "fr"})["Location"] == "/ja/"


def test_headers_that_protect_the_reader(cast: Cast, as_user: Callable[[User], Client]) -> None:
    headers = as_user(cast.company_owner).get("/en/notices/").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def queue_mail() -> Email:
    return Email.objects.create(
        from_email="office@people.example", to=["reader@people.example"], subject="Hello", message="Words"
    )


def test_the_mail_queue_is_hidden_in_real_use(client: Client) -> None:
    email = queue_mail()
    assert [client.get(path).status_code for path in ("/en/mail/", f"/en/mail/{email.pk}/")] == [404, 404]


def test_the_mail_queue_can_be_read_while_debugging(client: Client, settings: Settings) -> None:
    email, settings.DEBUG = queue_mail(), True
    assert "Hello" in client.get("/en/mail/").content.decode()
    assert "Words" in client.get(f"/en/mail/{email.pk}/").content.decode()


@pytest.mark.parametrize(
    ("status", "english", "japanese"),
    [
        (None, "Not queued", "送信予定なし"),
        (STATUS.sent, "Sent", "送信済み"),
        (STATUS.failed, "Failed", "送信失敗"),
        (STATUS.queued, "Waiting", "送信待ち"),
        (STATUS.requeued, "Waiting for another try", "再送待ち"),
    ],
)
def test_the_state_of_a_mail_is_said_in_the_readers_language(
    status: int | None, english: str, japanese: str, client: Client, settings: Settings
) -> None:
    settings.DEBUG = True
    email = queue_mail()
    Email.objects.filter(pk=email.pk).update(status=status)
    assert f">{english}</td>" in client.get("/en/mail/").content.decode()
    assert f">{japanese}</td>" in client.get("/ja/mail/").content.decode()


def test_an_empty_mail_queue_says_so(client: Client, settings: Settings) -> None:
    settings.DEBUG = True
    assert "No mail has been queued yet." in client.get("/en/mail/").content.decode()


def test_whoever_comes_too_late_is_told_so_and_nothing_breaks(
    cast: Cast, as_user: Callable[[User], Client]
) -> None:
    """The page was open; a colleague decided meanwhile."""
    Organisation.objects.filter(pk=cast.company.pk).update(status=OrganisationStatus.DRAFT)
    answer = as_user(cast.officer).post(reverse("accounts:publish_again", args=[cast.company.pk]))
    assert answer.status_code == 409
    assert "Somebody was faster" in answer.content.decode()


def test_an_unknown_page_answers_in_the_portals_look(client: Client) -> None:
    answer = client.get("/en/no-such-page/")
    assert answer.status_code == 404
    assert "masthead" in answer.content.decode()


def test_login_keeps_what_was_typed_and_says_what_to_do(client: Client) -> None:
    answer = client.post(
        "/en/account/login/", {"login": "nobody@people.example", "password": "wrong wrong wrong"}
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "nobody@people.example" in page
    assert 'role="alert"' in page


def test_nobody_opens_an_account_alone(client: Client) -> None:
    wish = {"email": "new@people.example", "password1": "a b c d e f", "password2": "a b c d e f"}
    client.post("/en/account/signup/", wish)
    assert not User.objects.filter(email="new@people.example").exists()


def test_a_reader_changes_name_language_and_zone(cast: Cast, as_user: Callable[[User], Client]) -> None:
    answer = as_user(cast.startup_owner).post(
        "/en/account/settings/",
        {"name": "Asha", "language": "ja", "theme": "dark", "time_zone": "Asia/Kolkata"},
    )
    cast.startup_owner.refresh_from_db()
    assert answer["Location"] == "/ja/account/settings/"
    assert (cast.startup_owner.name, cast.startup_owner.language) == ("Asha", "ja")
    assert (cast.startup_owner.time_zone, cast.startup_owner.theme) == ("Asia/Kolkata", "dark")


def test_settings_refuse_a_zone_that_does_not_exist(cast: Cast, as_user: Callable[[User], Client]) -> None:
    before = cast.startup_owner.time_zone
    answer = as_user(cast.startup_owner).post(
        "/en/account/settings/", {"name": "Asha", "language": "en", "time_zone": "Asia/Atlantis"}
    )
    assert answer.status_code == 200
    cast.startup_owner.refresh_from_db()
    assert cast.startup_owner.time_zone == before


def test_the_audit_trail_is_for_administrators(cast: Cast, as_user: Callable[[User], Client]) -> None:
    answers = [
        as_user(user).get("/en/account/audit/").status_code for user in (cast.administrator, cast.officer)
    ]
    assert answers == [200, 404]

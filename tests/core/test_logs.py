"""Secrets that stand in addresses are left out of the log."""

from __future__ import annotations

import logging
import secrets

import pytest
from django.test import Client

from matchmaking.core.logs import WithoutSecrets
from partnerships.links import new_secret

TOKEN = secrets.token_urlsafe(32)


def written(message: str, *args: object) -> str:
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, message, args, None)
    assert WithoutSecrets().filter(record)
    return record.getMessage()


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/en/meetings/calendar/{TOKEN}.ics", "/en/meetings/calendar/[secret].ics"),
        (f"/ja/account/invitation/{TOKEN}/", "/ja/account/invitation/[secret]/"),
        (f"/ja/account/password/reset/key/1a-{TOKEN}/", "/ja/account/password/reset/key/[secret]/"),
        (f"/en/outcomes/{new_secret()[0]}/", "/en/outcomes/[secret]/"),
        (f"/ja/outcomes/{new_secret()[0]}/renew/", "/ja/outcomes/[secret]/renew/"),
        ("/en/meetings/calendar/", "/en/meetings/calendar/"),
        ("/ja/staff/rounds/12/publish/", "/ja/staff/rounds/12/publish/"),
        ("/static/css/components.css", "/static/css/components.css"),
        ("/100%/", "/100%/"),
    ],
)
def test_long_random_pieces_of_a_path_are_left_out(path: str, shown: str) -> None:
    assert written("%s: %s", "Not Found", path) == f"Not Found: {shown}"


def test_a_line_without_a_secret_keeps_its_arguments() -> None:
    assert written("Job %s was given up after %s attempts", 7, 5) == "Job 7 was given up after 5 attempts"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["meetings/calendar/{}.ics", "no/such/page/{}/"])
def test_no_handler_writes_a_secret_of_a_page_that_is_not_there(
    client: Client, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    """What Django logs of the answer goes through the handler of the settings."""
    assert client.get(f"/en/{address.format(TOKEN)}").status_code == 404
    (record,) = [each for each in caplog.records if each.name == "django.request"]
    line = record.getMessage()
    assert (TOKEN in line, "[secret]" in line) == (False, True)

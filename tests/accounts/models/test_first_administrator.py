"""`manage.py createsuperuser` makes somebody who can sign in at once, before any mail has been set up."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role, role_of
from tests.factories import PASSWORD


@pytest.mark.django_db
def test_the_first_administrator_signs_in_without_a_mail(
    client: Client, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[object]
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command(
        "createsuperuser", "--noinput", "--email", "first@office.example", "--name", "First", verbosity=0
    )
    answer = client.post(reverse("account_login"), {"login": "first@office.example", "password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, reverse("home"))
    assert role_of(User.objects.get()) == Role.ADMINISTRATOR
    assert client.get(reverse("accounts:audit")).status_code == 200
    assert mailoutbox == []

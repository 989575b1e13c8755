"""An organisation's name is a 名称 in Japanese, a person's a 氏名: no page calls a firm's name 名前."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Organisation, User
from accounts.profiles.labels import facts
from startups.models import Certification, Reference

pytestmark = pytest.mark.django_db
# page, who looks at it; each has a heading, or a cell before the value, for the name of a firm or startup
PAGES = [
    ("accounts:renew", "company_owner", ()),
    ("accounts:renew", "startup_owner", ()),
    ("accounts:renewals", "officer", ()),
    ("accounts:suspend", "officer", ("company",)),
    ("accounts:suspend", "administrator", ("startup",)),
    ("companies:list", "officer", ()),
    ("startups:list", "officer", ()),
]


@pytest.fixture
def due(cast: Any) -> None:
    """Every published profile has to be confirmed."""
    Organisation.objects.update(confirmed_at=timezone.now() - timedelta(days=400))


@pytest.mark.parametrize(("page", "person", "of"), PAGES)
def test_pages_label_the_name_of_an_organisation_as_one(cast, as_user, due, page, person, of):
    labels = {}
    for language in ("ja", "en"):
        with translation.override(language):
            url = reverse(page, args=[getattr(cast, each).pk for each in of])
            text = as_user(getattr(cast, person)).get(url).content.decode()
        labels[language] = [re.sub(r"<[^>]+>", "", cell).strip() for cell in _labels(text)]
    assert (sum("名称" in each for each in labels["ja"]), "名前" in "".join(labels["ja"])) == (1, False)
    assert sum(each.startswith("Name") for each in labels["en"]) == 1


def _labels(text: str) -> list[str]:
    main = text.split("<main")[1].split("</main>", maxsplit=1)[0]
    return re.findall(r"<(?:th|dt)\b[^>]*>(.*?)</(?:th|dt)>", main, re.DOTALL)


@pytest.mark.parametrize(
    ("model", "english", "japanese"),
    [
        (Organisation, "Name", "名称"),
        (User, "Name", "氏名"),
        (Reference, "Name", "氏名"),
        (Certification, "Name", "名称"),
    ],
)
def test_the_columns_are_called_so_wherever_a_profile_is_told(model, english, japanese):
    for language, words in (("en", english), ("ja", japanese)):
        with translation.override(language):
            assert facts(model(name="Kitahama"), ["name"]) == [{"label": words, "value": "Kitahama"}]

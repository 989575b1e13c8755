"""Experts: who they are, and that the account outlives no expert."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from accounts.roles import Role, role_of
from research.models import Expert
from tests import factories

pytestmark = pytest.mark.django_db


def test_an_expert_is_called_by_name_and_listed_by_it():
    for name in ("Noa", "Daniel", "Priya"):
        factories.ExpertFactory(user__name=name)
    assert [str(expert) for expert in Expert.objects.all()] == ["Daniel", "Noa", "Priya"]
    assert {role_of(expert.user) for expert in Expert.objects.all()} == {Role.EXPERT}


def test_a_person_is_one_expert_and_cannot_be_deleted_under_it():
    expert = factories.ExpertFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Expert(user=expert.user, affiliation="again").save(force_insert=True)
    with pytest.raises(ProtectedError), transaction.atomic():
        expert.user.delete()


@pytest.mark.parametrize(
    ("name", "value"),
    [("fields", ["space"]), ("languages", ["xx"]), ("affiliation", "x" * 161), ("affiliation", "")],
)
def test_values_of_no_vocabulary_are_told_at_their_field(name, value):
    expert = factories.ExpertFactory()
    setattr(expert, name, value)
    with pytest.raises(ValidationError) as caught:
        expert.full_clean()
    assert list(caught.value.message_dict) == [name]

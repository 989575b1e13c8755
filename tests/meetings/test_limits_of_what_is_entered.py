"""What a side enters about itself never makes a page fail."""

from __future__ import annotations

import pytest

from meetings.forms.attendees import AttendeesForm


def person(email: str) -> dict[str, str]:
    return {
        "person_1_name": "Asha Rao",
        "person_1_role": "Chief engineer",
        "person_1_decision": "decides",
        "person_1_email": email,
    }


@pytest.mark.parametrize(("length", "is_taken"), [(254, True), (255, False), (320, False)])
def test_an_address_is_no_longer_than_what_is_kept_of_it(length: int, is_taken: bool) -> None:
    domain = ".".join(["b" * 60] * 3)
    local = "c" * max(1, length - len(domain) - len(".example") - 1)
    email = f"{local}@{domain}.example"
    form = AttendeesForm(person(email))
    form.is_valid()
    assert len(email) == length
    assert any("254" in str(told) for told in form.errors.get("person_1_email", [])) is not is_taken

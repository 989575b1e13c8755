"""Rooms as they are written, one a line: a name, and the address by which the room is joined on line."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from meetings.forms.rooms import as_lines, rooms_in
from meetings.models import Room
from meetings.models.rounds import LINK_MAX

ONE, TWO = "https://video.example/1", "https://video.example/2?pwd=a%20b&x=1#y"
SCHEME = "Enter an address that begins with https://."
PLACE = "Write one address at most, at the end of the line."


@pytest.mark.parametrize(
    ("written", "rooms"),
    [
        (f"Online 1 {ONE}\nHall\nOnline 2\t{TWO}", {"Online 1": ONE, "Hall": "", "Online 2": TWO}),
        (f"オンライン１：{ONE}\nオンライン２　{TWO}", {"オンライン１": ONE, "オンライン２": TWO}),
        (f"Online 1, {ONE}\n\n  Online 1  ", {"Online 1": ONE}),
        (f"Online 1\nOnline 1 {ONE}", {"Online 1": ONE}),
        ("", {}),
        (" \n\n", {}),
    ],
)
def test_a_line_is_a_name_and_perhaps_an_address(written: str, rooms: dict[str, str]) -> None:
    assert rooms_in(written) == rooms
    kept = [Room(name=name, link=link) for name, link in rooms.items()]
    assert rooms_in(as_lines(kept)) == rooms


def test_an_address_may_be_as_long_as_video_services_make_them() -> None:
    longest = "https://video.example/" + "a" * (LINK_MAX - 22)
    assert rooms_in(f"Online 1 {longest}") == {"Online 1": longest}
    with pytest.raises(ValidationError, match="at most 1000 characters"):
        rooms_in(f"Online 1 {longest}a")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (ONE, "Write the name of the room before the address."),
        (f" : {ONE}", "Write the name of the room before the address."),
        ("x" * 41, "A room's name has at most 40 characters."),
        (f"{'x' * 41} {ONE}", "A room's name has at most 40 characters."),
        ("Online 1 http://video.example/1", SCHEME),
        ("Online 1 ftp://video.example/1", SCHEME),
        ("Online 1 www.video.example/1", SCHEME),
        ("Online 1 https://", SCHEME),
        (f"Online 1 {ONE} {TWO}", PLACE),
        (f"Online 1 {ONE} with a code", PLACE),
        ("Online 1 https://localhost/1", "Enter the address under which others find you, such as https://example.com."),
        (f"Hall {TWO}", "This room stands above with another address."),
        (f"Studio {ONE}", "Another room has this address already. Each room needs one of its own."),
    ],
)  # fmt: skip
def test_what_is_wrong_names_its_line(line: str, problem: str) -> None:
    with pytest.raises(ValidationError) as caught:
        rooms_in(f"Hall {ONE}\n\n{line}\nLobby")
    assert caught.value.messages == [f"Line 3: {problem}"]


def test_all_lines_that_are_wrong_are_named_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        rooms_in(f"{ONE}\nHall\nOnline http://video.example/1")
    assert [each.split(":")[0] for each in caught.value.messages] == ["Line 1", "Line 3"]

"""The members' page of the deck, and its files for whoever may see them."""

from __future__ import annotations

import re
import resource
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from matchmaking.core.models import Job
from startups import actions
from startups.actions.decks import shelf
from startups.actions.passage import UPLOADS_AN_HOUR
from startups.enums import DeckRefusal
from startups.models import Deck
from tests.conftest import Cast
from tests.meetings import stories
from tests.startups import decks

pytestmark = pytest.mark.django_db
PAGE, STATE, DELETE = "/en/startup/deck/", "/en/startup/deck/state/", "/en/startup/deck/delete/"


@pytest.fixture
def owner(cast: Cast, as_user: Callable[[User], Client]) -> Client:
    return as_user(cast.startup_owner)


def chosen(data: bytes, name: str = "Deck.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/pdf")


def parts() -> list[str]:
    folder = shelf().root / "incoming"
    return [path.name for path in folder.iterdir()] if folder.exists() else []


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_without_a_deck_the_page_says_so_and_gives_the_rules_first(owner: Client) -> None:
    page = text(owner.get(PAGE))
    assert "No pitch deck yet" in page
    assert page.index("up to 20 MB and 30 pages") < page.index('type="file"')


def test_a_good_file_is_taken_in_and_the_page_shows_the_steps(owner: Client, cast: Cast) -> None:
    answer = owner.post(PAGE, {"file": chosen(decks.pdf()), "language": "ja"}, follow=True)
    deck = cast.startup.decks.get()
    assert (deck.status, deck.language, deck.original_name) == ("received", "ja", "Deck.pdf")
    assert (deck.size, shelf().path(deck.key, "original.pdf").read_bytes()) == (len(decks.pdf()), decks.pdf())
    page = text(answer)
    assert [word in page for word in ("Safety check", "Page images", 'hx-trigger="every 2s"')] == [True] * 3
    assert parts() == []


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "Select a PDF file."),
        (b"", "The selected file is empty."),
        (b"<html>%PDF-1.7", "The selected file must be a PDF."),
        (b"%PDF-1.7" + bytes(20 * 1024 * 1024), "The selected file must be smaller than 20 MB."),
    ],
)
def test_a_bad_file_is_told_at_the_field_in_the_readers_language_and_leaves_nothing(
    data: bytes | None, message: str, language: str, owner: Client
) -> None:
    answer = owner.post(f"/{language}/startup/deck/", {} if data is None else {"file": chosen(data)})
    with translation.override(language):
        known = translation.gettext(message.replace("20 MB", "%(megabytes)s MB")) % {"megabytes": 20}
    assert answer.context["form"].errors["file"] == [known]
    assert text(answer).count(known) >= 2, "in the summary and at the field"
    assert (Deck.objects.count(), parts()) == (0, [])


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file may grow beyond 100 kB: a real refusal by the system, as a full disk gives one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_when_the_disk_is_full_the_sender_is_told_and_neither_row_nor_file_is_left(
    owner: Client, full_disk: None
) -> None:
    answer = owner.post(PAGE, {"file": chosen(b"%PDF-1.7" + bytes(1_000_000))})
    assert answer.context["form"].errors["file"] == ["The file could not be uploaded. Try again."]
    assert (Deck.objects.count(), parts()) == (0, [])


def test_when_the_shelf_cannot_be_written_to_the_sender_is_told(
    owner: Client, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "decks").write_text("in the way")
    answer = owner.post(PAGE, {"file": chosen(decks.pdf())})
    assert answer.context["form"].errors["file"] == ["The file could not be uploaded. Try again."]


def test_when_the_row_cannot_be_written_no_file_stays(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(shelf().root.glob("*"))
    monkeypatch.setattr("matchmaking.core.jobs.enqueue", lambda *_args, **_options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        owner.post(PAGE, {"file": chosen(decks.pdf())})
    assert (set(shelf().root.glob("*")) - before, parts()) == (set(), [])


def test_a_file_under_another_name_is_passed_over(owner: Client) -> None:
    answer = owner.post(PAGE, {"other": chosen(decks.pdf())})
    assert answer.context["form"].errors["file"] == ["Select a PDF file."]
    assert parts() == []


def test_too_many_uploads_are_told_and_leave_no_file(owner: Client, cast: Cast) -> None:
    for _number in range(UPLOADS_AN_HOUR):
        decks.sent(cast.startup, cast.startup_owner)
    answer = owner.post(PAGE, {"file": chosen(decks.pdf())})
    assert "Try again in an hour." in answer.context["form"].errors["file"][0]
    assert parts() == []


def test_an_upload_needs_the_pages_token_in_the_form_or_in_the_header(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.startup_owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(PAGE).content.decode())[1]  # type: ignore[index]
    assert client.post(PAGE, {"file": chosen(decks.pdf())}).status_code == 403
    assert (Deck.objects.count(), parts()) == (0, [])
    assert client.post(PAGE, {"file": chosen(decks.pdf()), "csrfmiddlewaretoken": token}).status_code == 302
    header = {"X-CSRFToken": token}
    assert client.post(PAGE, {"file": chosen(decks.pdf())}, headers=header).status_code == 302


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Deck.pdf", "Deck.pdf"),
        ("C:\\decks\\私の資料.PDF", "私の資料.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("deck\u202efdp.exe", "deckfdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("..pdf", "deck.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("  two   blanks .pdf", "two blanks.pdf"),
    ],
)
def test_a_files_name_is_shown_without_what_deceives(sent: str, shown: str) -> None:
    from startups.rules import shown_name

    assert shown_name(sent) == shown


def test_the_state_is_asked_for_until_it_is_decided(owner: Client, cast: Cast) -> None:
    deck = decks.sent(cast.startup, cast.startup_owner)
    seen = []
    for step in (actions.begin_check, actions.check_deck, actions.draw_deck):
        answer = owner.get(STATE)
        seen.append(
            (answer.status_code, re.search(r'aria-current="step">\s*(\d)', answer.content.decode())[1])
        )  # type: ignore[index]
        step(deck.pk)
    assert seen == [(200, "1"), (200, "2"), (200, "3")]
    last = owner.get(STATE)
    assert (last.status_code, last["HX-Retarget"]) == (286, "#deck-state")
    assert "Deck in use" in text(last)
    assert "hx-trigger" not in text(last)


def test_a_check_that_takes_long_says_that_it_goes_on(owner: Client, cast: Cast) -> None:
    deck = decks.sent(cast.startup, cast.startup_owner)
    assert "longer than usual" not in text(owner.get(PAGE))
    Deck.objects.filter(pk=deck.pk).update(uploaded_at=timezone.now() - timedelta(minutes=2))
    assert "longer than usual" in text(owner.get(PAGE))


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("refusal", DeckRefusal.values)
def test_every_refusal_says_what_to_do_in_both_languages(
    refusal: str, language: str, owner: Client, cast: Cast
) -> None:
    deck = decks.sent(cast.startup, cast.startup_owner)
    Deck.objects.filter(pk=deck.pk).update(status="refused", refusal=refusal)
    with translation.override(language):
        words = str(DeckRefusal(refusal).label)
    page = text(owner.get(f"/{language}/startup/deck/"))
    assert words in page
    assert (re.search(r"[ぁ-ん]", words) is not None) is (language == "ja")
    assert words.endswith("。" if language == "ja" else ".")


def test_the_deck_in_use_is_shown_with_its_pictures_and_what_is_known_of_it(
    owner: Client, cast: Cast
) -> None:
    deck = decks.in_use(cast.startup, cast.startup_owner, name="Pitch.pdf")
    page = text(owner.get(PAGE))
    for words in (
        "Pitch.pdf",
        "1 page",
        "Not scanned for viruses",
        "Replace the deck",
        "Delete the pitch deck",
    ):
        assert words in page
    assert f'width="{deck.image_width}"' in page
    assert reverse("startups:deck_first_page", args=[cast.startup.pk]) in page


def test_deleting_asks_first(owner: Client, cast: Cast) -> None:
    deck = decks.in_use(cast.startup, cast.startup_owner)
    assert "Nobody can read it any more." in text(owner.get(DELETE))
    assert Deck.objects.get().status == "ready"
    assert "The pitch deck has been deleted." in text(owner.post(DELETE, follow=True))
    deck.refresh_from_db()
    assert deck.status == "deleted"
    assert owner.get(DELETE).status_code == 302


def test_a_check_can_be_stopped(owner: Client, cast: Cast) -> None:
    old = decks.in_use(cast.startup, cast.startup_owner)
    new = decks.sent(cast.startup, cast.startup_owner)
    owner.post(DELETE)
    assert dict(Deck.objects.values_list("pk", "status")) == {old.pk: "ready", new.pk: "deleted"}


def names() -> list[tuple[str, list[int]]]:
    return [("startups:deck_file", []), ("startups:deck_first_page", []), ("startups:deck_thumbnail", [1])]


@pytest.mark.parametrize(("name", "more"), names())
def test_files_leave_with_headers_that_keep_them_from_acting(
    name: str, more: list[int], cast: Cast, as_user: Callable[[User], Client]
) -> None:
    decks.in_use(cast.startup, cast.startup_owner, name="提案 “A”.pdf")
    stories.match_of(cast.company, cast.startup)
    for reader in (cast.startup_member, cast.officer, cast.company_member):
        answer = as_user(reader).get(reverse(name, args=[cast.startup.pk, *more]))
        assert answer.status_code == 200
        headers = {
            key: answer[key] for key in ("X-Content-Type-Options", "Content-Security-Policy", "Cache-Control")
        }
        assert headers == {
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        }
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        is_pdf = name == "startups:deck_file"
        assert answer["Content-Type"] == ("application/pdf" if is_pdf else "image/png")
        assert answer.content[:5] == (b"%PDF-" if is_pdf else b"\x89PNG\r")
        if is_pdf:
            quoted = "attachment; filename*=utf-8''%E6%8F%90%E6%A1%88%20%E2%80%9CA%E2%80%9D.pdf"
            assert answer["Content-Disposition"] == quoted


@pytest.mark.parametrize(("name", "more"), names())
def test_to_anybody_else_a_deck_does_not_exist(
    name: str, more: list[int], cast: Cast, as_user: Callable[[User], Client]
) -> None:
    decks.in_use(cast.startup, cast.startup_owner)
    stories.match_of(cast.company, cast.startup)
    for reader in (cast.other_company_owner, cast.other_startup_owner, cast.expert):
        assert as_user(reader).get(reverse(name, args=[cast.startup.pk, *more])).status_code == 404


def test_what_is_not_in_use_is_handed_out_to_nobody(owner: Client, cast: Cast) -> None:
    address = reverse("startups:deck_file", args=[cast.startup.pk])
    deck = decks.sent(cast.startup, cast.startup_owner)
    for step in (actions.begin_check, actions.check_deck):
        step(deck.pk)
        assert owner.get(address).status_code == 404
    actions.draw_deck(deck.pk)
    assert owner.get(address).status_code == 200
    shelf().drop(deck.key)
    assert owner.get(address).status_code == 404


def test_a_page_that_the_deck_has_not_got_does_not_exist(owner: Client, cast: Cast) -> None:
    decks.in_use(cast.startup, cast.startup_owner)
    for number in (0, 2, 999_999):
        assert owner.get(f"/en/startups/{cast.startup.pk}/deck/{number}.png").status_code == 404


def test_nginx_may_hand_the_file_out_after_the_portal_has_said_yes(
    owner: Client, cast: Cast, settings: Any
) -> None:
    from django_sendfile.utils import _get_sendfile

    deck = decks.in_use(cast.startup, cast.startup_owner)
    settings.SENDFILE_BACKEND = "django_sendfile.backends.nginx"
    _get_sendfile.cache_clear()
    try:
        answer = owner.get(reverse("startups:deck_file", args=[cast.startup.pk]))
    finally:
        _get_sendfile.cache_clear()
    assert answer["X-Accel-Redirect"] == f"/protected/decks/{deck.key}/clean.pdf"
    assert (answer.content, answer["Content-Security-Policy"]) == (b"", "sandbox; default-src 'none'")


def test_profiles_show_the_deck_to_whoever_may_see_it(cast: Cast, as_user: Callable[[User], Client]) -> None:
    decks.in_use(cast.startup, cast.startup_owner)
    stories.match_of(cast.company, cast.startup)
    picture = reverse("startups:deck_first_page", args=[cast.startup.pk])
    profile, detail = (f"/en/startups/{cast.startup.pk}/{page}" for page in ("profile/", ""))
    shown = {
        str(reader): picture in text(as_user(reader).get(address))
        for reader, address in (
            (cast.company_owner, profile),
            (cast.other_company_owner, profile),
            (cast.officer, profile),
            (cast.administrator, detail),
        )
    }
    assert shown == {
        "company-owner": True, "other-company-owner": False, "officer": True, "administrator": True
    }  # fmt: skip
    assert "Pitch deck put in use" in text(as_user(cast.officer).get(detail))
    assert "Deck.pdf" in text(as_user(cast.startup_owner).get("/en/startup/profile/"))


@pytest.mark.parametrize("pages", [1, 3])
def test_the_page_takes_the_same_number_of_queries(
    pages: int, owner: Client, cast: Cast, django_assert_num_queries: Any
) -> None:
    deck = decks.in_use(cast.startup, cast.startup_owner)
    Deck.objects.filter(pk=deck.pk).update(pages=pages)
    with django_assert_num_queries(9):
        assert owner.get(PAGE).status_code == 200


def test_the_job_of_an_upload_is_written_with_its_row(owner: Client) -> None:
    owner.post(PAGE, {"file": chosen(decks.pdf())})
    assert Job.objects.filter(name="startups.begin_deck").count() == Deck.objects.count() == 1

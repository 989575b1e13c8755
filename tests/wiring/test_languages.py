"""Both languages on every page: the switch, the marks in the markup, and the titles."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.conftest import Cast
from tests.wiring.test_access_matrix import NAMES
from tests.world import World, build_world

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
LISTS = [
    ("officer", "firms/", "status=submitted&page=2&sort=-updated"),
    ("officer", "startups/", "q=%E5%8C%97%E6%B5%9C&country=SG&country=IL"),
    ("officer", "staff/matches/", "status=proposed&sort=-score&page=1"),
    ("officer", "staff/meetings/", "status=requested&status=accepted&q=a%26b"),
    ("officer", "staff/rounds/", "page=1"),
    ("officer", "staff/runs/", "page=1"),
    ("administrator", "account/audit/", "page=1"),
    ("company_owner", "firm/matches/", "sort=new&country=SG"),
    ("company_owner", "meetings/", "page=1"),
    ("startup_owner", "startup/interest/", "page=1"),
    ("startup_owner", "meetings/", "page=1"),
    ("expert", "notices/", "page=3"),
]
PROGRAMME = {"en": "Japan-Asia Startup Matching Programme", "ja": "日アジア・スタートアップ連携"}


def switch(html: str) -> tuple[str, str, str]:
    """Address, language and target language of the link to the other language."""
    [link] = re.findall(
        r'<a href="([^"]+)" lang="(\w\w)" hreflang="(\w\w)">', html.split("</header>", maxsplit=1)[0]
    )
    return unescape(link[0]), link[1], link[2]


@pytest.mark.parametrize(("person", "address", "query"), LISTS, ids=[f"{p} {a}" for p, a, _q in LISTS])
def test_the_switch_keeps_page_and_query_there_and_back(
    person: str, address: str, query: str, cast: Cast, as_user: SignIn
) -> None:
    client = as_user(getattr(cast, person))
    html = client.get(f"/ja/{address}?{query}").content.decode()
    assert switch(html) == (f"/en/{address}?{query}", "en", "en")
    html = client.get(f"/en/{address}?{query}").content.decode()
    assert switch(html) == (f"/ja/{address}?{query}", "ja", "ja")


def test_the_switch_is_there_for_guests_too(client: Client) -> None:
    for address in ("", "help/", "account/login/?next=/en/notices/"):
        assert switch(client.get(f"/en/{address}").content.decode())[0] == f"/ja/{address}"


@pytest.fixture
def world(cast: Cast) -> World:
    return build_world(cast)


def pages(world: World, cast: Cast, as_user: SignIn, language: str) -> dict[str, str]:
    """Every page that anybody of the cast may open, by its name."""
    clients = {
        name: as_user(getattr(cast, name))
        for name in ("administrator", "company_owner", "startup_owner", "expert")
    }
    found: dict[str, str] = {}
    for name, parameters in NAMES.items():
        address = reverse(name, kwargs={each: world.key(name, each) for each in parameters})
        for client in clients.values():
            answer = client.get(address.replace("/en/", f"/{language}/", 1))
            is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
            if is_page and "<html" in (html := answer.content.decode()):
                found[name] = html
                break
    return found


@pytest.mark.urls("tests.wiring.bare_errors")
@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_says_its_language_and_title_has_one_heading_and_no_gap(
    language: str, world: World, cast: Cast, as_user: SignIn
) -> None:
    found = pages(world, cast, as_user, language)
    assert len(found) >= 30
    titles: dict[str, str] = {}
    for name, html in found.items():
        [title] = re.findall(r"<title>(.*?)</title>", html, re.DOTALL)
        titles[name] = " ".join(unescape(title).split())
        assert f'<html lang="{language}"' in html, name
        assert html.count("<h1") == 1, name
        assert html.count('id="main"') == 1, name
        text = re.sub(r"<(script|style|svg).*?</\1>", "", html, flags=re.DOTALL)
        assert re.findall(r"%\(\w+\)s|\{\{|\}\}|\{%|%\}|>\s*None\s*<", text) == [], name
    wrong = {name: title for name, title in titles.items() if not re.fullmatch(r"\S.* \| \S.*", title)}
    assert wrong == {}
    endings = {title.rpartition(" | ")[2] for title in titles.values()}
    assert len(endings) == 1
    assert (endings == {PROGRAMME["en"]}) is (language == "en")


def test_the_language_of_a_person_is_not_that_of_the_address(cast: Cast, as_user: SignIn) -> None:
    """Whoever sends a colleague a link sends the page as it is; only the bare address asks the browser."""
    User.objects.filter(pk=cast.company_owner.pk).update(language="ja")
    client = as_user(cast.company_owner)
    assert '<html lang="en"' in client.get("/en/notices/").content.decode()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en-US,en;q=0.9", "en"),
        ("ja", "ja"),
        ("ko,ja;q=0.8,en;q=0.5", "ja"),
        ("he,en;q=0.2", "en"),
        ("", "ja"),
        ("*", "ja"),
    ],
)
def test_the_bare_address_follows_the_browser(accepted: str, language: str, client: Client) -> None:
    assert client.get("/", headers={"accept-language": accepted})["Location"] == f"/{language}/"
    assert client.get("/help/", headers={"accept-language": accepted})["Location"] == f"/{language}/help/"


@pytest.mark.parametrize("language", ["fr", "zh", "EN", "en-us"])
def test_a_language_that_the_portal_does_not_speak_is_no_page(language: str, client: Client) -> None:
    assert client.get(f"/{language}/help/").status_code in (302, 404)

"""A person's browser as far as the walk needs one: cookies, pages, forms and tables over real HTTP."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode, urljoin

SECONDS = 60
NOT_SENT = ("submit", "button", "image", "reset", "file")


class Broken(Exception):
    """A step did not do what it is for; the message says what was seen instead."""


@dataclass
class Form:
    """A form as it stands on the page, with the values that a browser would send."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, values: dict[str, Any]) -> list[tuple[str, str]]:
        """The fields with `values` in place of their own; a list stands for several, None for nothing."""
        pairs = [(name, value) for name, value in self.fields if name not in values]
        for name, value in values.items():
            every = value if isinstance(value, list) else [] if value is None else [value]
            pairs += [(name, str(each)) for each in every]
        return pairs


@dataclass
class Page:
    """What an address answered."""

    url: str
    status: int
    kind: str
    body: bytes

    def __post_init__(self) -> None:
        self.parsed = Reader()
        if "html" in self.kind:
            self.parsed.feed(self.text)

    @property
    def text(self) -> str:
        return self.body.decode()

    def form(self, ending: str = "") -> Form:
        """The form whose address ends so; without an ending, the last one of those that post."""
        found = [form for form in self.parsed.forms if form.method == "post" and self._ends(form, ending)]
        if not found:
            raise Broken(f"{self.url} has no form to {ending or 'send'}")
        return found[-1]

    def has_form(self, ending: str) -> bool:
        return any(self._ends(form, ending) for form in self.parsed.forms)

    def _ends(self, form: Form, ending: str) -> bool:
        return urljoin(self.url, form.action).partition("?")[0].endswith(ending)


class Reader(HTMLParser):
    """Collects the forms, and the cells of tables row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.rows: list[list[str]] = []
        self._select = self._textarea = ""
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif tag == "input":
            self._input(given)
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and "selected" in given:
            self._add(self._select, given.get("value", ""))
        elif tag == "textarea":
            self._textarea = given.get("name", "")
            self._add(self._textarea, "")
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self._in_cell = True
            self.rows[-1].append("")

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in ("checkbox", "radio") and "checked" not in given:
            return
        if given.get("name") and kind not in NOT_SENT and "disabled" not in given:
            self._add(given["name"], given.get("value", "on" if kind == "checkbox" else ""))

    def _add(self, name: str, value: str) -> None:
        if self.forms and name:
            self.forms[-1].fields.append((name, value))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""
        elif tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._textarea and self.forms:
            name, value = self.forms[-1].fields[-1]
            self.forms[-1].fields[-1] = (name, value + data.removeprefix("\n") if not value else value + data)
        elif self._in_cell:
            self.rows[-1][-1] += re.sub(r"\s+", " ", data)


class Browser:
    """One person's cookies. Every answer of 400 or more is a `Broken` unless it was expected."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.slowest = (0.0, "")
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> Page:
        return self._open(urllib.request.Request(urljoin(self.site, path)))  # noqa: S310 - our own http address

    def post(self, page: Page, ending: str = "", **values: Any) -> Page:
        """Send a form of `page`; see `Page.form` and `Form.filled`."""
        form = page.form(ending)
        data = urlencode(form.filled(values)).encode()
        return self._open(urllib.request.Request(urljoin(page.url, form.action), data))  # noqa: S310

    def sign_in(self, email: str, password: str) -> Page:
        page = self.post(self.get("/en/account/login/"), "/account/login/", login=email, password=password)
        if not page.has_form("/logout/"):
            raise Broken(f"{email} cannot sign in: led to {page.url}")
        return page

    def _open(self, request: urllib.request.Request) -> Page:
        started = time.monotonic()
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                kind = answer.headers.get("Content-Type", "")
                page = Page(answer.url, answer.status, kind, answer.read())
        except urllib.error.HTTPError as error:
            raise Broken(f"{request.get_method()} {request.full_url} answered {error.code}") from error
        self.slowest = max(self.slowest, (time.monotonic() - started, page.url))
        return page

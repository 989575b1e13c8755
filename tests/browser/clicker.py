"""Somebody who clicks through the portal."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor


class Clicker:
    """Clicks by the words on the screen, in the visitor's language."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def words(self, msgid: str) -> str:
        with translation.override(self.visitor.language):
            return gettext(msgid)

    def click(self, msgid: str, role: str = "button") -> None:
        self.page.get_by_role(role, name=self.words(msgid)).first.click()  # type: ignore[arg-type]

    def follow(self, msgid: str) -> None:
        self.click(msgid, role="link")

    def sees(self, text: str) -> None:
        expect(self.main()).to_contain_text(text)

    def main(self) -> Page:
        return self.page.locator("main")  # type: ignore[return-value]

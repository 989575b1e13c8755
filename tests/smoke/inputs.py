"""How each input gets into an empty database, and who may sign in afterwards."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.hashers import make_password
from post_office.models import Email

from accounts.enums import StaffRole
from accounts.models import Organisation, User
from matchmaking.core.embedded import PROJECT
from matchmaking.sample import SAMPLE_PASSWORD
from tests.smoke import foreign_files
from tests.smoke.browser import Broken, Browser, Page

SAMPLE, LISTS = "sample", "lists"
FIRST_ADMINISTRATOR = "administrator@office.example"


def manage(*words: str, **environment: str) -> str:
    """Run a management command; return what it printed last."""
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(
        command, cwd=PROJECT, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Broken(
            f"manage.py {words[0]} ended with {done.returncode}: {(done.stdout + done.stderr)[-1500:]}"
        )
    return (done.stdout.strip().splitlines() or [""])[-1]


@dataclass
class Doors:
    """How people sign in: the sample's have one password; others get theirs by mail, or from the operator."""

    site: str
    password: str
    by_mail: bool
    let_in_by_mail: int = 0

    def browser_of(self, user: User, *, by_mail: bool = False) -> Browser:
        browser = Browser(self.site)
        if self.by_mail and not user.has_usable_password():
            if by_mail:
                self._choose_password(browser, user)
            else:
                User.objects.filter(pk=user.pk).update(password=make_password(self.password))
        browser.sign_in(user.email, self.password)
        return browser

    def _choose_password(self, browser: Browser, user: User) -> None:
        """As somebody does whose profile was imported: ask for a mail, follow its link, choose a password."""
        browser.post(browser.get("/en/account/password/reset/"), "/reset/", email=user.email)
        mail = Email.objects.filter(to=[user.email]).order_by("-pk").first()
        link = re.search(r"https?://\S+/reset/key/\S+", mail.message if mail else "")
        if link is None:
            raise Broken(f"{user.email} got no mail with a link to choose a password")
        page: Page = browser.get(link.group())
        done = browser.post(page, "-set-password/", password1=self.password, password2=self.password)
        if not done.url.endswith("/done/"):
            raise Broken(f"{user.email} cannot choose a password: led to {done.url}")
        self.let_in_by_mail += 1


def load(name: str, folder: Path) -> tuple[str, Doors]:
    """Fill the database; return what was loaded, and the doors (whose site is not known yet)."""
    if name == SAMPLE:
        manage("load_sample", "--profiles-only")
        return counted(), Doors("", SAMPLE_PASSWORD, by_mail=False)
    password = secrets.token_urlsafe(16)
    words = ("createsuperuser", "--noinput", "--email", FIRST_ADMINISTRATOR, "--name", "First Administrator")
    manage(*words, DJANGO_SUPERUSER_PASSWORD=password)
    files = foreign_files.convert(folder)
    told = [
        manage("import_companies", str(files.firms), "--status", "published"),
        manage("import_startups", str(files.startups), "--status", "published"),
    ]
    filled = ", ".join(f"{count} without {what}" for what, count in files.filled_in.items())
    return f"{counted()} ({'; '.join(told)}; filled in: {filled})", Doors("", password, by_mail=True)


def counted() -> str:
    kinds = [Organisation.objects.filter(kind=kind) for kind in ("company", "startup")]
    firms, startups = ((rows.published().count(), rows.count()) for rows in kinds)
    return f"{firms[0]} of {firms[1]} firms and {startups[0]} of {startups[1]} startups take part"


def officer() -> User:
    """Who does the programme office's work: an officer, or the administrator where there is nobody else yet."""
    staff = User.objects.officers().order_by("pk")
    return staff.filter(staff_role=StaffRole.OFFICER).first() or staff.get()

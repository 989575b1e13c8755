"""What holds for all: every role's first pages open, and nothing waits for ever."""

from __future__ import annotations

from collections import Counter

from post_office.models import STATUS, Email

from accounts.enums import OrganisationStatus
from accounts.models import User
from accounts.roles import Role, role_of
from matchmaking.core.models import Job, JobState
from matchmaking.navigation import MENUS
from tests.smoke.browser import Browser
from tests.smoke.office import Office, path, require

DRAIN_SECONDS = 60
HARMLESS = ("home", "core:help", "core:privacy", "core:accessibility", "core:notices")


def first_pages(office: Office) -> str:
    """The menu of one person of every role, and what everybody may read, in both languages."""
    opened, guest = 0, Browser(office.doors.site)
    people = one_of_each()
    for language in ("ja", "en"):
        for name in ("home", "account_login", *HARMLESS[1:4]):
            opened += guest.get(path(name, language)).status == 200
        for role, user in people.items():
            browser = office.browser_of(user)
            for name in {*HARMLESS, "accounts:settings", *(entry.url_name for entry in MENUS[role])}:
                page = browser.get(path(name, language))
                require(f'lang="{language}"' in page.text, f"{page.url} is not in {language}")
                opened += 1
    slowest = max(browser.slowest for browser in office.everybody.values())
    roles = ", ".join(role.value for role in people)
    return f"{opened} pages of {roles}; slowest answer of the walk {slowest[0]:.2f} s: {slowest[1]}"


def one_of_each() -> dict[Role, User]:
    """Somebody of every role that there is; of firms and startups, those that take part."""
    found: dict[Role, User] = {}
    for user in User.objects.select_related("membership_row__organisation").order_by("pk"):
        role, organisation = role_of(user), user.organisation
        if role and (organisation is None or organisation.status == OrganisationStatus.PUBLISHED):
            found.setdefault(role, user)
    return found


def ledger(office: Office) -> str:
    """All work that was called for is done, and all mail has left."""

    def drained() -> bool | None:
        waiting = Job.objects.filter(state=JobState.READY).exists()
        return True if not waiting and not unsent() else None

    office.wait(
        drained,
        seconds=DRAIN_SECONDS,
        told=lambda: f"{Job.objects.filter(state=JobState.READY).count()} jobs, {unsent()} mails wait",
    )
    states = Counter(Job.objects.values_list("state", flat=True))
    mails = Counter(Email.objects.values_list("status", flat=True))
    require(set(states) == {JobState.DONE}, f"jobs: {dict(states)}")
    require(set(mails) == {STATUS.sent}, f"mails: {dict(mails)}")
    return f"{states[JobState.DONE]} jobs done, {mails[STATUS.sent]} mails sent, none given up"


def unsent() -> int:
    waiting: int = Email.objects.filter(status__in=[STATUS.queued, STATUS.requeued]).count()
    return waiting

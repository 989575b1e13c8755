"""A fictional programme to look at and to try things on: firms, startups, and people of every role.

Everybody signs in with the one sample password. Loading twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum.jp import cn

from accounts.actions import add_person, agree
from accounts.enums import StaffRole
from accounts.models import Organisation, User, members_of
from accounts.sample import load_deletion, load_join_requests, load_reviews
from companies.actions import TOKYO, agree_to_transfer, decide_eligibility, import_company
from companies.eligibility import Answer, Criterion
from companies.import_rows import CompanyImporter
from companies.models import Company
from companies.standing import standings_of
from matchmaking.core import jobs
from matchmaking.core.enums import TARGET_COUNTRIES, Field, Language
from matchmaking.core.importing.reading import Row, read_table
from matchmaking.matches.actions import start_run
from matchmaking.matches.models import Match, Run
from matchmaking.matches.sample import load_advice, load_matches, load_shortlists
from meetings.sample import load_meetings
from meetings.sample_talks import load_talks
from partnerships.sample import load_partnerships
from research.actions import describe
from research.sample import load_research
from startups.actions import import_startup, note_reading
from startups.agreement import agreement
from startups.enums import ReadingForm
from startups.import_rows import StartupImporter
from startups.models import Deck, Startup

SAMPLE_PASSWORD = "sample-of-the-programme"  # noqa: S105  (for a fictional programme on a developer's machine)
COMPANIES = settings.BASE_DIR / "companies" / "sample" / "companies.json"
STARTUPS = settings.BASE_DIR / "startups" / "sample" / "startups.json"
# No registry office has the code 9999: these corporate numbers belong to nobody.
FICTIONAL_NUMBERS = "999901"
LOOK_AGAIN = timedelta(seconds=5)
MOST_TRIES = 360  # half an hour
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class SamplePerson:
    """Somebody whom the start page offers as a sign-in; `role` is shown, `staff_role` is what they are."""

    role: Promise | str
    name: str
    email: str
    staff_role: str = ""
    language: str = "ja"


@dataclass(frozen=True)
class SampleExpert:
    name: str
    email: str
    affiliation: str
    fields: tuple[str, ...]
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    biography: str


_ADMINISTRATOR, _OFFICER = StaffRole.ADMINISTRATOR, StaffRole.OFFICER
SAMPLE_PEOPLE: tuple[SamplePerson, ...] = (
    SamplePerson(_("Administrator"), "真壁 倫子", "r.makabe@office.example", _ADMINISTRATOR),
    SamplePerson(_("Officer"), "相馬 悠介", "y.soma@office.example", _OFFICER),
    SamplePerson(_("Officer"), "小日向 葵", "a.kohinata@office.example", _OFFICER),
    SamplePerson(_("Officer"), "Hana Lindqvist", "h.lindqvist@office.example", _OFFICER, "en"),
    SamplePerson(_("Expert"), "樋渡 隆", "t.hiwatari@experts.example", StaffRole.EXPERT),
    SamplePerson(_("Midsize firm"), "三ツ谷 恒夫", "t.mitsuya@kuzumine-chuko.example"),
    SamplePerson(_("Midsize firm"), "久保田 俊", "kubota@tosamine-con.example"),
    SamplePerson(_("Startup"), "Callum Brackenridge", "callum@swellgauge.example", language="en"),
    SamplePerson(_("Startup"), "Tran Ngoc Diep", "tran@soimoi-textiles.example", language="en"),
)
SAMPLE_EXPERTS: tuple[SampleExpert, ...] = (
    SampleExpert(
        "樋渡 隆",
        "t.hiwatari@experts.example",
        "環日本海産業技術研究所",
        (Field.DECARBONIZATION,),
        ("JP",),
        (Language.JAPANESE, Language.ENGLISH),
        "洋上風力の部品調達と工場の熱利用を20年調査してきました。",
    ),
    SampleExpert(
        "浅茅 由貴",
        "y.asaji@experts.example",
        "みなと医療機器評価センター",
        (Field.HEALTHCARE,),
        ("JP", "SG"),
        (Language.JAPANESE, Language.ENGLISH),
        "医療機器の認証と病院での評価試験が専門です。",
    ),
    SampleExpert(
        "Daniel Okonjo-Reyes",
        "d.okonjo@experts.example",
        "Straits Mobility Advisory",
        (Field.MOBILITY, Field.DECARBONIZATION),
        ("SG", "MY"),
        (Language.ENGLISH, Language.MALAY),
        "Twelve years of fleet electrification in Singapore and Malaysia.",
    ),
    SampleExpert(
        "Priya Ramanathan-Iyer",
        "p.ramanathan@experts.example",
        "Deccan Retail Institute",
        (Field.RETAIL,),
        ("IN",),
        (Language.ENGLISH, Language.HINDI),
        "Advises store chains on payments and stock; formerly a buyer.",
    ),
    SampleExpert(
        "千々岩 徹",
        "t.chijiiwa@experts.example",
        "西海農水産技術協会",
        (Field.AGRITECH,),
        ("JP", "VN"),
        (Language.JAPANESE,),
        "施設園芸と養殖の現場を回り、機器の導入を手伝っています。",
    ),
    SampleExpert(
        "Noa Shternfeld",
        "n.shternfeld@experts.example",
        "Carmel Technology Review",
        (Field.AGRITECH, Field.HEALTHCARE),
        ("IL", "IN"),
        (Language.ENGLISH, Language.HEBREW),
        "Reads patents and trial data; has judged 140 early companies.",
    ),
)


def corporate_number(index: int) -> str:
    """The number of the sample's firm at `index`: stable, of a range that nobody bears, its check digit right."""
    body = f"{FICTIONAL_NUMBERS}{index:06d}"
    return cn.calc_check_digit(body) + body


@transaction.atomic
def load_profiles(progress: Progress) -> None:
    """Staff, experts, firms and startups with their contacts. `progress` hears what, how many of how many."""
    from startups.sample_decks import load_decks  # noqa: PLC0415 - the web process needs no PDF library

    encoded = make_password(SAMPLE_PASSWORD)  # once: hashing is slow on purpose
    _load_staff(encoded, progress)
    by = User.objects.get(email=SAMPLE_PEOPLE[0].email)
    with pghistory.context(source="import"):
        _load_companies(encoded, by, progress)
        _load_startups(encoded, by, progress)
        _load_colleagues(encoded, by, progress)
    _load_consents()
    sent = load_decks([person.email for person in SAMPLE_PEOPLE])
    progress("pitch decks", sent, sent)
    load_reviews(_officers(), now=timezone.now())
    load_join_requests(encoded, now=timezone.now())
    load_deletion(now=timezone.now())


@transaction.atomic
def start_programme() -> None:
    """Have the scores computed, and what follows from them done when they are there. Once."""
    if not Run.objects.exists():
        start_run(by=_first_officer())
        await_scores(tries=0)


def await_scores(*, tries: int) -> None:
    """Look again in a few seconds: a job of the ledger does not wait, it comes back."""
    if tries < MOST_TRIES:
        jobs.enqueue(
            "sample.programme", dedupe_key=f"sample:programme:{tries}", after=LOOK_AGAIN, tries=tries
        )


@transaction.atomic
def load_programme() -> bool:
    """Disclosures, requests, rounds and meetings on the computed matches; False while there are no scores."""
    if not Run.objects.finished().exists():
        return False
    load_matches(by=_first_officer())
    load_advice()
    _load_readings()
    load_meetings(by=_first_officer(), today=timezone.localdate())
    load_research(by=_first_officer(), today=timezone.localdate())
    load_partnerships(by=_first_officer(), now=timezone.now())
    load_talks(by=_first_officer(), now=timezone.now())
    load_shortlists(by=_first_officer(), rules_by=User.objects.get(email=SAMPLE_PEOPLE[0].email))
    return True


def _load_readings() -> None:
    """The firms to which a startup is recommended have read its deck; so has an officer."""
    for deck in Deck.objects.current().select_related("startup"):
        note_reading(deck, ReadingForm.PAGES, by=_first_officer())
        for match in Match.objects.recommended().filter(startup=deck.startup).select_related("company"):
            member = members_of(match.company.organisation).first()
            if member is not None:
                note_reading(deck, ReadingForm.PAGES, by=member)


def _first_officer() -> User:
    return _officers()[0]


def _officers() -> list[User]:
    emails = [person.email for person in SAMPLE_PEOPLE if person.staff_role == _OFFICER]
    return [User.objects.get(email=email) for email in emails]


def loaded() -> bool:
    return User.objects.filter(email=SAMPLE_PEOPLE[0].email).exists()


def _load_staff(encoded: str, progress: Progress) -> None:
    staff = [person for person in SAMPLE_PEOPLE if person.staff_role in (_ADMINISTRATOR, _OFFICER)]
    for person in staff:
        _person(person.email, person.name, encoded, staff_role=person.staff_role, language=person.language)
    progress("staff", len(staff), len(staff))
    for expert in SAMPLE_EXPERTS:
        language = "ja" if Language.JAPANESE in expert.languages else "en"
        user = _person(expert.email, expert.name, encoded, staff_role=StaffRole.EXPERT, language=language)
        values = {
            "affiliation": expert.affiliation,
            "fields": list(expert.fields),
            "countries": list(expert.countries),
            "languages": list(expert.languages),
            "biography": expert.biography,
        }
        describe(user, values, by=user)
    progress("experts", len(SAMPLE_EXPERTS), len(SAMPLE_EXPERTS))


def _person(email: str, name: str, encoded: str, **options: Any) -> User:
    known = User.objects.filter(email=email).first()
    return known or add_person(email=email, name=name, by=None, encoded_password=encoded, **options)


def _items(path: Path) -> Iterator[tuple[Row, dict[str, Any], int]]:
    table = read_table(path)
    names = {"timezone": "time_zone"}
    for row in table.rows:
        cells = {names.get(name, name): value for name, value in row.cells.items()}
        yield Row(row.number, cells), cells, len(table.rows)


def _load_companies(encoded: str, by: User, progress: Progress) -> None:
    importer = CompanyImporter("draft")
    for row, item, total in _items(COMPANIES):
        cells = {**item, "name": item["name_ja"], "corporate_number": corporate_number(row.number - 1)}
        parsed = importer.parse(Row(row.number, cells), {})
        if parsed.contact:
            parsed = replace(parsed, contact=replace(parsed.contact, encoded_password=encoded))
        parsed = replace(parsed, return_reason=item.get("return_reason", ""))
        import_company(parsed, status=item["status"], by=by)
        progress("firms", row.number, total)
    _decide_on_doubtful_firms(by)


def _decide_on_doubtful_firms(by: User) -> None:
    """A published firm that the rule takes for a small one takes part because staff have said why."""
    today = timezone.localdate(timezone=TOKYO)
    for company in Company.objects.published():
        midsize = next(
            each for each in standings_of(company, today) if each.verdict.rule.criterion == "midsize"
        )
        if midsize.answer == Answer.NO:
            reason = "グループ全体では中堅規模であることを、連結決算書で確認しました。"
            decide_eligibility(company, Criterion.MIDSIZE, decided=Answer.YES, reason=reason, by=by)


def _load_consents() -> None:
    """Firms that take part have agreed to transfers to the target countries, except those that they exclude; startups
    to what they are asked before they are sent in."""
    for firm in Company.objects.published().select_related("organisation"):
        owner = members_of(firm.organisation).first()
        if owner is not None and not firm.transfer_consents.exists():
            wanted = set(TARGET_COUNTRIES) - set(firm.excluded_countries)
            agree_to_transfer(firm, wanted, language="ja", by=owner)
    for startup in Startup.objects.published().select_related("organisation"):
        member = members_of(startup.organisation).first()
        if member is not None:
            agree(startup.organisation, agreement(str(startup.organisation.country.code), "en"), by=member)


def _load_startups(encoded: str, by: User, progress: Progress) -> None:
    importer = StartupImporter("draft")
    for row, item, total in _items(STARTUPS):
        parsed = importer.parse(Row(row.number, _until(timezone.localdate(), item)), {})
        if parsed.contact:
            parsed = replace(parsed, contact=replace(parsed.contact, encoded_password=encoded))
        parsed = replace(parsed, return_reason=item.get("return_reason", ""))
        import_startup(parsed, status=item["status"], by=by)
        progress("startups", row.number, total)


def _until(today: date, item: dict[str, Any]) -> dict[str, Any]:
    """What had happened by `today`: the sample's startups tell of 2026, whatever the clock says."""
    latest = {"figures": "as_of", "rounds": "closed_on"}
    lists = {
        kind: [each for each in item.get(kind, []) if each[day] <= str(today)] for kind, day in latest.items()
    }
    sought_on = item.get("sought_on", "")
    return {**item, **lists, "sought_on": sought_on if sought_on <= str(today) else ""}


# Second members: (e-mail address of the owner, name, e-mail address, job title).
COLLEAGUES: tuple[tuple[str, str, str, str], ...] = (
    ("m.igarashi@hayadegawa-dye.example", "羽生田 亮", "r.hanyuda@hayadegawa-dye.example", "経営企画室"),
    ("tal@avkanitpollination.example", "Yael Brennerman", "yael@avkanitpollination.example", "Agronomist"),
)


def _load_colleagues(encoded: str, by: User, progress: Progress) -> None:
    for owner_email, name, email, title in COLLEAGUES:
        organisation = Organisation.objects.get(memberships__user__email=owner_email)
        if not User.objects.filter(email=email).exists():
            add_person(
                email=email,
                name=name,
                title=title,
                by=by,
                organisation=organisation,
                language="ja" if str(organisation.country) == "JP" else "en",
                time_zone=organisation.time_zone,
                encoded_password=encoded,
            )
    progress("colleagues", len(COLLEAGUES), len(COLLEAGUES))

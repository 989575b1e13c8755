"""A row of an imported list of startups: its columns, how each is judged, and what the row says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import Contact
from accounts.models import User
from accounts.rules import stray_sub_fields
from matchmaking.core.enums import CooperationMode, Field, Language, ReadinessLevel, Stage, SubField
from matchmaking.core.importing import columns
from matchmaking.core.importing.reading import Row
from matchmaking.core.importing.report import Outcome, Problem, RowRefused, problems_of
from matchmaking.core.importing.running import Claims, canonical
from matchmaking.core.texts import folded
from startups.actions import StartupRow, import_startup

VAGUE_STAGES = {"early": ""}  # says less than our stages do: the stage stays open
_TRL = {str(level.value): level.value for level in ReadinessLevel}
_REGION_LENGTH = 4


class FirstCountryColumn(columns.CountryColumn):
    """Of several countries the first counts; the importer warns of the others."""

    def to_python(self, value: Any) -> str:
        words = value if isinstance(value, list) else columns.SEPARATORS.split(columns.text_of(value))
        return super().to_python(next((word for word in words if str(word).strip()), ""))


@cache
def zone_names() -> frozenset[str]:
    """Every zone of the database; looking it up reads hundreds of files."""
    return frozenset(available_timezones())


class ZoneColumn(columns.TextColumn):
    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if text and text not in zone_names():
            message = gettext_lazy("“%(zone)s” is not the name of a time zone, such as Asia/Singapore.")
            raise ValidationError(message, code="zone", params={"zone": text})
        return text


class TagsColumn(columns.ListColumn):
    """Free tags: those that name a sub-field are kept, the others pass unread."""

    def to_python(self, value: Any) -> list[Any]:
        known = columns.spellings(SubField)
        words = value if isinstance(value, list) else columns.SEPARATORS.split(columns.text_of(value))
        return list(dict.fromkeys(known[folded(word)] for word in words if folded(word) in known))


def _several(vocabulary: Any) -> columns.ListColumn:
    return columns.ListColumn(columns.VocabularyColumn(vocabulary), required=False)


def _text(length: int = 2000) -> columns.TextColumn:
    return columns.TextColumn(max_length=length, required=False)


def _dollars() -> columns.NumberColumn:
    return columns.NumberColumn(min_value=0, max_value=10**15, required=False)


class StartupRowForm(forms.Form):
    name = columns.TextColumn(max_length=120)
    country = FirstCountryColumn()
    external_id = _text(60)
    region = _text(_REGION_LENGTH)
    city = _text(80)
    time_zone = ZoneColumn(required=False)
    founded_year = columns.NumberColumn(min_value=1900, max_value=2100, required=False)
    stage = columns.VocabularyColumn(Stage, required=False, more=VAGUE_STAGES)
    readiness_level = columns.VocabularyColumn(ReadinessLevel, required=False, more=_TRL)
    team_size = columns.NumberColumn(min_value=1, max_value=2_000_000_000, required=False)
    fields = _several(Field)
    sub_fields = _several(SubField)
    tags = TagsColumn(None, required=False)
    modes = _several(CooperationMode)
    languages = _several(Language)
    one_liner = _text(120)
    problem = _text()
    solution = _text()
    customers = _text()
    edge = _text()
    traction = _text()
    intellectual_property = _text()
    seeks_partner = _text()
    japan_readiness = _text()
    funding_raised_usd = _dollars()
    funding_sought_usd = _dollars()
    website = columns.UrlColumn(required=False)
    video_url = columns.UrlColumn(required=False)
    monthly_meeting_limit = columns.NumberColumn(min_value=1, max_value=40, required=False)
    contact_name = _text(120)
    contact_title = _text(80)
    contact_email = columns.EmailColumn(max_length=254, required=False)


ORGANISATION_COLUMNS = (
    "region",
    "city",
    "time_zone",
    "website",
    "languages",
    "fields",
    "sub_fields",
    "modes",
    "monthly_meeting_limit",
)
STARTUP_COLUMNS = (
    "founded_year",
    "stage",
    "readiness_level",
    "team_size",
    "one_liner",
    "problem",
    "solution",
    "customers",
    "edge",
    "traction",
    "intellectual_property",
    "seeks_partner",
    "japan_readiness",
    "funding_raised_usd",
    "funding_sought_usd",
    "video_url",
)
COLUMNS = tuple(StartupRowForm.base_fields)
OTHER_NAMES = {
    "name": ("company_name", "startup", "名称", "スタートアップ名"),
    "country": ("countries", "国"),
    "external_id": ("id", "識別子"),
    "region": ("state", "州"),
    "city": ("都市",),
    "time_zone": ("timezone", "タイムゾーン"),
    "founded_year": ("founded", "設立年"),
    "stage": ("事業段階",),
    "readiness_level": ("trl", "技術成熟度"),
    "team_size": ("employees", "従業員数"),
    "fields": ("fields_by_rule", "field_hint", "分野"),
    "sub_fields": ("細分野",),
    "modes": ("協業の形",),
    "languages": ("対応言語",),
    "one_liner": ("tagline", "一言紹介"),
    "website": ("url", "ウェブサイト"),
    "contact_email": ("email",),
}


class StartupImporter:
    """Takes rows over; remembers what earlier rows of the same file said."""

    required = ("name", "country")

    def __init__(self, status: str, *, by: User | None = None) -> None:
        self.status, self.by, self.claims = status, by, Claims()
        self.aliases = {canonical(name): name for name in (*COLUMNS, "contact")}
        for name, others in OTHER_NAMES.items():
            self.aliases |= {canonical(other): name for other in others}

    def take(self, row: Row, names: Mapping[str, str]) -> tuple[object, Outcome, list[Problem]]:
        parsed = self.parse(row, names)
        key = parsed.external_id or (folded(parsed.name), parsed.country)
        self.claims.check(key, row, {**parsed.organisation, **parsed.startup}, names)
        try:
            outcome = import_startup(parsed, status=self.status, by=self.by)
        except ValidationError as error:
            raise RowRefused(problems_of(error.message_dict, row.number, row.cells, names)) from error
        return key, outcome, list(_warnings(row, names))

    def parse(self, row: Row, names: Mapping[str, str]) -> StartupRow:
        """What the row says, or RowRefused with every cell that is wrong."""
        cells = {**row.cells, **_contact_cells(row.cells.get("contact"))}
        form = StartupRowForm(cells)
        if not form.is_valid():
            raise RowRefused(problems_of(form.errors, row.number, cells, names))
        return _startup_row(form.cleaned_data)


def _startup_row(cleaned: dict[str, Any]) -> StartupRow:
    stray = stray_sub_fields(cleaned["fields"], cleaned["tags"])
    sub_fields = cleaned["sub_fields"] or [tag for tag in cleaned["tags"] if tag not in stray]
    values = {**cleaned, "sub_fields": sub_fields}
    contact = None
    if cleaned["contact_email"]:
        name = cleaned["contact_name"] or cleaned["contact_email"]
        contact = Contact(email=cleaned["contact_email"], name=name, title=cleaned["contact_title"])
    return StartupRow(
        name=cleaned["name"],
        country=cleaned["country"],
        external_id=cleaned["external_id"],
        organisation=_given(values, ORGANISATION_COLUMNS),
        startup=_given(values, STARTUP_COLUMNS),
        contact=contact,
    )


def _given(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The values a row really gives: an empty cell leaves what is there."""
    return {name: values[name] for name in names if values.get(name) not in ("", None, [])}


def _contact_cells(contact: Any) -> dict[str, Any]:
    """The contact of a JSON object as the columns of a sheet."""
    if not isinstance(contact, dict):
        return {}
    return {f"contact_{name}": contact.get(name) for name in ("name", "title", "email")}


def _warnings(row: Row, names: Mapping[str, str]) -> list[Problem]:
    """What was read less exactly than it stands there."""
    found = []
    stage, country = row.cells.get("stage"), row.cells.get("country")
    if folded(str(stage or "")) in VAGUE_STAGES:
        reason = _("This says less than the portal's stages: the stage is left open.")
        found.append(Problem(row.number, names["stage"], str(stage), reason, is_warning=True))
    if len([word for word in columns.SEPARATORS.split(str(country)) if word.strip()]) > 1:
        reason = _("Only the first country is taken over.")
        found.append(Problem(row.number, names["country"], str(country), reason, is_warning=True))
    return found

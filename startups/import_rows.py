"""A row of an imported list of startups: its columns, how each is judged, and what the row says."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import Contact
from accounts.models import User
from accounts.rules import check_phone, stray_sub_fields
from matchmaking.core.currencies import Currency
from matchmaking.core.enums import CooperationMode, Field, Language, ReadinessLevel, Stage, SubField
from matchmaking.core.importing import columns
from matchmaking.core.importing.reading import Row
from matchmaking.core.importing.report import Outcome, Problem, RowRefused, problems_of
from matchmaking.core.importing.running import Claims, canonical
from matchmaking.core.regions import REGIONS
from matchmaking.core.texts import folded
from startups.actions import KINDS, StartupRow, import_startup
from startups.enums import SpeaksJapanese
from startups.import_records import COLUMNS as RECORD_COLUMNS
from startups.import_records import records_of
from startups.rules import check_amount, not_after_today, not_in_the_future

VAGUE_STAGES = {"early": ""}  # says less than our stages do: the stage stays open
_TRL = {str(level.value): level.value for level in ReadinessLevel}


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
    region = _text(80)
    city = _text(80)
    time_zone = ZoneColumn(required=False)
    founded_year = columns.NumberColumn(min_value=1900, validators=[not_in_the_future], required=False)
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
    speaks_japanese = columns.VocabularyColumn(SpeaksJapanese, required=False)
    japan_readiness = _text()
    japan_visit = _text(120)
    sought_amount = columns.AmountColumn(min_value=0, max_digits=18, decimal_places=2, required=False)
    sought_currency = columns.VocabularyColumn(Currency, required=False)
    sought_on = columns.DateColumn(required=False, validators=[not_after_today])
    sought_for = _text(500)
    funding_raised_usd = _dollars()
    funding_sought_usd = _dollars()
    website = columns.UrlColumn(required=False)
    video_url = columns.UrlColumn(required=False)
    monthly_meeting_limit = columns.NumberColumn(min_value=1, max_value=40, required=False)
    contact_name = _text(120)
    contact_title = _text(80)
    contact_phone = columns.TextColumn(max_length=30, required=False, validators=[check_phone])
    contact_email = columns.EmailColumn(max_length=254, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "region" in cleaned and "country" in cleaned:
            cleaned["region"] = _region(cleaned["country"], cleaned["region"])
        if "sought_amount" in cleaned and "sought_currency" in cleaned:
            check_amount(cleaned, "sought_amount", "sought_currency")
        return cleaned


def _region(country: str, word: str) -> str:
    """The code of a state; where the portal knows no states, none is kept, and the importer warns."""
    if not word or country not in REGIONS:
        return ""
    known = columns.spellings(REGIONS[country])
    if folded(word) not in known:
        message = gettext_lazy("“%(word)s” is not a known value.")
        raise ValidationError({"region": ValidationError(message, code="unknown", params={"word": word})})
    return str(known[folded(word)])


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
    "speaks_japanese",
    "japan_readiness",
    "japan_visit",
    "sought_amount",
    "sought_currency",
    "sought_on",
    "sought_for",
    "funding_raised_usd",
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
        self.aliases = {canonical(name): name for name in (*COLUMNS, *RECORD_COLUMNS, *KINDS, "contact")}
        for name, others in OTHER_NAMES.items():
            self.aliases |= {canonical(other): name for other in others}

    def take(self, row: Row, names: Mapping[str, str]) -> tuple[object, Outcome, list[Problem]]:
        parsed = self.parse(row, names)
        key = parsed.external_id or (folded(parsed.name), parsed.country)
        self.claims.check(key, row, {**parsed.organisation, **parsed.startup, **parsed.records}, names)
        try:
            outcome = import_startup(parsed, status=self.status, by=self.by)
        except ValidationError as error:
            raise RowRefused(problems_of(error.message_dict, row.number, row.cells, names)) from error
        return key, outcome, _warnings(row, parsed, names)

    def parse(self, row: Row, names: Mapping[str, str]) -> StartupRow:
        """What the row says, or RowRefused with every cell that is wrong."""
        cells = {**row.cells, **_contact_cells(row.cells.get("contact"))}
        form = StartupRowForm(cells)
        if not form.is_valid():
            raise RowRefused(problems_of(form.errors, row.number, cells, names))
        return _startup_row(form.cleaned_data, records_of(row, names))


def _startup_row(cleaned: dict[str, Any], records: Mapping[str, list[dict[str, Any]]]) -> StartupRow:
    stray = stray_sub_fields(cleaned["fields"], cleaned["tags"])
    sub_fields = cleaned["sub_fields"] or [tag for tag in cleaned["tags"] if tag not in stray]
    values = {**cleaned, "sub_fields": sub_fields, **_sought(cleaned)}
    contact = None
    if cleaned["contact_email"]:
        name = cleaned["contact_name"] or cleaned["contact_email"]
        contact = Contact(
            email=cleaned["contact_email"],
            name=name,
            title=cleaned["contact_title"],
            phone=cleaned["contact_phone"],
        )
    return StartupRow(
        name=cleaned["name"],
        country=cleaned["country"],
        external_id=cleaned["external_id"],
        organisation=_given(values, ORGANISATION_COLUMNS),
        startup=_given(values, STARTUP_COLUMNS),
        contact=contact,
        records=records,
    )


def _sought(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """An amount in dollars alone is an amount in that currency."""
    if cleaned["sought_amount"] is not None or cleaned["funding_sought_usd"] is None:
        return {}
    return {"sought_amount": Decimal(cleaned["funding_sought_usd"]), "sought_currency": Currency.USD.value}


def _given(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The values a row really gives: an empty cell leaves what is there."""
    return {name: values[name] for name in names if values.get(name) not in ("", None, [])}


def _contact_cells(contact: Any) -> dict[str, Any]:
    """The contact of a JSON object as the columns of a sheet."""
    if not isinstance(contact, dict):
        return {}
    return {f"contact_{name}": contact.get(name) for name in ("name", "title", "phone", "email")}


def _warnings(row: Row, parsed: StartupRow, names: Mapping[str, str]) -> list[Problem]:
    """What was read less exactly than it stands there."""
    found = []
    stage, country = row.cells.get("stage"), row.cells.get("country")
    if folded(str(stage or "")) in VAGUE_STAGES:
        reason = _("This says less than the portal's stages: the stage is left open.")
        found.append(Problem(row.number, names["stage"], str(stage), reason, is_warning=True))
    if len([word for word in columns.SEPARATORS.split(str(country)) if word.strip()]) > 1:
        reason = _("Only the first country is taken over.")
        found.append(Problem(row.number, names["country"], str(country), reason, is_warning=True))
    if (region := row.cells.get("region")) and parsed.country not in REGIONS:
        reason = _("The portal keeps no states of this country: this is left out.")
        found.append(Problem(row.number, names["region"], str(region), reason, is_warning=True))
    return found

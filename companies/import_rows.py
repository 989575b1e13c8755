"""A row of an imported list of firms: its columns, how each is judged, and what the row says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import Contact
from accounts.models import User
from accounts.rules import check_phone, check_sub_fields
from companies.actions import TOKYO, CompanyRow, import_company
from companies.eligibility import Answer
from companies.models import ANSWER_LENGTH, SHORT_ANSWER_LENGTH, TEXT_LENGTH, Company
from companies.rules import corporate_number
from companies.standing import standings_of
from matchmaking.core.enums import (
    BudgetBand,
    CooperationMode,
    Field,
    Industry,
    Language,
    ReadinessLevel,
    RevenueBand,
    SubField,
)
from matchmaking.core.importing import columns
from matchmaking.core.importing.reading import Row, has_content
from matchmaking.core.importing.report import Outcome, Problem, RowRefused, problems_of
from matchmaking.core.importing.running import Claims, canonical
from matchmaking.core.prefectures import Prefecture

# A prefecture in front is left out. Some places' own names hold 市: there the first 市 is not the end. A ward comes
# before a city, because in 新宿区市谷 the 市 belongs to the quarter.
_CITY = re.compile(
    r"(?:北海道|東京都|(?:京都|大阪)府|.{2,3}県)?"
    r"((?:四日市|廿日市|野々市)市"
    r"|(?:余市|高市|[^市区]{1,5})郡(?:上市|下市|余市|市川三郷|市川|市貝|[^市]{1,6}?)[町村]"
    r"|[^市]{1,3}区|.{1,7}?市|.{1,6}?[町村])"
)
_LEVELS = {str(level.value): level.value for level in ReadinessLevel}
_PREFECTURE_CODES = {str(int(value)): value for value in Prefecture.values}


class NumberOfFirm(columns.TextColumn):
    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return corporate_number(text) if text else ""


class AddressColumn(columns.TextColumn):
    """Of an address without prefecture only the municipality is kept."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        found = _CITY.match(text)
        return found.group(1) if found else ""


def _several(vocabulary: Any) -> columns.ListColumn:
    return columns.ListColumn(columns.VocabularyColumn(vocabulary), required=False)


def _text(length: int) -> columns.TextColumn:
    return columns.TextColumn(max_length=length, required=False)


class CompanyRowForm(forms.Form):
    """The firm's own cells. Only the corporate number is needed: a row may just add a challenge."""

    corporate_number = NumberOfFirm()
    name = _text(120)
    name_kana = columns.ReadingColumn(max_length=120, required=False)
    name_en = _text(120)
    prefecture = columns.VocabularyColumn(
        Prefecture,
        required=False,
        more=_PREFECTURE_CODES,
    )
    city = _text(80)
    address = AddressColumn(required=False)
    industry = columns.VocabularyColumn(Industry, required=False)
    employees = columns.NumberColumn(min_value=1, max_value=2_000_000_000, required=False)
    capital_million_yen = columns.NumberColumn(min_value=0, max_value=2_000_000_000, required=False)
    revenue_band = columns.VocabularyColumn(RevenueBand, required=False)
    website = columns.UrlColumn(required=False)
    languages = _several(Language)
    fields = _several(Field)
    sub_fields = _several(SubField)
    modes = _several(CooperationMode)
    business = _text(2000)
    strengths = _text(2000)
    preferred_countries = columns.ListColumn(columns.CountryColumn(), required=False)
    excluded_countries = columns.ListColumn(columns.CountryColumn(), required=False)
    name_disclosed = columns.YesNoColumn(required=False)
    monthly_meeting_limit = columns.NumberColumn(min_value=1, max_value=40, required=False)
    contact_name = _text(120)
    contact_title = _text(80)
    contact_phone = columns.TextColumn(max_length=30, required=False, validators=[check_phone])
    contact_email = columns.EmailColumn(max_length=254, required=False)


class ChallengeRowForm(forms.Form):
    """One challenge: on the firm's row, on a row of its own, or an object of a JSON list."""

    title = columns.TextColumn(max_length=80)
    text = columns.TextColumn(max_length=TEXT_LENGTH)
    place = _text(SHORT_ANSWER_LENGTH)
    amount = _text(SHORT_ANSWER_LENGTH)
    tried = _text(ANSWER_LENGTH)
    solved_when = _text(SHORT_ANSWER_LENGTH)
    field = columns.VocabularyColumn(Field)
    sub_fields = _several(SubField)
    modes = _several(CooperationMode)
    budget_band = columns.VocabularyColumn(BudgetBand, required=False)
    least_readiness = columns.VocabularyColumn(ReadinessLevel, required=False, more=_LEVELS)
    deadline = columns.DateColumn(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("field"):
            check_sub_fields([cleaned["field"]], cleaned.get("sub_fields", []))
        return cleaned


ORGANISATION_COLUMNS = (
    "name",
    "name_kana",
    "name_en",
    "city",
    "website",
    "languages",
    "fields",
    "sub_fields",
    "modes",
    "monthly_meeting_limit",
)
COMPANY_COLUMNS = (
    "prefecture",
    "industry",
    "employees",
    "capital_million_yen",
    "revenue_band",
    "business",
    "strengths",
    "preferred_countries",
    "excluded_countries",
    "name_disclosed",
)
CONTACT_COLUMNS = ("contact_name", "contact_title", "contact_phone", "contact_email")
CHALLENGE_COLUMNS = tuple(f"challenge_{name}" for name in ChallengeRowForm.base_fields)
COLUMNS = (
    "corporate_number",
    *ORGANISATION_COLUMNS[:4],
    "address",
    *COMPANY_COLUMNS,
    *ORGANISATION_COLUMNS[4:],
    *CONTACT_COLUMNS,
    *CHALLENGE_COLUMNS,
)
OTHER_NAMES = {
    "corporate_number": ("法人番号",),
    "name": ("name_ja", "会社名", "商号", "企業名", "名称"),
    "name_kana": ("会社名カナ", "会社名(カナ)", "フリガナ", "カナ"),
    "name_en": ("英語名", "会社名(英語)", "英文名"),
    "prefecture": ("都道府県",),
    "city": ("市区町村",),
    "address": ("住所", "所在地"),
    "industry": ("業種",),
    "employees": ("従業員数",),
    "capital_million_yen": ("資本金(百万円)", "資本金_百万円"),
    "revenue_band": ("売上高",),
    "website": ("ウェブサイト", "url", "ホームページ"),
    "languages": ("対応言語",),
    "fields": ("field_hint", "分野", "重点分野"),
    "sub_fields": ("細分野",),
    "modes": ("協業の形",),
    "business": ("事業内容",),
    "strengths": ("強み",),
    "preferred_countries": ("希望する国",),
    "excluded_countries": ("除外する国",),
    "name_disclosed": ("社名の公開",),
    "monthly_meeting_limit": ("月の商談上限",),
    "contact_name": ("contact_name_ja", "担当者名"),
    "contact_title": ("contact_title_ja", "担当者役職"),
    "contact_phone": ("担当者電話番号", "担当者電話"),
    "contact_email": ("担当者メール",),
    "challenge_title": ("課題名",),
    "challenge_text": ("課題の内容", "課題"),
    "challenge_place": ("課題の場所",),
    "challenge_amount": ("課題の規模",),
    "challenge_tried": ("試したこと",),
    "challenge_solved_when": ("解決の目安",),
    "challenge_field": ("課題の分野",),
    "challenge_budget_band": ("予算",),
    "challenge_least_readiness": ("challenge_trl", "求める技術成熟度"),
    "challenge_deadline": ("期限",),
}
LISTS_OF_JSON = ("challenges", "contact")


def _given(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The values a row really gives: an empty cell leaves what is there."""
    return {name: values[name] for name in names if values.get(name) not in ("", None, [])}


class CompanyImporter:
    """Takes rows over; remembers what earlier rows of the same file said."""

    required = ("corporate_number",)

    def __init__(self, status: str, *, by: User | None = None) -> None:
        self.status, self.by, self.claims = status, by, Claims()
        self.aliases = {canonical(name): name for name in (*COLUMNS, *LISTS_OF_JSON)}
        for name, others in OTHER_NAMES.items():
            self.aliases |= {canonical(other): name for other in others}

    def take(self, row: Row, names: Mapping[str, str]) -> tuple[object, Outcome, list[Problem]]:
        parsed = self.parse(row, names)
        self._claim(parsed, row, names)
        try:
            outcome = import_company(parsed, status=self.status, by=self.by)
        except ValidationError as error:
            raise RowRefused(problems_of(error.message_dict, row.number, row.cells, names)) from error
        return parsed.corporate_number, outcome, self._doubts(parsed, row)

    def _doubts(self, parsed: CompanyRow, row: Row) -> list[Problem]:
        """A firm that the rules take for none of the programme's comes in, with a word to whoever imports it."""
        company = Company.objects.get(corporate_number=parsed.corporate_number)
        day = timezone.localdate(timezone=TOKYO)
        return [
            Problem(row.number, "", "", str(standing.because), is_warning=True)
            for standing in standings_of(company, day)
            if standing.answer == Answer.NO
        ]

    def parse(self, row: Row, names: Mapping[str, str]) -> CompanyRow:
        """What the row says, or RowRefused with every cell that is wrong."""
        cells = {**row.cells, **_contact_cells(row.cells.get("contact"))}
        form = CompanyRowForm(cells)
        problems = [] if form.is_valid() else problems_of(form.errors, row.number, cells, names)
        challenges = []
        for prefix, values in _challenge_cells(cells, row.number):
            challenge = ChallengeRowForm(values)
            if challenge.is_valid():
                challenges.append(_given(challenge.cleaned_data, tuple(ChallengeRowForm.base_fields)))
            else:
                own = {name: prefix + name for name in ChallengeRowForm.base_fields}
                problems += problems_of(challenge.errors, row.number, values, own)
        if problems:
            raise RowRefused(problems)
        return _company_row(form.cleaned_data, challenges)

    def _claim(self, parsed: CompanyRow, row: Row, names: Mapping[str, str]) -> None:
        key = parsed.corporate_number
        self.claims.check(key, row, {**parsed.organisation, **parsed.company}, names)
        for challenge in parsed.challenges:
            own = {name: f"challenge_{name}" for name in challenge}
            self.claims.check((key, challenge["title"]), row, challenge, own)


def _company_row(cleaned: dict[str, Any], challenges: list[dict[str, Any]]) -> CompanyRow:
    values = {**cleaned, "city": cleaned["city"] or cleaned["address"]}
    contact = None
    if cleaned["contact_email"]:
        contact = Contact(
            email=cleaned["contact_email"],
            name=cleaned["contact_name"] or cleaned["contact_email"],
            title=cleaned["contact_title"],
            phone=cleaned["contact_phone"],
        )
    return CompanyRow(
        corporate_number=cleaned["corporate_number"],
        organisation=_given(values, ORGANISATION_COLUMNS),
        company=_given(values, COMPANY_COLUMNS),
        challenges=tuple(challenges),
        contact=contact,
    )


def _contact_cells(contact: Any) -> dict[str, Any]:
    """The contact of a JSON object as the columns of a sheet."""
    if not isinstance(contact, dict):
        return {}
    name = contact.get("name_ja") or contact.get("name")
    title = contact.get("title_ja") or contact.get("title")
    others = {f"contact_{name}": contact.get(name) for name in ("phone", "email")}
    return {"contact_name": name, "contact_title": title, **others}


def _challenge_cells(cells: Mapping[str, Any], number: int) -> list[tuple[str, dict[str, Any]]]:
    """Each challenge of the row, with the beginning of its columns' names."""
    own = {name: cells.get(f"challenge_{name}") for name in ChallengeRowForm.base_fields}
    found = [("challenge_", own)] if has_content(own.values()) else []
    items = cells.get("challenges") or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        reason = _("This must be a list of objects.")
        raise RowRefused([Problem(number, "challenges", str(items), reason)])
    return found + [(f"challenges[{index}].", item) for index, item in enumerate(items, 1)]

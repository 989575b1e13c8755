"""Which firm staff mean by what they type, and firms of one name told apart: names are no keys, numbers are."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.db.models import Q
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from accounts.profiles.naming import Several, named
from accounts.rules import name_of
from companies.corporate_numbers import compact
from companies.models import Company

NAME_OR_NUMBER = _("The firm’s name, a part of it that no other firm has, or its corporate number.")


def firm_named(words: str) -> Company:
    """The one firm that takes part and is meant: by its number, its whole name, or a part that only it has.

    Raises ValidationError; firms of one name are told with what they differ in.
    """
    firms = Company.objects.filter(organisation__status="published").select_related("organisation")
    if by_number := firms.filter(corporate_number=compact(words)).first():
        return by_number
    try:
        return firms.get(pk=named(words, OrganisationKind.COMPANY).pk)
    except Several as several:
        keys = [each.pk for each in several.found]
        found = sorted(firms.filter(pk__in=keys), key=lambda each: keys.index(each.pk))
        names = [each.organisation.name for each in found]
        if len(set(names)) == len(names):
            raise
        shown = [_with_place(each) if names.count(str(each)) > 1 else str(each) for each in found]
        raise forms.ValidationError(
            _("More than one firm has this name: %(names)s. Write the corporate number instead."),
            code="namesakes",
            params={"names": " / ".join(shown)},
        ) from several


def told_apart(company: Company, language: str) -> str:
    """The name for readers of a language, with prefecture and number where another firm that takes part bears it."""
    organisation = company.organisation
    name = name_of(organisation, language)
    others = Organisation.objects.published().filter(kind=OrganisationKind.COMPANY).exclude(pk=company.pk)
    same = Q(name=organisation.name) | (Q(name_en=organisation.name_en) & ~Q(name_en=""))
    return _with_place(company, name) if others.filter(same).exists() else name


def _with_place(company: Company, name: str = "") -> str:
    told: Iterable[str] = (str(company.get_prefecture_display()), company.corporate_number or "")
    details = pgettext("list separator", ", ").join(each for each in told if each)
    name = name or str(company)
    return gettext("%(name)s (%(details)s)") % {"name": name, "details": details} if details else name

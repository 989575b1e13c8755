"""What the pages of reviews know of a startup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.functional import Promise

from accounts.kinds import ProfileKind, Rows, Section, answers
from startups.forms import SECTIONS
from startups.models import Startup
from startups.rules import missing_items


class StartupKind(ProfileKind):
    language = "en"

    def profiles(self, pks: Iterable[int]) -> dict[int, Startup]:
        found = Startup.objects.filter(pk__in=pks).select_related("organisation")
        return {startup.pk: startup for startup in found}

    def rows(self, profile: Startup) -> Rows:
        return {Startup: [profile]}

    def sections(self, profile: Startup) -> list[Section]:
        return [
            Section(str(title), (*answers(profile.organisation, common), *answers(profile, names)))
            for title, common, names in SECTIONS.values()
        ]

    def missing(self, profile: Startup) -> Sequence[Promise | str]:
        return missing_items(profile)

    def place(self, profile: Startup) -> str:
        return str(profile.organisation.country.name)

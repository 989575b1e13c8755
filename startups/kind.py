"""What the pages of reviews know of a startup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Model
from django.utils.functional import Promise

from accounts.kinds import ProfileKind, Rows, Section
from accounts.registrations import told
from startups.models import Startup
from startups.registration import REGISTRATION


class StartupKind(ProfileKind):
    language = "en"

    def profiles(self, pks: Iterable[int]) -> dict[int, Startup]:
        found = Startup.objects.filter(pk__in=pks).select_related("organisation")
        return {startup.pk: startup for startup in found}

    def rows(self, profile: Startup) -> Rows:
        return {Startup: [profile]}

    def sections(self, profile: Startup) -> list[Section]:
        return told(REGISTRATION, _parts(profile))

    def missing(self, profile: Startup) -> Sequence[Promise | str]:
        return REGISTRATION.missing(_parts(profile))

    def place(self, profile: Startup) -> str:
        return str(profile.organisation.country.name)


def _parts(startup: Startup) -> dict[str, Model]:
    return {"organisation": startup.organisation, "startup": startup}

"""What the pages of reviews know of a startup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.kinds import ProfileKind, Rows, Section, summary
from accounts.registrations import told
from startups.models import Certification, FundingRound, Patent, Reference, Startup, TractionFigure
from startups.registration import REGISTRATION

# The lists of what a startup can show, and what a reviewer reads above each.
LISTS: dict[str, Promise | str] = {
    "figures": _("Figures"),
    "rounds": _("Funding rounds"),
    "patents": _("Patents"),
    "certifications": _("Certifications"),
    "references": _("References"),
}


class StartupKind(ProfileKind):
    language = "en"
    models = (Startup, TractionFigure, FundingRound, Patent, Certification, Reference)

    def profiles(self, pks: Iterable[int]) -> dict[int, Startup]:
        found = Startup.objects.filter(pk__in=pks).select_related("organisation").prefetch_related(*LISTS)
        return {startup.pk: startup for startup in found}

    def rows(self, profile: Startup) -> Rows:
        lists = {
            model: list(getattr(profile, name).all())
            for model, name in zip(self.models[1:], LISTS, strict=True)
        }
        return {Startup: [profile], **lists}

    def sections(self, profile: Startup) -> list[Section]:
        lists = [(title, list(getattr(profile, name).all())) for name, title in LISTS.items()]
        return told(REGISTRATION, _parts(profile)) + [
            Section(str(title), tuple(summary(record, record.title) for record in records))
            for title, records in lists
            if records
        ]

    def missing(self, profile: Startup) -> Sequence[Promise | str]:
        return REGISTRATION.missing(_parts(profile))

    def place(self, profile: Startup) -> str:
        return str(profile.organisation.country.name)


def _parts(startup: Startup) -> dict[str, Model]:
    return {"organisation": startup.organisation, "startup": startup}

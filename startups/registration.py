"""The registration of a startup: its rows, and who writes them."""

from __future__ import annotations

from typing import Any

from accounts.actions import Changes, Rows
from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from accounts.registrations import Registration
from matchmaking.core.enums import Language
from startups import actions
from startups.forms import StartupForm
from startups.models import Startup
from startups.questions import STEPS


class StartupRegistration(Registration):
    kind = OrganisationKind.STARTUP
    namespace = "startups"
    language = "en"
    steps = STEPS
    form = StartupForm

    def rows_of(self, organisation: Organisation, user: User) -> Rows:
        startup = Startup.objects.select_related("organisation").get(pk=organisation.pk)
        return {"organisation": startup.organisation, "startup": startup}

    def new_rows(self, user: User) -> Rows:
        organisation = Organisation(
            kind=self.kind, languages=[Language.ENGLISH], time_zone=user.time_zone, country=""
        )
        return {"organisation": organisation, "startup": Startup(organisation=organisation)}

    def write(self, rows: Rows, changes: Changes, by: User) -> None:
        startup: Any = rows["startup"]
        organisation: Any = rows["organisation"]
        if organisation.pk is None:
            common = {"time_zone": organisation.time_zone, **changes["organisation"]}
            actions.register_startup(common, changes["startup"], by=by)
        else:
            actions.change_startup(
                startup, changes.get("organisation", {}), changes.get("startup", {}), by=by
            )


REGISTRATION = StartupRegistration()

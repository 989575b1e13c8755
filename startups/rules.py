"""What a startup's profile must fulfil."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from startups.models import Startup


def missing_items(startup: Startup) -> list[Promise | str]:
    """What the profile still needs before it may be sent in, in the words of its labels."""
    organisation = startup.organisation
    tests = [
        (_("one-line pitch"), startup.one_liner),
        (_("solution"), startup.solution),
        (_("stage"), startup.stage),
        (_("partner looked for in Japan"), startup.seeks_partner),
        (_("fields"), organisation.fields),
        (_("cooperation modes"), organisation.modes),
        (_("working languages"), organisation.languages),
    ]
    return [label for label, value in tests if not value]

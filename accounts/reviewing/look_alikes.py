"""What a reviewer should look at twice in a name: letters that pass for others, and names that pass for this one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.actions import open_identity
from accounts.enums import OrganisationStatus
from accounts.models import Organisation
from matchmaking.core.confusables import mixed_scripts, skeletons


@dataclass(frozen=True)
class NameWarning:
    """One name of an organisation, the scripts it mixes, and the organisations with a name that looks like it."""

    name: str
    scripts: tuple[str, ...]
    alike: tuple[Organisation, ...]


def name_warnings(organisation: Organisation) -> list[NameWarning]:
    """For the names in force and the one that waits for review; names that need no second look are left out."""
    others = Organisation.objects.exclude(pk=organisation.pk).exclude(status=OrganisationStatus.ERASED)
    known = [(other, _looks([other.name, other.name_en])) for other in others.only("name", "name_en", "kind")]
    found = [
        NameWarning(name, _scripts(name), tuple(other for other, looks in known if looks & skeletons(name)))
        for name in _names_of(organisation)
    ]
    return [warning for warning in found if warning.scripts or warning.alike]


def mixed_names(organisation: Organisation) -> list[NameWarning]:
    """Only what a name says of itself: beside a review its look-alikes stand among the likenesses."""
    found = [NameWarning(name, _scripts(name), ()) for name in _names_of(organisation)]
    return [warning for warning in found if warning.scripts]


def _names_of(organisation: Organisation) -> list[str]:
    review = open_identity(organisation)
    proposed = review.identity.get("organisation", {}).get("name", "") if review else ""
    names = [organisation.name, organisation.name_en, proposed]
    return [name for name in dict.fromkeys(names) if name]


def _looks(names: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(skeletons(name) for name in names if name))


def _scripts(name: str) -> tuple[str, ...]:
    return tuple(script.title() for script in mixed_scripts(name))

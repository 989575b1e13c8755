"""Which organisations an expert means by a name: only whoever knows the name finds them, nobody is listed."""

from __future__ import annotations

from accounts.models import Organisation, User
from matchmaking.core.names import comparison_key
from research.models import AdviceRequest, Commission


def named(name: str) -> list[Organisation]:
    """Published ones of this name, in either language; legal form, width, case and punctuation are no difference."""
    key = comparison_key(name)
    names = Organisation.objects.published().order_by().values_list("pk", "name", "name_en")
    found = [pk for pk, *known in names if key in {comparison_key(each) for each in known if each}]
    return list(Organisation.objects.filter(pk__in=found))


def assigned_to(user: User) -> list[Organisation]:
    """Those that what the expert has in hand, or is to assess, is about."""
    rows = [
        *Commission.objects.in_hand_of(user.pk).with_parties(),
        *AdviceRequest.objects.visible_to(user).with_parties(),
    ]
    found = {party.pk: party for each in rows for party in each.parties()}
    return sorted(found.values(), key=lambda each: str(each.sort_key))

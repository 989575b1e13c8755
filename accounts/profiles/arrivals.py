"""What else begins when somebody starts to work for the programme, told by the apps that know.

Those apps lie above this one, so each registers when the portal starts (`AppConfig.ready`): an expert, for one, gets
a row in which to say what they know.
"""

from __future__ import annotations

from collections.abc import Callable

from accounts.enums import StaffRole
from accounts.models import User

Welcome = Callable[[User], None]
_welcomes: dict[str, list[Welcome]] = {}


def register(role: StaffRole, welcome: Welcome) -> None:
    """Whoever gets that role is handed to `welcome`, in the transaction that gives it.

    Somebody may get it twice: a second welcome must change nothing.
    """
    known = _welcomes.setdefault(role, [])
    if welcome not in known:
        known.append(welcome)


def welcome(user: User) -> None:
    """Have everything done that belongs to the person's role."""
    for each in _welcomes.get(user.staff_role, ()):
        each(user)

"""People who come to meetings, for tests."""

from __future__ import annotations

from meetings.actions import Person

SATO = Person("佐藤 恵子", "経営企画部長", "decides", "sato@firm.example")
MORI = Person("Mori Ken", "Engineer", "informs")
TAN = Person("Tan Wei", "Chief executive", "decides", "tan@startup.example")


def line(number: int = 1, person: Person = SATO) -> dict[str, str]:
    """As a form sends them."""
    return {
        f"person_{number}_name": person.name,
        f"person_{number}_role": person.role,
        f"person_{number}_decision": person.decision,
        f"person_{number}_email": person.email,
    }

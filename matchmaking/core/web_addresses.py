"""Links that people write into their profiles: http or https, to a host that everybody on the internet can reach."""

from __future__ import annotations

import ipaddress
import unicodedata
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from matchmaking.core.confusables import mixed_scripts
from matchmaking.core.texts import refuse_hidden_characters

_SCHEMES = URLValidator(schemes=["http", "https"], message=_("Enter an address that begins with https://."))
# Names that lead nowhere, or to the reader's own network (RFC 2606, 6761, 6762, 8375).
_LOCAL = frozenset(
    {"arpa", "corp", "home", "internal", "invalid", "lan", "local", "localhost", "onion", "test"}
)


def check_web_address(value: str) -> None:
    """Validator: raise ValidationError unless `value` is a link that may stand in a profile."""
    refuse_hidden_characters(value)
    _SCHEMES(value)
    parts = urlsplit(value)
    if parts.username is not None or parts.password is not None:
        raise ValidationError(
            _("Leave out what stands before “@”: it is not part of an address."), code="user"
        )
    host = unicodedata.normalize("NFKC", parts.hostname or "").rstrip(".")
    if _is_number(host) or host.rpartition(".")[2] in _LOCAL or "." not in host:
        raise ValidationError(
            _("Enter the address under which others find you, such as https://example.com."), code="host"
        )
    if any(mixed_scripts(spoken(label)) for label in host.split(".")):
        raise ValidationError(
            _("This address mixes letters of several scripts that look alike. Type it anew."), code="scripts"
        )


def _is_number(host: str) -> bool:
    """Whether the host is an IP address in any of the ways in which browsers read one."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host.rpartition(".")[2].isdigit() or host.rpartition(".")[2].startswith("0x")
    return True


def spoken(label: str) -> str:
    """A part of a host's name as a person reads it."""
    try:
        return label.encode("ascii").decode("idna") if label.startswith("xn--") else label
    except UnicodeError:
        return label

"""Internet domains of organisations and of people's mail: what they tell, and what they do not."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from matchmaking.core.confusables import skeleton
from matchmaking.core.web_addresses import spoken

# Addresses under these say nothing about who somebody is.
SHARED_DOMAINS = frozenset({
    "docomo.ne.jp", "ezweb.ne.jp", "facebook.com", "github.io", "gmail.com", "googlemail.com", "hotmail.com",
    "icloud.com", "instagram.com", "jimdofree.com", "linkedin.com", "live.com", "me.com", "naver.com", "notion.site",
    "outlook.com", "outlook.jp", "proton.me", "protonmail.com", "qq.com", "sites.google.com", "softbank.ne.jp",
    "wixsite.com", "wordpress.com", "x.com", "yahoo.co.in", "yahoo.co.jp", "yahoo.com", "ymail.com", "163.com",
})  # fmt: skip


class DomainVerdict(TextChoices):
    """What somebody's mail domain says about whether they belong to an organisation."""

    SAME = "same", _("Same domain as the web address")
    NEAR = "near", _("Part of the same domain: look closer")
    SHARED = "shared", _("A mailbox that anybody can have: says nothing")
    UNKNOWN = "unknown", _("The organisation has given no web address of its own")
    LOOKS_ALIKE = "looks_alike", _("Looks like the web address, but is another domain")
    OTHER = "other", _("Another domain than the web address")


VERDICT_TONES = {
    DomainVerdict.SAME: "ok",
    DomainVerdict.NEAR: "info",
    DomainVerdict.SHARED: "warn",
    DomainVerdict.UNKNOWN: "warn",
    DomainVerdict.LOOKS_ALIKE: "danger",
    DomainVerdict.OTHER: "danger",
}


def host_of(website: str) -> str:
    """The domain of a web address, without the www before it; nothing where there is none."""
    return _plain(urlsplit(website).hostname or "").removeprefix("www.")


def mail_domain(address: str) -> str:
    return _plain(address.rpartition("@")[2])


def is_shared(domain: str) -> bool:
    """Whether many who have nothing to do with each other have addresses under it."""
    return any(domain == shared or domain.endswith(f".{shared}") for shared in SHARED_DOMAINS)


def verdict(address: str, website: str) -> DomainVerdict:
    """Compare a person's mail address with the web address of the organisation they want to join."""
    mail, site = mail_domain(address), host_of(website)
    if is_shared(mail):
        return DomainVerdict.SHARED
    if not site or is_shared(site):
        return DomainVerdict.UNKNOWN
    if mail == site or mail.endswith(f".{site}"):
        return DomainVerdict.SAME
    if site.endswith(f".{mail}"):  # the site may be one of many under its provider's name
        return DomainVerdict.NEAR
    return DomainVerdict.LOOKS_ALIKE if skeleton(mail) == skeleton(site) else DomainVerdict.OTHER


def _plain(domain: str) -> str:
    """As people read it: small letters, and not in the ASCII form that the net uses for others."""
    labels = unicodedata.normalize("NFKC", domain).rstrip(".").lower().split(".")
    return ".".join(spoken(label) for label in labels)

"""What a person's mail domain says beside the web address of the organisation they want to join."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.reviewing.domains import (
    SHARED_DOMAINS,
    VERDICT_TONES,
    DomainVerdict,
    host_of,
    is_shared,
    mail_domain,
    verdict,
)

LABEL = st.from_regex(r"[a-z][a-z0-9]{1,8}", fullmatch=True)
DOMAIN = st.tuples(LABEL, st.sampled_from(["example", "co.example", "or.example"])).map(".".join)


@pytest.mark.parametrize(
    ("website", "host"),
    [
        ("https://kuzumine.example", "kuzumine.example"),
        ("http://www.kuzumine.example/ja/company", "kuzumine.example"),
        ("https://WWW.Kuzumine.Example:8443/", "kuzumine.example"),
        ("https://ja.kuzumine.example/", "ja.kuzumine.example"),
        ("https://www.kuzumine.example./", "kuzumine.example"),
        ("https://xn--wgv71a119e.example/", "日本語.example"),
        ("https://ｋｕｚｕｍｉｎｅ.example", "kuzumine.example"),
        ("https://xn--\x80.example/", "xn--\x80.example"),
        ("", ""),
        ("no address at all", ""),
    ],
)
def test_the_host_of_a_web_address_is_read_as_people_read_it(website: str, host: str) -> None:
    assert host_of(website) == host


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("t.mitsuya@kuzumine.example", "kuzumine.example"),
        ("T.Mitsuya@KUZUMINE.Example", "kuzumine.example"),
        ('"odd@name"@kuzumine.example', "kuzumine.example"),
        ("t@xn--wgv71a119e.example", "日本語.example"),
    ],
)
def test_the_domain_of_a_mail_address_stands_behind_its_last_at(address: str, domain: str) -> None:
    assert mail_domain(address) == domain


SITE = "https://www.kuzumine.example/"
VERDICTS = [
    ("a@kuzumine.example", SITE, DomainVerdict.SAME, "the www is no part of the name"),
    ("a@KUZUMINE.EXAMPLE", SITE, DomainVerdict.SAME, "case does not matter"),
    ("a@mail.kuzumine.example", SITE, DomainVerdict.SAME, "only who owns the name can make names under it"),
    (
        "a@kuzumine.example",
        "https://ja.kuzumine.example/",
        DomainVerdict.NEAR,
        "a page under somebody's name",
    ),
    ("a@provider.example", "https://kuzumine.provider.example/", DomainVerdict.NEAR, "perhaps a provider"),
    ("a@notkuzumine.example", SITE, DomainVerdict.OTHER, "an ending of letters is not an ending of names"),
    ("a@kuzumine.example.attacker.example", SITE, DomainVerdict.OTHER, "what stands last owns the name"),
    ("a@kuzumine.co.example", SITE, DomainVerdict.OTHER, "another registry"),
    ("a@kuzumіne.example", SITE, DomainVerdict.LOOKS_ALIKE, "a Cyrillic letter"),
    ("a@kuzurnine.example", SITE, DomainVerdict.LOOKS_ALIKE, "r and n pass for m"),
    ("a@gmail.com", SITE, DomainVerdict.SHARED, "anybody's"),
    ("a@mail.yahoo.co.jp", SITE, DomainVerdict.SHARED, "anybody's, one name deeper"),
    ("a@gmail.com", "", DomainVerdict.SHARED, "anybody's, whatever the organisation has"),
    ("a@kuzumine.example", "", DomainVerdict.UNKNOWN, "nothing to compare with"),
    ("a@kuzumine.example", "https://kuzumine.wixsite.com/home", DomainVerdict.UNKNOWN, "a site of a builder"),
    ("a@google.com", "https://sites.google.com/view/kuzumine", DomainVerdict.UNKNOWN, "not the site's owner"),
    ("a@日本語.example", "https://xn--wgv71a119e.example/", DomainVerdict.SAME, "written in two ways"),
]


@pytest.mark.parametrize(("address", "website", "expected", "why"), VERDICTS)
def test_the_verdict(address: str, website: str, expected: DomainVerdict, why: str) -> None:
    assert verdict(address, website) == expected, why


@given(name=DOMAIN, deeper=LABEL)
def test_whoever_owns_the_name_or_a_name_below_it_is_the_same(name: str, deeper: str) -> None:
    site = f"https://www.{name}/about"
    assert verdict(f"a@{name}", site) == DomainVerdict.SAME
    assert verdict(f"a@{deeper}.{name}", site) == DomainVerdict.SAME
    assert verdict(f"a@{name}.{deeper}", site) not in (DomainVerdict.SAME, DomainVerdict.NEAR)


@given(one=DOMAIN, other=DOMAIN)
def test_two_names_are_the_same_only_if_they_are(one: str, other: str) -> None:
    assert (verdict(f"a@{one}", f"https://{other}") == DomainVerdict.SAME) is (
        one.removeprefix("www.") == other
    )


@pytest.mark.parametrize("domain", sorted(SHARED_DOMAINS))
def test_what_many_share_never_vouches_for_anybody(domain: str) -> None:
    assert is_shared(domain)
    assert is_shared(f"somebody.{domain}")
    assert not is_shared(f"not{domain}")
    assert verdict(f"a@{domain}", f"https://{domain}") == DomainVerdict.SHARED


def test_every_verdict_has_a_colour_and_words_in_both_languages() -> None:
    assert set(VERDICT_TONES) == set(DomainVerdict)
    for each in DomainVerdict:
        with translation.override("ja"):
            japanese = str(each.label)
        assert japanese not in ("", str(each.label))
    assert {each for each, tone in VERDICT_TONES.items() if tone == "ok"} == {DomainVerdict.SAME}

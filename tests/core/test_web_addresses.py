"""Links: only http and https, only to a host that everybody can reach."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from matchmaking.core.fields import WebAddressField
from matchmaking.core.web_addresses import check_web_address

GOOD = [
    "https://example.com",
    "http://example.com",
    "HTTPS://EXAMPLE.COM/",
    "https://www.example.co.jp/会社/概要?x=1#top",
    "https://例え.jp",
    "https://xn--r8jz45g.jp/",
    "https://example.com:8443/a",
    "https://a-b.example.org/~team",
    "https://sub.sub.example.io/path/(brackets)",
    "https://example.com/?q=a%20b&c=d",
    "https://bücher.de",
    "https://пример.рф",
    "https://example.com./",
    "https://שלום.co.il",
]
NOT_WEB = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "javascript://example.com/%0aalert(1)", "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>", "file:///etc/passwd", "ftp://example.com", "ftps://example.com",
    "mailto:a@example.com", "tel:+81312345678", "ssh://example.com", "gopher://example.com", "ws://example.com",
    "blob:https://example.com/1", "about:blank", "//example.com", "/about", "https://", "https:///path",
    "https:example.com", "https:/example.com", "http//example.com", "https://example.com evil", "https://exa mple.com",
    "https://-example.com", "https://example-.com", "https://example..com", "https://.example.com",
    "https://example.com:99999999", "https://example.com/\tx", "https://example.com/\nx", "ｈｔｔｐｓ：／／example.com",
]  # fmt: skip
NO_HOST = [
    "https://localhost", "http://localhost:8000/admin", "https://localhost.localdomain.local", "https://127.0.0.1",
    "http://127.1", "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1", "http://0177.0.0.1/",
    "http://10.0.0.1/", "http://192.168.1.1", "http://169.254.169.254/latest/meta-data/", "https://8.8.8.8",
    "https://1.2.3.4.", "http://[::1]/", "http://[2001:db8::1]/", "http://[::ffff:127.0.0.1]/", "https://intranet",
    "https://server.local", "https://db.internal", "https://printer.lan", "https://x.test", "https://abc.onion",
    "https://1.1.168.192.in-addr.arpa",
]  # fmt: skip
DECEIVING = [
    "https://user@example.com", "https://user:secret@example.com", "https://example.com@evil.example.org",
    "https://example.com\\@evil.example.org", "https://example.com\u2044@evil.org", "https://раypal.com",
    "https://xn--ypal-43d9g.com", "https://example\u202e.com", "https://exam\u200bple.com", "https://example.com/\0",
]  # fmt: skip


@pytest.mark.parametrize("address", GOOD)
def test_an_address_that_others_can_open_is_taken(address):
    check_web_address(address)
    assert WebAddressField().clean(address) == address


@pytest.mark.parametrize("address", [*NOT_WEB, *NO_HOST, *DECEIVING])
def test_anything_else_is_refused(address):
    with pytest.raises(ValidationError):
        check_web_address(address)
    if "://" in address:  # the field itself adds https:// to what has none
        with pytest.raises(ValidationError):
            WebAddressField().clean(address)


def test_an_address_without_its_beginning_gets_one():
    assert WebAddressField().clean("www.example.com") == "https://www.example.com"


@pytest.mark.parametrize(("address", "message"), [
    ("ftp://example.com", "Enter an address that begins with https://."),
    ("https://localhost", "Enter the address under which others find you, such as https://example.com."),
    ("https://me@example.com", "Leave out what stands before “@”: it is not part of an address."),
    ("https://раypal.com", "This address mixes letters of several scripts that look alike. Type it anew."),
])  # fmt: skip
def test_the_message_says_what_to_do(address, message):
    with pytest.raises(ValidationError) as caught:
        check_web_address(address)
    assert caught.value.messages == [message]

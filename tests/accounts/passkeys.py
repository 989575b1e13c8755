"""A device that keeps a passkey, as far as a server can tell: what it answers to registering and to signing in."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

from accounts.models import User
from tests.accounts.signing import prove_again
from tests.factories import PASSWORD

HOST = "testserver"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """Its key never leaves it. What a test changes, a thief or a broken device might."""

    origin: str = f"https://{HOST}"
    host: str = HOST
    flags: int = PRESENT | VERIFIED
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = field(default_factory=lambda: token_bytes(32))
    handle: str = ""
    count: int = 0

    def registers(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to `navigator.credentials.create`."""
        asked = options["publicKey"]
        self.handle = _text(asked["user"]["id"])
        client = self._client("webauthn.create", asked["challenge"])
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        attested = bytes(16) + struct.pack(">H", len(self.credential)) + self.credential + public
        data = self._data(ATTESTED) + attested
        made = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(clientDataJSON=client, attestationObject=made)

    def signs_in(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to `navigator.credentials.get`."""
        self.count += 1
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        data = self._data()
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        answer = self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)
        answer["response"]["userHandle"] = self.handle
        return answer

    def _client(self, kind: str, challenge: Any) -> bytes:
        told = {"type": kind, "challenge": _text(challenge), "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _data(self, more: int = 0) -> bytes:
        return sha256(self.host.encode()).digest() + struct.pack(">BI", self.flags | more, self.count)

    def _answer(self, **parts: bytes) -> dict[str, Any]:
        name = websafe_encode(self.credential)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": {part: websafe_encode(value) for part, value in parts.items()},
            "clientExtensionResults": {"credProps": {"rk": True}},
            "authenticatorAttachment": "platform",
        }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(websafe_encode(value))


def changed(answer: dict[str, Any], part: str, at: int = -1) -> dict[str, Any]:
    """The same with one bit of one part turned over."""
    content = bytearray(websafe_decode(answer["response"][part]))
    content[at] ^= 1
    return {**answer, "response": {**answer["response"], part: websafe_encode(bytes(content))}}


def registered(client: Client, device: Device, *, name: str = "Office computer", alone: bool = True) -> Any:
    """Somebody who is signed in adds the device on the page for it."""
    prove_again(client, PASSWORD)
    page = reverse("mfa_add_webauthn")
    options = client.get(page).context["js_data"]["creation_options"]
    typed = {"name": name, "credential": json.dumps(device.registers(options))}
    return client.post(page, {**typed, **({"passwordless": "on"} if alone else {})})


def challenge(client: Client) -> dict[str, Any]:
    """What the page of signing in asks a device."""
    answer = client.get(reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"})
    return dict(answer.json()["request_options"])


def sends(client: Client, answer: Any) -> Any:
    """The device's answer to the page of signing in; `answer` may be a text that no device sends."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return client.post(reverse("mfa_login_webauthn"), {"credential": text})


def is_in(client: Client, user: User) -> bool:
    return client.session.get("_auth_user_id") == str(user.pk)

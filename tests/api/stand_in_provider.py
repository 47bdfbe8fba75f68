"""A sign-in provider as a transport: it checks what it is asked, and can be told to lie."""

import base64
import hashlib
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

ISSUER = "https://id.example"
CLIENT = "kb"
SECRET = "of-the-client"
PUBLIC_URL = "http://testserver"


@dataclass
class StandIn(httpx2.BaseTransport):
    """Answers for `ISSUER`; `claims` replace those of an honest ID token."""

    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "1"})
    signed_with: RSAKey | None = None
    asked: dict[str, str] = field(default_factory=dict)
    codes: set[str] = field(default_factory=lambda: {"good"})
    exchanges: int = 0

    def authorise(self, url: str) -> dict[str, str]:
        """Somebody signs in at the address that the browser was sent to; what it brings back."""
        self.asked = dict(parse_qsl(urlsplit(url).query))
        assert url.startswith(f"{ISSUER}/authorize?")
        assert self.asked["response_type"] == "code"
        assert self.asked["code_challenge_method"] == "S256"
        assert self.asked["redirect_uri"] == f"{PUBLIC_URL}/sign-in/provider/back"
        return {"code": "good", "state": self.asked["state"], "iss": ISSUER}

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        match request.url.path:
            case "/.well-known/openid-configuration":
                return httpx2.Response(200, json=self._metadata())
            case "/keys":
                return httpx2.Response(200, json=KeySet([self.key]).as_dict(private=False))
            case "/token":
                return self._token(request)
            case "/userinfo":
                assert request.headers["authorization"] == "Bearer access"
                return httpx2.Response(200, json={"sub": "kim-1"} | self.userinfo)
        return httpx2.Response(404)

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "userinfo_endpoint": f"{ISSUER}/userinfo",
            "jwks_uri": f"{ISSUER}/keys",
            "end_session_endpoint": f"{ISSUER}/out",
        } | self.metadata

    def _token(self, request: httpx2.Request) -> httpx2.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        assert request.headers["authorization"] == f"Basic {basic}"
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(form["code_verifier"].encode()).digest()
        )
        fits = challenge.decode().rstrip("=") == self.asked["code_challenge"]
        if form["code"] not in self.codes or not fits:
            return httpx2.Response(400, json={"error": "invalid_grant"})
        self.codes.discard(form["code"])
        self.exchanges += 1
        honest = {
            "iss": ISSUER,
            "aud": CLIENT,
            "sub": "kim-1",
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "nonce": self.asked["nonce"],
            "email": "agent@own.example",
            "email_verified": True,
            "name": "Kim",
        }
        told = {name: v for name, v in (honest | self.claims).items() if v is not None}
        token = jwt.encode(self.header, told, self.signed_with or self.key)
        given = {"access_token": "access", "token_type": "Bearer", "id_token": token}
        return httpx2.Response(200, json=given)

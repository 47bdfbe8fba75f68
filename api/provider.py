"""Signing in through an OpenID Connect provider: code flow with PKCE, state and nonce."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization
from pydantic import BaseModel, ConfigDict, ValidationError

from kb.errors import NotSignedIn, Unavailable
from kb.identities import Told
from kb.settings import LOCAL, Settings

CALLBACK = "/sign-in/provider/back"

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures that only the provider can make: no shared secret, and never none at all."""

TIMEOUT = 10.0
"""Seconds for each answer of the provider."""

LEEWAY = 60
"""Seconds by which clocks may differ."""


class ProviderUnavailable(Unavailable):
    """The sign-in provider does not answer, or not as OpenID Connect says."""


class ProviderRefused(NotSignedIn):
    """What came back from the sign-in provider is not an answer to what this browser asked."""


class Metadata(BaseModel):
    """What a provider says of itself."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None


class _Claims(BaseModel):
    """The claims that we read; a wrong type is a wrong answer."""

    model_config = ConfigDict(extra="ignore", strict=True)

    sub: str
    email: str | None = None
    email_verified: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser must bring back, kept in a signed cookie of its own."""

    state: str
    nonce: str
    verifier: str
    to: str


class Provider:
    """The configured provider; it is first asked when somebody signs in."""

    def __init__(self, settings: Settings, transport: httpx2.BaseTransport | None = None) -> None:
        """Use what `settings` name; `transport` replaces the network in tests."""
        self._settings = settings
        self._transport = transport
        self._lock = Lock()
        self._metadata: Metadata | None = None
        self._keys: KeySet | None = None

    @property
    def is_configured(self) -> bool:
        """Whether there is one."""
        return self._settings.oidc_issuer is not None

    def begin(self, to: str) -> tuple[str, Asked]:
        """The address to send the browser to, and what it must bring back.

        Raises:
            ProviderUnavailable: the provider does not answer.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked = Asked(state, nonce, verifier, to)
        with self._client() as client:
            url, _ = client.create_authorization_url(
                self._known().authorization_endpoint,
                state=asked.state,
                nonce=asked.nonce,
                code_verifier=asked.verifier,
            )
        return str(url), asked

    def finish(self, asked: Asked, answer: Mapping[str, str]) -> Told:
        """Who has signed in, from what the browser brings back.

        Raises:
            ProviderRefused: it does not fit what was asked, or is not from the provider.
            ProviderUnavailable: the provider does not answer.
        """
        known = self._known()
        if not hmac.compare_digest(answer.get("state", "").encode(), asked.state.encode()):
            raise ProviderRefused("the answer is to another question")
        if answer.get("iss", known.issuer) != known.issuer:
            raise ProviderRefused("another provider answers")
        if "code" not in answer:
            raise ProviderRefused("the provider did not let this person in")
        with self._client() as client:
            token = self._exchanged(client, answer["code"], asked.verifier)
            claims = self._verified(token.get("id_token"), asked.nonce)
            return self._told(claims | self._more(client, claims))

    def leaving(self) -> str:
        """Where a browser ends its session at the provider; our own page if it has no such."""
        ours = f"{self._settings.public_url}/sign-in"
        endpoint = self._known().end_session_endpoint
        if endpoint is None:
            return ours
        query = {"client_id": self._settings.oidc_client_id, "post_logout_redirect_uri": ours}
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def _client(self) -> OAuth2Client:
        secret = self._settings.oidc_client_secret
        return OAuth2Client(
            self._settings.oidc_client_id,
            secret.get_secret_value() if secret else None,
            scope=self._settings.oidc_scopes,
            redirect_uri=f"{self._settings.public_url}{CALLBACK}",
            code_challenge_method="S256",
            timeout=TIMEOUT,
            follow_redirects=False,
            transport=self._transport,
        )

    def _known(self) -> Metadata:
        with self._lock:
            if self._metadata is None:
                issuer = self._settings.oidc_issuer or ""
                found = self._get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
                try:
                    self._metadata = _checked(Metadata.model_validate(found), issuer)
                except ValidationError as error:
                    raise ProviderUnavailable("the provider describes itself wrongly") from error
            return self._metadata

    def _exchanged(self, client: OAuth2Client, code: str, verifier: str) -> Mapping[str, Any]:
        try:
            token: Mapping[str, Any] = client.fetch_token(
                self._known().token_endpoint,
                code=code,
                code_verifier=verifier,
                grant_type="authorization_code",
            )
        except OAuthError as error:
            raise ProviderRefused("the provider does not know this code") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnavailable("the sign-in provider does not answer") from error
        return token

    def _verified(self, id_token: object, nonce: str) -> dict[str, Any]:
        """The claims of an ID token that is for us, for this browser, and in time."""
        if not isinstance(id_token, str):
            raise ProviderRefused("the provider says nothing of the person")
        try:
            claims = self._decoded(id_token)
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY,
                iss={"essential": True, "value": self._known().issuer},
                aud={"essential": True, "value": self._settings.oidc_client_id or ""},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(claims)
        except (JoseError, ValueError) as error:
            raise ProviderRefused("the provider's answer is not for us") from error
        for_others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (for_others or "azp" in claims) and claims.get("azp") != self._settings.oidc_client_id:
            raise ProviderRefused("the provider's answer is for somebody else")
        return claims

    def _decoded(self, id_token: str) -> dict[str, Any]:
        """The claims, if one of the provider's keys signed them; keys are asked for anew once."""
        fresh = self._keys is None
        if self._keys is None:
            self._keys = self._fetched_keys()
        try:
            return dict(jwt.decode(id_token, self._keys, ALGORITHMS).claims)
        except (JoseError, ValueError):
            if fresh:
                raise
        self._keys = self._fetched_keys()
        return dict(jwt.decode(id_token, self._keys, ALGORITHMS).claims)

    def _fetched_keys(self) -> KeySet:
        try:
            found = cast("KeySetSerialization", self._get(self._known().jwks_uri))
            return KeySet.import_key_set(found)
        except (JoseError, ValueError, KeyError) as error:
            raise ProviderUnavailable("the provider's keys cannot be read") from error

    def _more(self, client: OAuth2Client, claims: Mapping[str, Any]) -> dict[str, Any]:
        """What the provider tells only when asked; of the same person, or nothing."""
        endpoint = self._known().userinfo_endpoint
        if endpoint is None:
            return {}
        try:
            answer = client.get(endpoint)
            told = answer.raise_for_status().json()
        except (httpx2.HTTPError, OAuthError, ValueError) as error:
            raise ProviderUnavailable("the sign-in provider does not answer") from error
        if not isinstance(told, dict) or told.get("sub") != claims["sub"]:
            raise ProviderRefused("the provider speaks of somebody else")
        return {name: value for name, value in told.items() if name not in claims}

    def _told(self, claims: dict[str, Any]) -> Told:
        try:
            read = _Claims.model_validate(claims)
        except ValidationError as error:
            raise ProviderRefused("the provider's claims cannot be read") from error
        groups = claims.get(self._settings.oidc_groups_claim)
        named = groups if isinstance(groups, list) else []
        return Told(
            issuer=self._known().issuer,
            subject=read.sub,
            email=read.email,
            email_verified=read.email_verified,
            name=read.name,
            groups=frozenset(group for group in named if isinstance(group, str)),
        )

    def _get(self, url: str) -> dict[str, Any]:
        try:
            with httpx2.Client(transport=self._transport, timeout=TIMEOUT) as client:
                found = client.get(url).raise_for_status().json()
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnavailable("the sign-in provider does not answer") from error
        if not isinstance(found, dict):
            raise ProviderUnavailable("the sign-in provider does not answer")
        return found


def _checked(found: Metadata, issuer: str) -> Metadata:
    """The metadata, if it is that of `issuer` and keeps to encrypted connections as it does."""
    if found.issuer.rstrip("/") != issuer.rstrip("/"):
        raise ProviderUnavailable("another provider answers at KB_OIDC_ISSUER")
    for url in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOCAL:
            raise ProviderUnavailable("the provider names an address that is not encrypted")
    return found

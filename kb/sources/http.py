"""Outgoing HTTP to ticket systems: limits, pauses, and no way into our own network by accident."""

import ipaddress
import json
import random
import socket
import ssl
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, NoReturn
from urllib.parse import urlsplit

import httpx2

from kb.errors import InvalidInput
from kb.sources.ports import BadAnswer, RateLimited, SourceDenied, SourceUnavailable

LARGEST_ANSWER = 50_000_000
"""Bytes; a page of a hundred cases with all their messages stays far below."""

TIMEOUT = 30.0
"""Seconds until an answer has begun; back-fills ask for pages that take a while."""

ATTEMPTS = 4
"""How often a request is tried before the source counts as unavailable."""

FIRST_PAUSE = 1.0
"""Seconds before the second attempt, doubled before each further one, unless told otherwise."""

LONGEST_PAUSE = 60.0
"""Seconds that a request waits at most; who asks for more is asked again by a later sync."""

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""Where networks without IPv4 reach an IPv4 address, also a private one: RFC 6052."""

GONE = frozenset({403, 404, 410})
RETRIED = frozenset({429, 502, 503, 504})

Query = Mapping[str, str] | list[tuple[str, str]]


class ForbiddenAddress(InvalidInput):
    """The address leads where the service was not allowed to go."""


class Absent(SourceUnavailable):
    """403, 404 or 410: not there for our account; of a case, `fetch` makes a `Gone` of it."""

    def __init__(self, host: str, status: int) -> None:
        super().__init__(f"{host} answered HTTP {status}")
        self.reason = "forbidden" if status == 403 else "deleted"  # noqa: PLR2004


class Rejected(SourceUnavailable):
    """The request itself was refused, say because the token of a page has expired."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer, with its JSON parsed; None if it has no body."""

    status: int
    headers: Mapping[str, str]
    json: Any  # Any: foreign JSON, checked by the connector


@dataclass(frozen=True, slots=True)
class Reach:
    """Where requests may go: to the given hosts, and to private addresses only if told so."""

    hosts: frozenset[str]
    private: bool = False

    def address(self, host: str, port: int) -> str:
        """An address of `host` that may be connected to.

        Raises:
            ForbiddenAddress: another host, or a private address without leave.
            SourceUnavailable: the name is not known.
        """
        if host.lower() not in self.hosts:
            raise ForbiddenAddress(f"{host} is not the host that was set up")
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:  # a name may be too long to be asked for
            raise SourceUnavailable(f"no address for {host}") from error
        addresses = [str(entry[4][0]) for entry in found]
        for address in addresses:
            if not self.private and not _is_public(address):
                raise ForbiddenAddress(
                    f"{host} has a private address; if that is meant, add it with --private"
                    " or as in our own network"
                )
        return addresses[0]


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        translated = ipaddress.IPv4Address(parsed.packed[-4:]) if parsed in NAT64 else None
        parsed = parsed.ipv4_mapped or parsed.sixtofour or translated or parsed
    return parsed.is_global and not parsed.is_multicast


@cache
def trusted() -> ssl.SSLContext:
    """Trusts what this machine trusts: companies have authorities of their own."""
    return ssl.create_default_context()


class _Pinned(httpx2.HTTPTransport):
    """Connects to the very address that was checked: a name may answer differently twice."""

    def __init__(self, reach: Reach) -> None:
        super().__init__(verify=trusted(), trust_env=False)
        self._reach = reach

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = self._reach.address(host, port)
        request.url = request.url.copy_with(host=address)
        request.extensions = {**request.extensions, "sni_hostname": host}
        return super().handle_request(request)


def opened(
    url: str, *, private: bool, also: Collection[str] = (), timeout: float = TIMEOUT
) -> httpx2.Client:
    """A client that reaches the host of `url`, and those of `also`, and follows nobody elsewhere.

    Raises:
        ForbiddenAddress: `url` is no address of the web, or holds a user.
    """
    mistake = ForbiddenAddress("give the address as https://host/path, without a user in it")
    try:
        parts, _port = urlsplit(url), urlsplit(url).port
        host = httpx2.URL(url).host  # as requests will name it
    except (httpx2.InvalidURL, ValueError):
        raise mistake from None
    if parts.scheme not in {"http", "https"} or not host or parts.username:
        raise mistake
    reach = Reach(frozenset({host.lower(), *also}), private)
    return httpx2.Client(
        transport=_Pinned(reach), timeout=timeout, trust_env=False, follow_redirects=False
    )


@dataclass(slots=True)
class Http:
    """Requests to one system under its base URL.

    Nothing that it raises holds a header, a query or a body: secrets and tickets stay out of logs.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    private: bool = False
    also: Collection[str] = ()
    """Hosts besides the one of `url`, such as the one that gives out tokens."""

    sleep: Callable[[float], None] = time.sleep
    timeout: float = TIMEOUT
    _client: httpx2.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._client = opened(self.url, private=self.private, also=self.also, timeout=self.timeout)
        self.url = self.url.rstrip("/")

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def get(self, path: str, query: Query | None = None) -> Answer:
        """GET `path`; see `send`."""
        return self.send("GET", path, query=query)

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask, waiting as told when the system is busy.

        Args:
            method: what is not GET is repeated only when the system said that it did nothing.
            path: below the base URL, or a whole URL that the system itself gave.
            query: parameters of the URL.
            body: sent as JSON.
            headers: besides those of every request.
            form: sent as a form instead of `body`.

        Raises:
            Absent: 403, 404 or 410.
            Rejected: another 4xx.
            SourceDenied: 401.
            RateLimited: it asks for a pause longer than `LONGEST_PAUSE`.
            SourceUnavailable: no connection or no success after `ATTEMPTS` attempts.
            BadAnswer: too large, a redirect, or no JSON.
        """
        url = path if path.startswith(("http://", "https://")) else f"{self.url}{path}"
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = self._once(method, url, query, body, headers, form)
            except httpx2.TransportError as error:
                # The chain is cut: the cause may quote the address with its query.
                pause = self._after_failure(method, attempt, type(error).__name__)
            else:
                if isinstance(answer, Answer):
                    return answer
                pause = self._after_refusal(method, attempt, answer)
            self.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _after_failure(self, method: str, attempt: int, name: str) -> float:
        if method != "GET" or attempt == ATTEMPTS:
            raise SourceUnavailable(f"{self._host} does not answer ({name})") from None
        return _back_off(attempt)

    def _after_refusal(self, method: str, attempt: int, busy: "_Busy") -> float:
        if busy.seconds is not None and busy.seconds > LONGEST_PAUSE:
            raise RateLimited(
                f"{self._host} asks to wait {busy.seconds:.0f} seconds", seconds=busy.seconds
            )
        repeatable = method == "GET" or busy.status == 429  # noqa: PLR2004
        if attempt == ATTEMPTS or not repeatable:
            if busy.status == 429:  # noqa: PLR2004
                raise RateLimited(
                    f"{self._host} is still busy", seconds=busy.seconds or LONGEST_PAUSE
                )
            raise SourceUnavailable(f"{self._host} answered HTTP {busy.status}")
        return busy.seconds if busy.seconds is not None else _back_off(attempt)

    @property
    def _host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def _once(
        self,
        method: str,
        url: str,
        query: Query | None,
        body: object,
        headers: Mapping[str, str] | None,
        form: Mapping[str, str] | None,
    ) -> "Answer | _Busy":
        request = self._client.build_request(
            method,
            url,
            params=_pairs(query),
            json=body,
            data=form,
            headers={"Accept": "application/json", **self.headers, **(headers or {})},
        )
        response = self._client.send(request, stream=True)
        try:
            if response.status_code in RETRIED:
                return _Busy(response.status_code, seconds_of(response.headers.get("Retry-After")))
            if not response.is_success:
                self._refuse(response.status_code)
            return Answer(response.status_code, dict(response.headers), self._json(response))
        finally:
            response.close()

    def _refuse(self, status: int) -> NoReturn:
        if status == 401:  # noqa: PLR2004
            raise SourceDenied(f"{self._host} does not accept the account (HTTP 401)")
        if status in GONE:
            raise Absent(self._host, status)
        if status < 400:  # noqa: PLR2004
            raise BadAnswer(f"{self._host} redirects (HTTP {status}); give the final address")
        kind = Rejected if status < 500 else SourceUnavailable  # noqa: PLR2004
        raise kind(f"{self._host} answered HTTP {status}")

    def _json(self, response: httpx2.Response) -> Any:  # Any: foreign JSON
        held = bytearray()
        for part in response.iter_bytes():
            held += part
            if len(held) > LARGEST_ANSWER:
                raise BadAnswer(f"{self._host} sent more than {LARGEST_ANSWER:,} bytes")
        if not held.strip():
            return None
        try:
            return json.loads(held)
        except ValueError:
            raise BadAnswer(f"{self._host} did not answer in JSON; is the address right?") from None


@dataclass(frozen=True, slots=True)
class _Busy:
    status: int
    seconds: float | None


def _pairs(query: Query | None) -> list[tuple[str, str | int | float | bool | None]] | None:
    if query is None:
        return None
    return [*query.items()] if isinstance(query, Mapping) else [*query]


def _back_off(attempt: int) -> float:
    # Many workers that failed together shall not come back together.
    return float(FIRST_PAUSE * 2 ** (attempt - 1) * random.uniform(0.75, 1.25))  # noqa: S311


def seconds_of(retry_after: str | None) -> float | None:
    """How long a header Retry-After asks to wait: it says seconds, or a date; None: nothing."""
    if not retry_after:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        when = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())

"""Limits of requests: how large, and how many."""

import hashlib
import math
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from time import monotonic

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import PROGRAMS, Readers, describe
from kb import accounts

REMEMBERED = 20_000
"""Senders whose pace is known; of more, those that were silent longest are forgotten."""

WEBHOOK = re.compile(r"/api/v1/sources/[^/]+/webhook")

MINUTE = 60.0
"""Seconds."""


class RateLimit:
    """ASGI middleware: answers 429 to a token or a network address that asks too often.

    A token may ask `per_token` times a minute and an address `per_address` times, and send
    `per_webhook` webhooks to one source, at once or spread; 0 is no limit.  Each process counts
    for itself.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        per_token: int,
        per_address: int,
        per_webhook: int = 0,
        readers: Readers = PROGRAMS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Wrap `app`; tests bring their own clock."""
        self.app = app
        self._limits = {"token": per_token, "address": per_address, "webhook": per_webhook}
        self._readers = readers
        self._clock = clock
        self._left: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless its sender must wait."""
        exempt = scope["type"] != "http" or scope["path"].startswith("/health/")
        wait = 0.0 if exempt else max((self._wait(*who) for who in _senders(scope)), default=0.0)
        if wait == 0.0:
            await self.app(scope, receive, send)
            return
        seconds = math.ceil(wait)
        problem = describe(scope["path"], 429, f"too many requests; wait {seconds} seconds")
        error = HTTPException(429, problem.detail)
        headers = {"Retry-After": str(seconds)}
        refused = self._readers.answer(Request(scope), problem, error, headers)
        await refused(scope, receive, send)

    def _wait(self, kind: str, who: bytes) -> float:
        """Seconds until this sender may ask; 0: now, and it counts."""
        limit = self._limits[kind]
        if limit == 0:
            return 0.0
        now = self._clock()
        left, since = self._left.pop(who, (float(limit), now))
        left = min(float(limit), left + (now - since) * limit / MINUTE)
        may = left >= 1.0
        self._left[who] = (left - 1.0 if may else left, now)
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        return 0.0 if may else (1.0 - left) * MINUTE / limit


def _senders(scope: Scope) -> Iterator[tuple[str, bytes]]:
    """Whose requests this one counts among; a token is kept as a hash only."""
    client = scope.get("client")
    if client is not None:
        network = accounts.network(client[0])
        yield "address", f"address:{network}".encode()
        # By address too: a flood of forged ones must not silence the system itself.
        if WEBHOOK.fullmatch(scope["path"]):
            yield "webhook", f"webhook:{network}:{scope['path']}".encode()[:500]
    for name, value in scope["headers"]:
        if name == b"authorization":
            yield "token", hashlib.sha256(value).digest()


class BodyLimit:
    """ASGI middleware: answers 413 to a body over `limit` bytes, announced or not."""

    def __init__(self, app: ASGIApp, *, limit: int) -> None:
        """Wrap `app`; a larger body is cut off as soon as it is over the limit."""
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what is read of its body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced, read = self._announced(scope), 0

        async def counted() -> Message:
            nonlocal read
            message = await receive() if announced <= self.limit else {}
            read += len(message.get("body", b""))
            if max(announced, read) > self.limit:
                # The framework hands on this error alone from within the reading of a body.
                raise HTTPException(413, self._detail())
            return message

        await self.app(scope, counted, send)

    def _announced(self, scope: Scope) -> int:
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit():
                return int(value)
        return 0

    def _detail(self) -> str:
        return (
            f"the request body is over {self.limit:,} bytes; send less at once, or let an"
            " administrator raise KB_REQUEST_LIMIT"
        )

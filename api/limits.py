"""The size limit of request bodies."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import describe, of_problem


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
        if self._announced(scope) > self.limit:
            refused = of_problem(describe(scope["path"], 413, self._detail()))
            await refused(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.limit:
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
        return f"the request body is over {self.limit:,} bytes"

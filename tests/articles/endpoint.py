"""A stand-in for a language model: speaks the protocol, and misbehaves when it is told to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[dict[str, dict[str, str]]], object]
"""Makes the answer of the model from the numbered pieces; a string is sent as it is."""


@dataclass
class Endpoint:
    url: str = ""
    status: int = 200
    asked: list[str] = field(default_factory=list)
    """The bodies of the requests."""
    keys: list[str | None] = field(default_factory=list)
    silent: threading.Event | None = None
    """Where set, no answer comes before it is."""

    @property
    def pieces(self) -> dict[str, dict[str, str]]:
        """What the model was last shown."""
        pieces: dict[str, dict[str, str]] = json.loads(
            json.loads(self.asked[-1])["messages"][1]["content"]
        )
        return pieces


@contextmanager
def serving(answer: Answer) -> Iterator[Endpoint]:
    endpoint = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            endpoint.asked.append(body)
            endpoint.keys.append(self.headers["Authorization"])
            if endpoint.silent is not None:
                endpoint.silent.wait(20)
            made = answer(endpoint.pieces)
            content = made if isinstance(made, str) else json.dumps(made)
            message = {"role": "assistant", "content": content}
            choice = {"index": 0, "finish_reason": "stop", "message": message}
            reply = json.dumps(
                {
                    "id": "1",
                    "object": "chat.completion",
                    "created": 0,
                    "model": "m",
                    "choices": [choice],
                }
            ).encode()
            self.send_response(endpoint.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    endpoint.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield endpoint
    finally:
        if endpoint.silent is not None:
            endpoint.silent.set()
        server.shutdown()
        thread.join()
        server.server_close()

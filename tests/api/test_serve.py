"""`kb serve` as a process: it starts, answers, and ends cleanly."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def wait_until_alive(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx2.get(f"{address}/health/ready").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.2)
    pytest.fail("the server did not start")


def test_serve_ends_cleanly_on_sigterm(tmp_path: Path) -> None:
    port = free_port()
    environment = os.environ | {  # noqa: TID251  what the child process gets
        "KB_DATA_DIR": str(tmp_path),
        "KB_PORT": str(port),
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve"],
        env=environment,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
    )
    try:
        wait_until_alive(f"http://127.0.0.1:{port}", process)
        answer = httpx2.get(f"http://127.0.0.1:{port}/api/v1/me?salary=swordfish")
        assert answer.status_code == 401
        assert "server" not in answer.headers
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()

    assert process.returncode == 0
    assert b'"route": "/api/v1/me"' in said
    assert b"swordfish" not in said
    assert b"Traceback" not in said

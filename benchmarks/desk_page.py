"""How long the desk takes in a browser: until it can be used, and from a key to shown hits.

    python -m benchmarks.desk_page [--size 100000] [--json FILE]

A server of its own (`kb serve`, without a worker) shows the world of `benchmarks.worlds` to
somebody who may read all of it.  Times are the browser's own: of its navigation and paint entries,
and from the moment at which a key was pressed until the frame after the hits were put on the page.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import exists, insert, literal, select
from sqlalchemy.orm import Session

from api import wiring
from benchmarks import measuring, worlds
from benchmarks.measuring import Rows
from benchmarks.worlds import World
from kb import people, tokens
from kb.models import Document, OrganisationKind, Role, Scope, Ticket, TicketState
from kb.settings import Settings

CHROMIUM = "/usr/bin/chromium"
EMAIL = "everything@own.example"
PORT = 8793

OPENED = 10
"""Times that each address is opened."""

PACE = 130
"""Milliseconds between two keys: somebody who types quickly."""

SHORTEST, LONGEST = 3, 32
"""Characters from which on the desk searches, and characters typed of each question."""

PATHS = {"20 bytes": "/health/live", "empty desk": "/"}
"""The first tells what browser and machine take for any page."""

READY = """async () => {
  const page = performance.getEntriesByType("navigation")[0];
  const painted = await new Promise(done => new PerformanceObserver(list => {
    const [first] = list.getEntriesByName("first-contentful-paint");
    if (first) done(first.startTime);
  }).observe({ type: "paint", buffered: true }));
  const interactive = Math.max(painted, page.domContentLoadedEventEnd);
  return { "first byte": page.responseStart, "first paint": painted, interactive };
}"""
"""Scripts of the desk are modules: they have run when DOMContentLoaded ends, and listen to keys."""

WATCH = """
window.keys = {}; window.shown = [];
addEventListener("keydown", event => { window.pressed = event.timeStamp; }, true);
addEventListener("input", event => {
  window.keys[event.target.value.trim()] = window.pressed;
}, true);
addEventListener("DOMContentLoaded", () => {
  const found = document.querySelector("#found");
  if (!found) return;
  new MutationObserver(() => {
    const asked = performance.getEntriesByType("resource").filter(
      one => one.name.includes("/desk/hits")).at(-1);
    const text = new URL(asked.name).searchParams.get("q").trim();
    requestAnimationFrame(() => setTimeout(() => window.shown.push([text, performance.now()])));
  }).observe(found, { childList: true });
});
"""
"""Remembers when which text was typed, and when hits for which text were painted."""


def run(folder: Path, size: int, questions: int, *, embed: int = worlds.EMBEDDED) -> Rows:
    """See `measured`, on a world and a server made for it."""
    world = worlds.make(folder, size, wiring.open_embedder(Settings()), embed=embed)
    secret = admit(world)
    world.database.close()
    asked = worlds.questions(questions, worlds.origins(min(embed, size)))
    with _serving(world) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        return measured(browser, address, secret, asked)


def measured(browser: Browser, address: str, secret: str, questions: list[str]) -> Rows:
    """Rows of milliseconds: opening the desk, then typing on it."""
    rows = _opening(browser, address, secret, questions[0])
    return [*rows, _typing(browser, address, secret, [one[:LONGEST] for one in questions])]


def _opening(browser: Browser, address: str, secret: str, question: str) -> Rows:
    """Each time a browser that has nothing of us yet but its sign-in."""
    signed_in = _signed_in(browser, address, secret)
    state = signed_in.storage_state()
    signed_in.close()
    rows: Rows = []
    for name, path in {**PATHS, "desk with hits": f"/?q={question}"}.items():
        times: list[dict[str, float]] = []
        for _ in range(OPENED):
            with browser.new_context(base_url=address, storage_state=state) as fresh:
                page = fresh.new_page()
                page.goto(path, wait_until="load")
                times.append(page.evaluate(READY))
        medians = {part: float(np.median([one[part] for one in times])) for part in times[0]}
        slowest = max(one["interactive"] for one in times)
        rows.append({"what": name, "times": OPENED, **medians, "slowest": slowest})
    return rows


def _typing(browser: Browser, address: str, secret: str, questions: list[str]) -> dict[str, object]:
    """From each key to the first frame with hits of the text with it, or of a later one."""
    context = _signed_in(browser, address, secret)
    page = context.new_page()
    page.add_init_script(WATCH)
    waited: list[float] = []
    for question in questions:
        page.goto("/")
        page.locator("#q").press_sequentially(question, delay=PACE)
        page.wait_for_timeout(1000)
        waited += _waited(page)
    context.close()
    p50, p95 = (float(np.quantile(waited, share)) for share in (0.5, 0.95))
    return {
        "what": "key to hits",
        "times": len(waited),
        "p50": p50,
        "p95": p95,
        "slowest": max(waited),
    }


def _waited(page: Page) -> list[float]:
    keys: dict[str, float] = page.evaluate("window.keys")
    shown: list[tuple[str, float]] = page.evaluate("window.shown")
    found = []
    for text, pressed in keys.items():
        if len(text) < SHORTEST:
            continue
        known = [at - pressed for other, at in shown if len(other) >= len(text) and at > pressed]
        found += [min(known)] if known else []
    return found


def _signed_in(browser: Browser, address: str, secret: str) -> BrowserContext:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("details summary").last.click()
    page.fill("#token", secret)
    page.locator("details button").last.click()
    page.wait_for_url(lambda url: url.endswith("/"))
    page.close()
    return context


def admit(world: World) -> str:
    """Let somebody read the whole world, and give the tickets behind its documents; a token."""
    now = datetime.now(UTC)
    with world.database.write() as session:
        own = people.put_organisation(session, "Own", OrganisationKind.OWN)
        person = people.put_person(
            session, EMAIL, name="Everything", organisation_id=own.id, roles=[Role.FIRST_LEVEL]
        )
        for audience in world.audiences.values():
            people.grant(session, audience, person_id=person.id, at=now)
        _give_tickets(session)
        return tokens.create(
            session, person, "benchmark", scopes=[Scope.SIGN_IN], expires_at=None, at=now
        ).secret


def _give_tickets(session: Session) -> None:
    """What the preview beside the hits shows."""
    same = (Document.title, Document.language, Document.audience_id, Document.resolution)
    made: dict[Any, Any] = {
        Ticket.id: Document.origin_id,
        Ticket.source: Document.source,
        Ticket.external_id: Document.number,
        Ticket.description: Document.body,
        Ticket.environment: literal(""),
        Ticket.level: literal(1),
        Ticket.state: literal(TicketState.CLOSED, Ticket.state.type),
        Ticket.opened_at: Document.happened_at,
        Ticket.updated_at: Document.happened_at,
        Ticket.closed_at: Document.happened_at,
        Ticket.internal_audience_id: Document.audience_id,
        Ticket.digest: literal(b"", Ticket.digest.type),
    } | {getattr(Ticket, column.key): column for column in same}
    missing = ~exists().where(Ticket.id == Document.origin_id)
    names = [column.key for column in made]
    session.execute(insert(Ticket).from_select(names, select(*made.values()).where(missing)))


@contextmanager
def _serving(world: World) -> Iterator[str]:
    """The address of `kb serve` on the world, once it answers."""
    address = f"http://127.0.0.1:{PORT}"
    chosen = {"KB_DATA_DIR": str(world.folder), "KB_PORT": str(PORT)}
    server = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", "--no-worker"],
        env=os.environ | chosen,  # noqa: TID251  what it is started with, and where to look
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _ready(address):
            if server.poll() is not None:
                raise SystemExit("kb serve ended: see what it says with this KB_DATA_DIR")
            time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/ready") as answer:  # noqa: S310  of our own
            return bool(json.load(answer)["status"] == "ready")
    except OSError:
        return False


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=8)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "kb-worlds")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    measuring.report("desk", run(given.folder, given.size, given.queries), given.json)


if __name__ == "__main__":
    main()

"""A back-fill from a real Redmine or Roundup on loopback, and the syncs after it.

    python -m benchmarks.source_backfill --system redmine --cases 10000 --json FILE
    python -m benchmarks.source_backfill --deletions

Tells pace, memory and requests; with --deletions only what it
costs to find deleted cases.  The cases are made by the system's own programming interface,
three texts each; they come in over REST, as from any other tracker.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from api import schema
from api.connectors import open_kind
from benchmarks import measuring
from benchmarks.measuring import Rows
from kb.db import Database
from kb.models import Message, Ticket
from kb.settings import Settings
from kb.sources import http, register, sync
from kb.sources.vault import open_vault
from tests.factories import make_audience
from tests.live import desks
from tests.live.desks import FIRST, Desk, RedmineDesk, RoundupDesk

CHANGED = 25
"""Cases that change before the sync whose requests are counted."""

DELETED: tuple[Sequence[int], ...] = ((), (3,), (777, 5_000, 9_998), range(2_000, 2_100))
"""Numbers of the cases that are deleted, one after the other lot."""

FILL = """
import random, sys
from roundup import instance

tracker, count = sys.argv[1:]
db = instance.open(tracker).open("alice")  # no rights are asked here
alice, admin = db.user.lookup("alice"), db.user.lookup("admin")
keyword = db.keyword.lookup("first-level")
words = ("door reader card printer tunnel spooler certificate disk mailbox update profile switch"
    " port licence token cable display driver restart log key queue server client").split()
dice = random.Random(7)
def text(length):
    return " ".join(dice.choice(words) for _ in range(length)).capitalize() + "."
for number in range(int(count)):
    said = [
        db.msg.create(author=who, content=text(length), internal=internal)
        for who, length, internal in ((alice, 40, 0), (admin, 60, 0), (admin, 20, 1))
    ]
    db.issue.create(title=f"srv-{number} {text(5)}", messages=said, keyword=[keyword])
    if number % 500 == 499:
        db.commit()
db.commit()
"""

FILL_REDMINE = """
count = ARGV[0].to_i
dice = Random.new(7)
words = %w(door reader card printer tunnel spooler certificate disk mailbox update profile switch
  port licence token cable display driver restart log key queue server client)
text = lambda { |length| Array.new(length) { words.sample(:random => dice) }.join(" ") + "." }
project, status = Project.first, IssueStatus.first.id
alice, bob = User.find_by_login("alice").id, User.find_by_login("bob").id
common = {
  :project_id => project.id, :tracker_id => project.trackers.first.id, :status_id => status,
  :priority_id => IssuePriority.first.id, :author_id => alice, :lft => 1, :rgt => 2}
(1..count).each_slice(500) do |part|
  at = lambda { |number| Time.utc(2026, 1, 1) + 60 * number }  # no two at once
  Issue.insert_all!(part.map { |number| common.merge(
    :id => number, :root_id => number, :subject => "srv-#{number} " + text.call(5),
    :description => text.call(40), :created_on => at.call(number), :updated_on => at.call(number))
  })
  Journal.insert_all!(part.flat_map { |number| [[60, false], [20, true]].map { |length, hidden|
    {:journalized_type => "Issue", :journalized_id => number, :user_id => bob,
      :notes => text.call(length), :private_notes => hidden, :created_on => at.call(number)} } })
end
"""


def fill_redmine(desk: RedmineDesk, cases: int) -> None:
    desk.ruby("bin/rails", "runner", FILL_REDMINE, str(cases))


def fill_roundup(desk: RoundupDesk, cases: int) -> None:
    desk.stop()
    fill = [sys.executable, "-c", FILL, str(desk._tracker), str(cases)]
    subprocess.run(fill, check=True)  # noqa: S603  put together above
    desk.start()


@contextmanager
def asked() -> Iterator[list[str]]:
    """The paths of the requests that are made meanwhile."""
    paths: list[str] = []
    once = http.Http._once

    def counting(self: http.Http, method: str, url: str, *rest: Any) -> Any:
        paths.append(f"{method} {url}")
        return once(self, method, url, *rest)

    http.Http._once = counting  # type: ignore[method-assign]  counted from outside
    try:
        yield paths
    finally:
        http.Http._once = once  # type: ignore[method-assign]


def synced(database: Database, source_id: int, desk: Desk) -> dict[str, object]:
    with asked() as paths, closing(open_kind(desk.kind, desk.account)) as connector:
        began, busy = time.perf_counter(), time.process_time()
        done = sync.run(
            database,
            source_id,
            connector,
            clock=lambda: datetime.now(UTC),
            progress=lambda done: _tell(done, time.perf_counter() - began),
        )
    seconds = time.perf_counter() - began
    return {
        "cases": done.fetched,
        "failed": done.failed,
        "seconds": round(seconds, 1),
        "our processor seconds": round(time.process_time() - busy, 1),
        "cases a minute": round(done.fetched / seconds * 60) if done.fetched else 0,
        "requests": len(paths),
        "largest memory MB": _memory(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--system", choices=["redmine", "roundup"], default="redmine")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--deletions", action="store_true")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        desk = RedmineDesk(folder) if given.system == "redmine" else RoundupDesk(folder)
        with desks.running(desk):
            if isinstance(desk, RedmineDesk):
                fill_redmine(desk, given.cases)
            else:
                fill_roundup(desk, given.cases)
            if given.deletions:
                rows = deletions(desk, given.cases)
            else:
                rows = measured(folder, desk, given.cases)
    measuring.report("source back-fill", rows, given.json, cases=given.cases)


def measured(folder: Path, desk: Desk, cases: int) -> Rows:
    database = Database(f"sqlite:///{folder / 'kb.sqlite3'}")
    schema.upgrade(database)
    settings = Settings(data_dir=folder)
    with database.write() as session:
        vault, now = open_vault(settings), datetime.now(UTC)
        row = register.add(session, "desk", desk.kind, desk.account, vault=vault, at=now)
        audience_id = make_audience(session, "partner")
        register.put_scope(session, row.id, FIRST, audience_id=audience_id, level=1, at=now)
        source_id = row.id
    rows: Rows = [{"sync": "none yet", "largest memory MB": _memory()}]
    rows.append({"sync": "back-fill"} | synced(database, source_id, desk))
    with database.read() as session:
        kept = session.scalar(select(func.count()).select_from(Ticket))
        messages = session.scalar(select(func.count()).select_from(Message))
    if (kept, messages) != (cases, 2 * cases):
        raise SystemExit(f"{cases} cases were made, {kept} with {messages} messages came in")
    rows.append({"sync": "nothing changed"} | synced(database, source_id, desk))
    for number in range(CHANGED):
        desk.solve(str(number * 7 + 1), desks.ANSWER)
    rows.append({"sync": f"{CHANGED} changed"} | synced(database, source_id, desk))
    desk.delete("3")
    rows.append({"sync": "one deleted"} | synced(database, source_id, desk))
    return rows


def deletions(desk: Desk, cases: int) -> Rows:
    """How what is missing of all cases is found, without reading them first."""
    known = frozenset(map(str, range(1, cases + 1)))
    rows: Rows = []
    gone: list[str] = []
    with closing(open_kind(desk.kind, desk.account)) as connector:
        for more in DELETED:
            for number in more:
                desk.delete(str(number))
                gone.append(str(number))
            with asked() as paths:
                began = time.perf_counter()
                missing = connector.missing(known)
            if missing != frozenset(gone):
                raise SystemExit(f"{len(gone)} cases were deleted, {len(missing)} were found")
            seconds = round(time.perf_counter() - began, 2)
            rows.append({"missing": len(gone), "requests": len(paths), "seconds": seconds})
    return rows


def _tell(done: sync.Synced, seconds: float) -> None:
    if done.fetched % 500 < sync.BATCH:  # about every five hundred
        sys.stderr.write(f"{done.fetched} cases after {seconds:.0f} s, {_memory()} MB\n")


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()

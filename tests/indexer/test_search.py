from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from indexer import sync
from indexer.finder import Finder
from indexer.models import PassageRow, VectorRow
from indexer.priors import prior
from indexer.search import Filters, facets, search, similar
from kb import documents, tickets
from kb.db import Database
from kb.models import Document, DocumentKind, Ticket, TicketState
from kb.visibility import NOBODY, Reader
from tests.factories import MONDAY, make_reader, make_ticket, message
from tests.fakes import WordEmbedder, index_all, make_finder, some_fit


@pytest.fixture
def finder(database: Database, tmp_path: Path) -> Finder:
    return make_finder(database, tmp_path / "index")


def titles(finder: Finder, reader: Reader, query: str, **choices: object) -> list[str]:
    with finder.database.read() as session:
        answer = search(session, finder, reader, query, **choices)  # type: ignore[arg-type]
        return [hit.title for hit in answer.hits]


def reader_of(finder: Finder, *audiences: str) -> Reader:
    with finder.database.write() as session:
        return make_reader(session, *audiences, email=f"{'-'.join(audiences)}@own.example")


def make_tickets(finder: Finder, *titles: str, audience: str = "internal") -> None:
    with finder.database.write() as session:
        for title in titles:
            make_ticket(session, audience=audience, external_id=title, title=title, description="")
    index_all(finder)


class TestSearch:
    def test_a_ticket_is_found_by_its_words_once_it_is_cut(self, finder: Finder) -> None:
        reader = reader_of(finder, "internal")
        with finder.database.write() as session:
            make_ticket(session, title="VPN drops every hour")
        assert titles(finder, reader, "vpn drops") == []

        sync.cut_promised(finder.database)

        assert titles(finder, reader, "vpn drops") == ["VPN drops every hour"]

    def test_what_a_transaction_cut_is_found_by_the_next_search(self, finder: Finder) -> None:
        reader = reader_of(finder, "internal")
        with finder.database.write() as session:
            make_ticket(session, title="VPN drops every hour")
            sync.cut_touched(session)

        assert titles(finder, reader, "vpn drops") == ["VPN drops every hour"]

    def test_the_nearest_comes_first(self, finder: Finder) -> None:
        make_tickets(finder, "Printer prints blank pages", "Printer queue stuck", "VPN drops")

        found = titles(finder, reader_of(finder, "internal"), "printer queue is stuck again")

        assert found[0] == "Printer queue stuck"

    def test_what_others_may_read_is_not_found(self, finder: Finder) -> None:
        make_tickets(finder, "VPN drops", audience="payroll")
        make_tickets(finder, "VPN slow")

        assert titles(finder, reader_of(finder, "internal"), "vpn drops") == ["VPN slow"]
        assert titles(finder, NOBODY, "vpn drops") == []

    def test_a_moved_ticket_is_gone_before_the_index_learns_of_it(self, finder: Finder) -> None:
        make_tickets(finder, "VPN drops")
        reader = reader_of(finder, "internal")
        with finder.database.write() as session:
            make_ticket(session, audience="payroll", external_id="VPN drops", title="VPN drops")

        assert titles(finder, reader, "vpn drops") == []
        index_all(finder)
        assert titles(finder, reader_of(finder, "payroll"), "vpn drops") == ["VPN drops"]

    def test_an_internal_message_is_found_by_our_own_people_alone(self, finder: Finder) -> None:
        with finder.database.write() as session:
            make_ticket(
                session,
                audience="contractor",
                messages=(message("Purchase price was haggled down", internal=True),),
            )
        index_all(finder)

        assert titles(finder, reader_of(finder, "contractor"), "haggled") == []
        assert titles(finder, reader_of(finder, "internal", "contractor"), "haggled") != []

    def test_a_ticket_and_its_internal_messages_are_one_hit(self, finder: Finder) -> None:
        with finder.database.write() as session:
            make_ticket(
                session,
                audience="contractor",
                messages=(message("tunnel"), message("tunnel budget", internal=True)),
            )
        index_all(finder)

        assert len(titles(finder, reader_of(finder, "internal", "contractor"), "tunnel")) == 1

    @pytest.mark.parametrize("query", ["", "   ", "???", "драйвер принтера", "打印机", "\x00"])
    def test_odd_queries_give_an_answer(self, finder: Finder, query: str) -> None:
        make_tickets(finder, "VPN drops")

        titles(finder, reader_of(finder, "internal"), query)

    def test_a_query_of_100000_characters_finds_its_subject(self, finder: Finder) -> None:
        make_tickets(finder, "Outlook profile corrupt", "VPN drops")
        query = "outlook profile corrupt " + "the quick brown fox jumps " * 4_000

        found = titles(finder, reader_of(finder, "internal"), query[:100_000])

        assert found[0] == "Outlook profile corrupt"

    def test_an_empty_index_gives_no_hits(self, finder: Finder) -> None:
        assert titles(finder, reader_of(finder, "internal"), "vpn") == []

    def test_a_withdrawn_document_is_gone_at_once(self, finder: Finder) -> None:
        make_tickets(finder, "VPN drops")
        reader = reader_of(finder, "internal")
        with finder.database.write() as session:
            ticket = session.scalars(select(Ticket)).one()
            documents.withdraw(session, DocumentKind.TICKET, [ticket.id])

        assert titles(finder, reader, "vpn drops") == []


class TestConfidence:
    def test_it_is_the_same_however_few_hits_are_asked_for(
        self, database: Database, tmp_path: Path
    ) -> None:
        finder = make_finder(database, tmp_path / "index", learned=some_fit)
        make_tickets(finder, *(f"Tunnel {number} drops again" for number in range(12)))
        reader = reader_of(finder, "internal")

        with database.read() as session:
            few, many = (
                search(session, finder, reader, "tunnel 3 drops", limit=limit) for limit in (1, 12)
            )

        assert few.confidence.probability is not None
        assert few.confidence == many.confidence
        assert few.hits[0] == many.hits[0]

    def test_a_hit_that_is_hidden_meanwhile_does_not_show_in_it(
        self, database: Database, tmp_path: Path
    ) -> None:
        finder = make_finder(database, tmp_path / "index", learned=some_fit)
        make_tickets(finder, "VPN drops")
        reader = reader_of(finder, "internal")
        with database.read() as session:
            before = search(session, finder, reader, "vpn drops").confidence
        with database.write() as session:  # the index does not know it yet
            make_ticket(session, audience="payroll", external_id="VPN drops", title="VPN drops")

        with database.read() as session:
            answer = search(session, finder, reader, "vpn drops")

        assert before.probability
        assert (answer.hits, answer.confidence.probability) == ((), 0)


class TestNearIdentical:
    def alerts(self, finder: Finder, *texts: tuple[str, str, str]) -> None:
        with finder.database.write() as session:
            for number, text, audience in texts:
                make_ticket(
                    session,
                    audience=audience,
                    external_id=number,
                    title="Backup failed tonight",
                    description=text,
                )
        index_all(finder)

    def found(self, finder: Finder, reader: Reader, *, collapse: bool) -> dict[str, int]:
        with finder.database.read() as session:
            answer = search(session, finder, reader, "backup failed", collapse=collapse)
            return {hit.number: hit.alike for hit in answer.hits}

    def test_they_are_one_hit_with_a_count(self, finder: Finder) -> None:
        text = "The nightly job on srv-01 ended with an error, the tape was full again."
        self.alerts(
            finder,
            ("1", text, "internal"),
            ("2", text, "internal"),
            ("3", f"{text} Again.", "internal"),
            ("4", "Somebody has pulled the plug of the tape drive in Lyon.", "internal"),
        )
        reader = reader_of(finder, "internal")

        assert self.found(finder, reader, collapse=True) == {"1": 2, "4": 0}
        assert set(self.found(finder, reader, collapse=False)) == {"1", "2", "3", "4"}

    def test_alerts_of_two_hosts_are_two_cases(self, finder: Finder) -> None:
        text = "The nightly job on {} ended with an error, the tape was full again."
        self.alerts(
            finder,
            ("1", text.format("srv-01"), "internal"),
            ("2", text.format("srv-02"), "internal"),
        )

        found = self.found(finder, reader_of(finder, "internal"), collapse=True)

        assert found == {"1": 0, "2": 0}

    def test_hidden_ones_are_not_counted(self, finder: Finder) -> None:
        text = "The nightly job ended with an error, the tape was full again."
        self.alerts(finder, ("1", text, "payroll"), ("2", text, "internal"))

        assert self.found(finder, reader_of(finder, "internal"), collapse=True) == {"2": 0}


class TestPriors:
    def test_of_equal_cases_the_solved_and_the_recent_one_come_first(self, finder: Finder) -> None:
        later = MONDAY + timedelta(days=300)
        with finder.database.write() as session:
            for number, state, at in (
                ("old", TicketState.OPEN, MONDAY),
                ("new", TicketState.OPEN, later),
                ("solved", TicketState.CLOSED, later),
            ):
                make_ticket(session, external_id=number, state=state, opened_at=at, updated_at=at)
        index_all(finder)
        reader = reader_of(finder, "internal")

        with finder.database.read() as session:
            hits = search(session, finder, reader, "vpn drops every hour").hits

        assert [hit.number for hit in hits] == ["solved", "new", "old"]

    def test_they_never_bury_who_holds_the_identifier(self) -> None:
        held = prior(solved=False, happened_at=MONDAY, newest=MONDAY, named=True)
        fresh = prior(solved=True, happened_at=MONDAY, newest=MONDAY, named=False)
        ancient = prior(
            solved=False, happened_at=MONDAY - timedelta(days=4000), newest=MONDAY, named=True
        )

        assert held == ancient >= fresh
        assert fresh <= 0.01


class TestFacets:
    def test_counts_are_of_visible_cases_alone(self, finder: Finder) -> None:
        with finder.database.write() as session:
            for number, queue, audience in (
                ("1", "network", "internal"),
                ("2", "network", "internal"),
                ("3", "network", "payroll"),
                ("4", "salaries", "payroll"),
            ):
                make_ticket(
                    session,
                    external_id=number,
                    queue=queue,
                    audience=audience,
                    messages=(message("a document of the same case", internal=True),),
                )
        both, payroll = reader_of(finder, "internal", "payroll"), reader_of(finder, "payroll")

        with finder.database.read() as session:
            seen, others = facets(session, both), facets(session, payroll)
            assert facets(session, NOBODY) == ()

        queues = {one.value: one.count for one in seen if one.name == "queue"}
        assert queues == {"network": 3, "salaries": 1}
        assert [one.count for one in seen if one.name == "source"] == [4]
        assert {one.value: one.count for one in others if one.name == "queue"} == {
            "network": 1,
            "salaries": 1,
        }

    def test_what_only_others_see_is_not_even_named(self, finder: Finder) -> None:
        with finder.database.write() as session:
            make_ticket(session, external_id="1", queue="network", audience="contractor")
            make_ticket(session, external_id="2", queue="salaries", audience="payroll")
        reader = reader_of(finder, "contractor")

        with finder.database.read() as session:
            found = facets(session, reader)

        assert [(one.value, one.count) for one in found if one.name == "queue"] == [("network", 1)]


class TestFilters:
    def test_each_restricts(self, finder: Finder) -> None:
        with finder.database.write() as session:
            for name, queue in (("VPN one", "network"), ("VPN two", "desk")):
                make_ticket(session, external_id=name, title=name, queue=queue, language="de")
        index_all(finder)
        reader = reader_of(finder, "internal")

        only = Filters(queues=frozenset({"network"}), languages=frozenset({"de"}))
        assert titles(finder, reader, "vpn", filters=only) == ["VPN one"]
        none = Filters(kinds=frozenset({DocumentKind.ARTICLE}))
        assert titles(finder, reader, "vpn", filters=none) == []
        later = Filters(since=MONDAY + timedelta(days=1))
        assert titles(finder, reader, "vpn", filters=later) == []
        solved = Filters(solved=True)
        assert titles(finder, reader, "vpn", filters=solved) == []


class TestSimilar:
    def test_the_ticket_itself_is_left_out(self, finder: Finder) -> None:
        make_tickets(finder, "Printer queue stuck", "Printer queue stuck again")
        reader = reader_of(finder, "internal")

        with finder.database.read() as session:
            first = session.scalars(select(Ticket.id).order_by(Ticket.id)).first()
            assert first is not None
            hits = similar(session, finder, reader, tickets.get(session, reader, first)).hits

        assert [hit.title for hit in hits] == ["Printer queue stuck again"]


class TestSync:
    def test_an_unchanged_passage_keeps_its_row_and_vector(self, finder: Finder) -> None:
        first = "A long problem. " * 80
        with finder.database.write() as session:
            make_ticket(session, description=first)
        index_all(finder)
        before = passage_ids(finder)
        with finder.database.write() as session:
            make_ticket(session, description=first, resolution="New firmware.")
        index_all(finder)

        assert before < passage_ids(finder)

    def test_a_moved_passage_keeps_its_vector(self, finder: Finder) -> None:
        with finder.database.write() as session:
            make_ticket(session)
        index_all(finder)
        with finder.database.write() as session:
            make_ticket(session, audience="payroll")
        sync.cut_promised(finder.database)

        with finder.database.read() as session:
            vectors = set(session.scalars(select(VectorRow.passage_id)))
        assert vectors == passage_ids(finder)

    def test_a_removed_passage_leaves_no_text(self, finder: Finder) -> None:
        with finder.database.write() as session:
            make_ticket(session, description="Password is hunter2")
        index_all(finder)
        with finder.database.write() as session:
            make_ticket(session, description="Password was reset")
        index_all(finder)

        with finder.database.read() as session:
            texts = session.scalars(select(PassageRow.text).where(PassageRow.removed)).all()
        assert texts == [""]

    def test_doing_it_again_changes_nothing(self, finder: Finder) -> None:
        make_tickets(finder, "VPN drops")
        standing = finder.standing()

        index_all(finder)

        assert finder.standing() == standing

    def test_a_document_changed_while_it_was_cut_is_cut_again(self, finder: Finder) -> None:
        with finder.database.write() as session:
            make_ticket(session, title="Old")
        with finder.database.write() as session:
            document = session.scalars(select(Document)).one()
            document.revision += 1  # as another transaction would, after the text was read
        assert sync.cut_promised(finder.database) == 1
        assert sync.cut_promised(finder.database) == 0


class TestRestart:
    def test_a_new_process_finds_what_the_old_one_indexed(
        self, finder: Finder, tmp_path: Path
    ) -> None:
        make_tickets(finder, "VPN drops")
        finder.save()

        again = make_finder(finder.database, tmp_path / "index")

        assert again.standing() == finder.standing()
        assert titles(again, reader_of(finder, "internal"), "vpn") == ["VPN drops"]

    def test_a_lost_index_is_built_again(self, finder: Finder, tmp_path: Path) -> None:
        make_tickets(finder, "VPN drops")

        elsewhere = make_finder(finder.database, tmp_path / "empty")

        assert titles(elsewhere, reader_of(finder, "internal"), "vpn") == ["VPN drops"]


class TestModelChange:
    def test_the_old_model_answers_until_the_new_one_has_filled(
        self, finder: Finder, tmp_path: Path
    ) -> None:
        make_tickets(finder, "VPN drops", "Printer jams")
        reader = reader_of(finder, "internal")
        old, new = finder.embedder, WordEmbedder("other", dimension=64)

        after = make_finder(finder.database, tmp_path / "index", new, known=[old])

        assert after.meaning.embedder is old
        assert titles(after, reader, "vpn drops")[0] == "VPN drops"
        index_all(after)
        assert after.meaning.embedder is new
        assert len(after.meaning.vectors) == 2  # type: ignore[arg-type]
        assert titles(after, reader, "vpn drops")[0] == "VPN drops"

    def test_without_the_old_model_words_answer(self, finder: Finder, tmp_path: Path) -> None:
        make_tickets(finder, "VPN drops")
        new = WordEmbedder("other", dimension=64)

        after = make_finder(finder.database, tmp_path / "index", new)

        assert titles(after, reader_of(finder, "internal"), "vpn") == ["VPN drops"]


def passage_ids(finder: Finder) -> set[int]:
    with finder.database.read() as session:
        return set(session.scalars(select(PassageRow.id).where(~PassageRow.removed)))


def test_closing_makes_the_resolution_findable(finder: Finder) -> None:
    reader = reader_of(finder, "internal")
    with finder.database.write() as session:
        ticket = make_ticket(session, level=2)
        tickets.close(session, reader, ticket, "Lowered the MTU to 1350.", at=MONDAY)
    index_all(finder)

    assert titles(finder, reader, "MTU 1350") == ["VPN drops every hour"]

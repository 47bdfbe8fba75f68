"""Reading lists on the command line."""

from articles import reading
from kb import people
from kb.db import Database
from kb.visibility import reader_of
from tests.api.cli.conftest import Kb
from tests.factories import MONDAY

COACH = "ruth.eisenkraut@nebelfurt.example"
OTHER = "svenja.morgentau@nebelfurt.example"


def test_a_person_sees_the_lists_of_their_teams_alone(kb: Kb, database: Database) -> None:
    assert kb("people", "load", "examples/organisations.yaml").exit_code == 0
    assert kb("import", "articles", "examples/articles").exit_code == 0
    with database.write() as session:
        coach = reader_of(session, people.person(session, COACH), at=MONDAY)
        (team,) = reading.of_reader(session, coach, at=MONDAY)
        made = reading.make(session, coach, team.id, "VPN", at=MONDAY)
        reading.add(session, coach, made, "KB-1001", at=MONDAY)
        reading.mark(session, coach, "KB-1001", read=True, at=MONDAY)

    assert kb("reading", "list", "--as", COACH).stdout == (
        f"-\t{team.name}\tnew here\t0\t0\n{made}\t{team.name}\tVPN\t1\t1\n"
    )
    assert kb("reading", "show", made, "--as", COACH).stdout.startswith("read\tKB-1001\tOutlook")
    assert "VPN" not in kb("reading", "list", "--as", OTHER).stdout
    assert kb("reading", "show", made, "--as", OTHER).exit_code == 1

"""Rules of escalation: read from YAML, refused with line and field, kept in versions."""

import pytest
from sqlalchemy.orm import Session

from kb import escalation_rules, people
from kb.escalation_rules import BadRules, parse
from kb.models import Impact, OrganisationKind, Role
from kb.visibility import RoleMissing, reader_of
from tests.factories import MONDAY, make_person

NETWORK = """\
rules:
  - name: Network
    when:
      categories: [VPN, WLAN]
      impacts: [site, company]
    to: {team: NOC}
    packet:
      - since
      - {id: rack, ask: {de: "Welcher Schrank?"}}
  - name: Rest
    to: {level: 2}
"""


def test_the_first_rule_that_fits_counts() -> None:
    rules = parse(NETWORK)

    assert rules.of("vpn", Impact.SITE).name == "Network"
    assert rules.of("VPN", Impact.PERSON).name == "Rest"
    assert rules.of(None, Impact.SITE).name == "Rest"
    assert rules.categories == ["VPN", "WLAN"]


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "why"),
    [
        ("[site, company]", "[city]", 5, "rules.0.when.impacts.0", "Input should be"),
        ("to: {team: NOC}", "to: {team: NOC, level: 2}", 6, "rules.0.to", "exactly one"),
        ("      - since", "      - colour", 8, "rules.0.packet.0", "say how to `ask`"),
        ("{id: rack,", "{id: since,", 8, "rules.0.packet", "since is there twice"),
        ('{de: "Welcher', '{fr: "Quel', 9, "rules.0.packet.1.ask", "Input should be 'de'"),
        ("to: {level: 2}", "to: {level: 9}", 11, "rules.1.to.level", "less than or equal to 3"),
        ("  - name: Rest", "  - name: Network", 2, "rules", "two rules are called 'Network'"),
        ("    to: {team: NOC}", "    too: {team: NOC}", 6, "rules.0.too", "not permitted"),
        ("    to: {team: NOC}", "    to: {team: NOC", 7, "", "expected"),
        ("to: {level: 2}", "to: *other", 11, "", "aliases are not allowed"),
    ],
)
def test_what_cannot_be_used_is_refused_with_line_and_field(
    old: str, new: str, line: int, field: str, why: str
) -> None:
    assert old in NETWORK

    with pytest.raises(BadRules) as refused:
        parse(NETWORK.replace(old, new))

    said = str(refused.value)
    assert f"line {line}{f', {field}' if field else ''}" in said
    assert why in said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rules",
        "rules: []",
        "a: b",
        "- 1",
        "\x00",
        "[" * 5_000,
        "rules: [{name: x}]",
        "x" * 100_001,
    ],
)
def test_nothing_breaks_the_reading(text: str) -> None:
    with pytest.raises(BadRules):
        parse(text)


def test_a_rule_that_cannot_be_reached_or_a_gap_is_refused() -> None:
    everything = "rules:\n  - {name: A, to: {level: 2}}\n  - {name: B, to: {level: 2}}\n"
    with pytest.raises(BadRules, match="no rule after 'A' counts"):
        parse(everything)
    with pytest.raises(BadRules, match="the last rule must fit every ticket"):
        parse("rules:\n  - {name: A, to: {level: 2}, when: {impacts: [site]}}\n")


class TestVersions:
    def test_without_any_the_product_has_its_own(self, session: Session) -> None:
        found = escalation_rules.current(session)

        assert found.number == 0
        assert found.rules.of(None, Impact.PERSON).to.level == 2

    def test_each_is_kept_and_the_same_again_changes_nothing(self, session: Session) -> None:
        company = people.put_organisation(session, "Nordwind", OrganisationKind.CONTRACTOR)
        people.put_team(session, "NOC", level=2, organisation_id=company.id)
        coach = reader_of(session, make_person(session, roles=(Role.COACH,)), at=MONDAY)

        assert escalation_rules.put(session, NETWORK, reader=coach, at=MONDAY) == 1
        again = NETWORK.replace("\n", "\r\n")
        assert escalation_rules.put(session, again, reader=coach, at=MONDAY) == 1
        second = NETWORK.replace("Rest", "Others")
        assert escalation_rules.put(session, second, reader=coach, at=MONDAY) == 2

        assert escalation_rules.current(session).text == second
        assert [one.number for one in escalation_rules.versions(session, coach)] == [2, 1]
        assert escalation_rules.version(session, coach, 1).text == NETWORK

    def test_a_team_that_is_not_there_is_refused_with_its_line(self, session: Session) -> None:
        with pytest.raises(BadRules, match=r"line 6, rules\.0\.to\.team: no team 'NOC'") as refused:
            escalation_rules.put(session, NETWORK, reader=None, at=MONDAY)

        assert refused.value.places[0][0] == "rules/0/to/team"

    def test_agents_may_not_write_or_read_versions(self, session: Session) -> None:
        agent = reader_of(session, make_person(session), at=MONDAY)

        with pytest.raises(RoleMissing):
            escalation_rules.put(session, NETWORK, reader=agent, at=MONDAY)
        with pytest.raises(RoleMissing):
            escalation_rules.versions(session, agent)

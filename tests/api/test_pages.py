"""The pages, as a browser without JavaScript gets them."""

import re
import stat
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.keys import signing_key
from api.pages.paths import own_path
from api.pages.templating import static
from api.wiring import Services
from api.worker import work_all
from kb import people, tokens
from kb.db import Database
from kb.models import Token
from kb.settings import Settings
from tests.api.conftest import CONTRACTOR
from tests.factories import MONDAY, make_ticket, message
from tests.fakes import index_all


def opened(app: FastAPI) -> TestClient:
    """A browser: it wants pages, and the test wants to see where it is sent."""
    return TestClient(app, follow_redirects=False, headers={"Accept": "text/html,*/*;q=0.8"})


def browser(app: FastAPI, client: TestClient) -> TestClient:
    """Somebody who has signed in on the page with the token of `client`."""
    secret = client.headers["authorization"].removeprefix("Bearer ")
    fresh = opened(app)
    answer = fresh.post("/sign-in", data={"token": secret})
    assert answer.status_code == 303, answer.text
    return fresh


@pytest.fixture
def at_desk(app: FastAPI, agent: TestClient) -> TestClient:
    return browser(app, agent)


@pytest.fixture
def outside(app: FastAPI, contractor: TestClient) -> TestClient:
    return browser(app, contractor)


def csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.usefixtures("agent")
def test_who_has_not_signed_in_is_asked_to(app: FastAPI) -> None:
    client = opened(app)

    answer = client.get("/?q=vpn&kind=ticket")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2F%3Fq%3Dvpn%26kind%3Dticket"
    assert 'name="next" value="/?q=vpn&amp;kind=ticket"' in (
        client.get(answer.headers["location"]).text
    )


def test_signing_in_leads_on_and_out_again(app: FastAPI, agent: TestClient) -> None:
    secret = agent.headers["authorization"].removeprefix("Bearer ")
    client = opened(app)

    answer = client.post("/sign-in", data={"token": f" {secret} ", "next": "/drafts?a=1"})

    assert answer.headers["location"] == "/drafts?a=1"
    cookie = answer.headers["set-cookie"].casefold()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert secret.casefold() not in cookie
    first = client.get("/")
    assert first.status_code == 200
    assert client.post("/sign-out", data={"csrf": csrf(first.text)}).status_code == 303
    assert client.get("/").status_code == 303


@pytest.mark.parametrize("token", ["", "kb_wrong", "x" * 400])
def test_a_wrong_token_is_refused_on_the_page(app: FastAPI, token: str) -> None:
    answer = opened(app).post("/sign-in", data={"token": token})

    assert answer.status_code == 401
    assert "not valid" in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/\\evil.example", "", "x", "/a\r\nb"]
)
def test_signing_in_never_leads_away(to: str) -> None:
    assert own_path(to) == "/"


def test_a_session_ends_with_its_token_and_with_the_persons_time(
    at_desk: TestClient, outside: TestClient, database: Database
) -> None:
    assert at_desk.get("/").status_code == outside.get("/").status_code == 200
    with database.write() as session:
        session.delete(session.get_one(Token, 1))
        engineer = people.person(session, "engineer@nordwind.example")
        engineer.until = MONDAY + timedelta(days=1)

    assert at_desk.get("/").status_code == 303
    assert outside.get("/").status_code == 303


@pytest.mark.parametrize("change", ["cut", "other key", "rubbish"])
def test_a_forged_cookie_is_nobody(app: FastAPI, at_desk: TestClient, change: str) -> None:
    from api.pages.session import COOKIE, signer

    value = at_desk.cookies[COOKIE]
    forged = {
        "cut": value[:-1],
        "other key": signer("other").dumps([1, "x"]),
        "rubbish": "rubbish",
    }[change]
    client = opened(app)
    client.cookies.set(COOKIE, forged)

    assert client.get("/").status_code == 303


def test_the_search_page_marks_and_explains(at_desk: TestClient, services: Services) -> None:
    with services.database.write() as session:
        ticket = make_ticket(
            session, description="The <b>tunnel</b> & the rest are gone: 0x80070005."
        )
    index_all(services.finder)

    text = at_desk.get("/", params={"q": "tunnel gone 0x80070005"}).text

    assert f'<a href="/tickets/{ticket.id}" lang="en">VPN drops every hour</a>' in text
    assert "&lt;b&gt;<mark>tunnel</mark>&lt;/b&gt; &amp;" in text
    assert "names 0x80070005 too" in text


def test_the_page_shows_a_contractor_only_what_is_shared(
    at_desk: TestClient, outside: TestClient, services: Services
) -> None:
    with services.database.write() as session:
        make_ticket(session, external_id="1", title="Tunnel of the director")
        shared = make_ticket(
            session,
            external_id="2",
            audience=CONTRACTOR,
            title="Tunnel of Nordwind",
            messages=(message("Blame them", internal=True),),
        ).id
    index_all(services.finder)

    assert "director" in at_desk.get("/?q=tunnel").text
    assert "director" not in outside.get("/?q=tunnel").text
    assert "Nordwind" in outside.get("/?q=tunnel").text
    assert "Blame" not in outside.get(f"/tickets/{shared}").text
    assert "Blame" in at_desk.get(f"/tickets/{shared}").text
    missing, hidden = outside.get("/tickets/4711"), outside.get("/tickets/1")
    assert missing.status_code == hidden.status_code == 404
    assert missing.content == hidden.content


def test_filters_narrow_the_page(at_desk: TestClient, services: Services) -> None:
    with services.database.write() as session:
        make_ticket(session, external_id="1", title="VPN one", queue="Network", language="de")
        make_ticket(session, external_id="2", title="VPN two", queue="Office", language="nl")
    index_all(services.finder)

    text = at_desk.get("/?q=vpn&queue=Network&language=de&kind=ticket").text

    assert "VPN one" in text
    assert "VPN two" not in text
    assert "VPN two" not in at_desk.get("/?q=vpn&kind=article").text
    assert "Nothing found" in at_desk.get("/?q=vpn&solved=1").text
    assert "VPN two" in at_desk.get("/?q=vpn&kind=nonsense").text


def test_a_ticket_is_closed_on_its_page(at_desk: TestClient, database: Database) -> None:
    with database.write() as session:
        known = make_ticket(session, level=2).id
    page = at_desk.get(f"/tickets/{known}").text

    answer = at_desk.post(
        f"/tickets/{known}/close",
        data={"csrf": csrf(page), "resolution": "New firmware.\r\nThen rebooted."},
    )

    assert answer.headers["location"] == f"/tickets/{known}?done=draft"
    after = at_desk.get(answer.headers["location"]).text
    assert "New firmware.\nThen rebooted." in after
    assert "A draft article is being written" in after
    assert '<form method="post" action="/tickets' not in after


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        ({"resolution": "Done."}, {}, 422),
        ({"resolution": "Done.", "csrf": "wrong"}, {}, 403),
        ({"resolution": "Done."}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ({"resolution": "Done."}, {"Origin": "https://evil.example"}, 403),
        ({"resolution": ""}, {}, 422),
    ],
)
def test_forms_of_others_are_refused(
    at_desk: TestClient,
    database: Database,
    data: dict[str, str],
    headers: dict[str, str],
    status: int,
) -> None:
    with database.write() as session:
        known = make_ticket(session).id
    if headers or not data["resolution"]:
        data = {**data, "csrf": csrf(at_desk.get(f"/tickets/{known}").text)}

    answer = at_desk.post(f"/tickets/{known}/close", data=data, headers=headers)

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "Close the ticket" in at_desk.get(f"/tickets/{known}").text


def test_pages_allow_only_our_own_script_and_nothing_from_elsewhere(at_desk: TestClient) -> None:
    answer = at_desk.get("/")

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"<script(?! type=.module. src=./static/)", answer.text) == []
    assert re.findall(r"\s(?:style|on\w+)=", answer.text) == []
    assert re.findall(r'(?:src|href)="(?!/|#)', answer.text) == []
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["style.css", "icon.svg", "page.js"])
def test_what_pages_need_is_served_here_and_kept(app: FastAPI, name: str) -> None:
    client = TestClient(app)

    assert client.get(f"/static/{name}").headers["cache-control"] == "no-cache"
    assert "immutable" in client.get(static(name)).headers["cache-control"]


def test_programs_get_problem_documents_from_pages_too(app: FastAPI) -> None:
    answer = TestClient(app, follow_redirects=False).get("/")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_unknown_pages_say_what_to_do(at_desk: TestClient) -> None:
    answer = at_desk.get("/nowhere")

    assert answer.status_code == 404
    assert "Go to the search" in answer.text


def test_the_key_is_made_once_for_its_owner_alone(services: Services) -> None:
    first = signing_key(services.settings)
    kept = services.settings.data_dir / "secret.key"

    assert signing_key(services.settings) == first
    assert len(first) >= 64
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    outside = "from outside, where nobody guesses it"
    given = Settings(secret=outside, data_dir=services.settings.data_dir)
    assert signing_key(given) == outside
    assert tokens.PREFIX not in first


RESOLUTION = (
    "The gateway ran firmware 7.1 with a rekey fault. Installed firmware 7.2.1 on vpn-gw-02 and"
    " restarted the service with `systemctl restart strongswan`."
)


@pytest.fixture
def draft(at_desk: TestClient, services: Services) -> str:
    """The path of a draft."""
    with services.database.write() as session:
        known = make_ticket(session, level=2).id
    page = at_desk.get(f"/tickets/{known}").text
    at_desk.post(f"/tickets/{known}/close", data={"csrf": csrf(page), "resolution": RESOLUTION})
    work_all(services)
    found = re.search(r'href="(/drafts/\d+)"', at_desk.get("/drafts").text)
    assert found
    return found[1]


def test_a_draft_is_shown_beside_its_evidence(at_desk: TestClient, draft: str) -> None:
    text = at_desk.get(draft).text

    assert "<blockquote>" in text
    assert 'href="/tickets/1#resolution"' in text
    assert "systemctl restart strongswan" in text


def test_a_draft_is_edited_published_and_found(
    at_desk: TestClient, services: Services, draft: str
) -> None:
    text = at_desk.get(draft).text
    edited = at_desk.post(
        f"{draft}/edit",
        data={
            "csrf": csrf(text),
            "base": 1,
            "title": "Rekey fault <b>of</b> firmware 7.1",
            "markdown": "## Fix\r\n\r\n<script>alert(1)</script> [x](javascript:alert(1)) *now*",
        },
    )
    assert edited.headers["location"] == f"{draft}?done=edited"
    published = at_desk.post(
        f"{draft}/publish", data={"csrf": csrf(text), "version": 2, "audience": "internal"}
    )
    assert published.headers["location"] == f"{draft}?done=published"
    work_all(services)

    found = at_desk.get("/?q=rekey+fault&kind=article").text
    assert "fault &lt;b&gt;of&lt;/b&gt; firmware" in found.replace("<mark>", "").replace(
        "</mark>", ""
    )
    article = at_desk.get("/articles/KB-1").text
    assert "<em>now</em>" in article
    assert "<script>" not in article
    assert 'href="javascript' not in article
    assert "KB-1" in at_desk.get("/articles").text
    assert "nothing in the ticket" not in article


def test_a_draft_warns_of_an_article_that_says_the_same(
    at_desk: TestClient, services: Services, draft: str
) -> None:
    warning = "says nearly the same as another article"
    assert warning not in at_desk.get(draft).text
    with services.database.write() as session:
        again = make_ticket(session, level=2, external_id="again").id
    page = at_desk.get(f"/tickets/{again}").text
    at_desk.post(f"/tickets/{again}/close", data={"csrf": csrf(page), "resolution": RESOLUTION})
    work_all(services)

    shown = at_desk.get(draft).text

    (twin,) = set(re.findall(r'href="(/drafts/\d+)"', at_desk.get("/drafts").text)) - {draft}
    assert warning in shown
    assert f'href="{twin}"' in shown


def test_an_edit_in_the_meantime_loses_nothing(at_desk: TestClient, draft: str) -> None:
    mine = {"csrf": csrf(at_desk.get(draft).text), "base": 1, "title": "Mine", "markdown": "One."}
    at_desk.post(f"{draft}/edit", data={**mine, "title": "Theirs", "markdown": "Two."})

    answer = at_desk.post(f"{draft}/edit", data=mine)

    assert answer.status_code == 409
    for kept in ("Mine", "One.", "Theirs", "Two."):
        assert kept in answer.text
    assert 'name="base" value="2"' in answer.text


def test_a_draft_is_rejected_with_a_reason(at_desk: TestClient, draft: str) -> None:
    token = csrf(at_desk.get(draft).text)
    assert at_desk.post(f"{draft}/reject", data={"csrf": token, "reason": " "}).status_code == 422

    answer = at_desk.post(f"{draft}/reject", data={"csrf": token, "reason": "KB-7 says it."})

    assert answer.headers["location"] == f"{draft}?done=rejected"
    assert f'href="{draft}"' not in at_desk.get("/drafts").text


def test_thin_closings_are_listed_with_what_they_lack(
    at_desk: TestClient, services: Services
) -> None:
    with services.database.write() as session:
        known = make_ticket(session, level=2).id
    token = csrf(at_desk.get("/").text)
    at_desk.post(f"/tickets/{known}/close", data={"csrf": token, "resolution": "Fixed."})
    work_all(services)

    text = at_desk.get("/drafts").text

    assert "no basis for a draft" in text
    assert f'href="/tickets/{known}"' in text


def test_drafts_of_others_are_not_there(
    at_desk: TestClient, outside: TestClient, draft: str
) -> None:
    assert at_desk.get(draft).status_code == 200
    assert outside.get(draft).status_code == 404
    assert "Nothing." in outside.get("/drafts").text
    assert outside.get("/articles/KB-1").status_code == 404

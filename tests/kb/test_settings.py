"""What would be dangerous together does not start."""

from typing import Any

import pytest
from pydantic import ValidationError

from kb.settings import Settings

SECRET = "s" * 32
LOCAL = ("127.0.0.1", "::1", "localhost")
OPEN = ("0.0.0.0", "::", "192.168.1.5", "kb.example", "")  # noqa: S104  must be refused


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Settings.model_config, "env_file", None)


def starts(**given: Any) -> bool:  # Any: of each setting its own type
    try:
        Settings(**given)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("host", LOCAL + OPEN)
@pytest.mark.parametrize("secret", [None, SECRET])
@pytest.mark.parametrize("demo", [False, True])
def test_open_to_the_network_only_with_a_secret_and_without_the_demo(
    host: str, secret: str | None, *, demo: bool
) -> None:
    safe = host in LOCAL or (secret is not None and not demo)

    assert starts(host=host, secret=secret, demo=demo) is safe


@pytest.mark.parametrize("name", ["public_url", "address"])
@pytest.mark.parametrize("demo", [False, True])
def test_no_proxy_opens_the_demo(name: str, *, demo: bool) -> None:
    assert starts(demo=demo, **{name: "http://localhost:9000"})
    assert starts(demo=demo, **{name: "https://kb.example"}) is not demo


@pytest.mark.parametrize("secret", ["", "changeme", "s" * 31])
def test_a_secret_that_can_be_guessed_is_none(secret: str) -> None:
    assert not starts(secret=secret)


def test_what_is_refused_never_tells_the_secret() -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({"secret": "swordfish"})

    assert "swordfish" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ({"smtp_host": "mail.example", "smtp_from": "kb@own.example", "smtp_tls": "none"}, False),
        ({"smtp_host": "localhost", "smtp_from": "kb@own.example", "smtp_tls": "none"}, True),
        ({"smtp_host": "mail.example", "smtp_from": "kb@own.example"}, True),
    ],
)
def test_mail_leaves_this_machine_encrypted_alone(given: dict[str, Any], *, safe: bool) -> None:
    assert starts(**given) is safe


@pytest.mark.parametrize(
    ("issuer", "safe"),
    [("https://id.example", True), ("http://id.example", False), ("http://localhost:1", True)],
)
def test_a_provider_elsewhere_is_asked_encrypted_alone(issuer: str, *, safe: bool) -> None:
    known = {"oidc_client_id": "kb", "public_url": "https://kb.example"}

    assert starts(oidc_issuer=issuer, **known) is safe

"""Choosing the connector of a source: the only module that imports them."""

from collections.abc import Callable

from kb.errors import InvalidInput
from kb.sources.accounts import Account
from kb.sources.generic import JsonSource
from kb.sources.glpi import Glpi
from kb.sources.icinga import Icinga
from kb.sources.jira import Jira
from kb.sources.models import Source
from kb.sources.monitoring import Alertmanager, Monitor
from kb.sources.ports import TicketSource
from kb.sources.redmine import Redmine
from kb.sources.request_tracker import RequestTracker
from kb.sources.roundup import Roundup
from kb.sources.servicenow import ServiceNow
from kb.sources.vault import Vault
from kb.sources.zammad import Zammad
from kb.sources.znuny import Znuny

KINDS: dict[str, Callable[[Account], TicketSource]] = {
    "alarms": Monitor,
    "alertmanager": Alertmanager,
    "glpi": Glpi,
    "icinga": Icinga,
    "jira": Jira,
    "json": JsonSource,
    "redmine": Redmine,
    "request-tracker": RequestTracker,
    "roundup": Roundup,
    "servicenow": ServiceNow,
    "zammad": Zammad,
    "znuny": Znuny,
}
"""What `kb source add --kind` takes."""


class UnknownKind(InvalidInput):
    """No connector has this name."""


def connect(source: Source, vault: Vault) -> TicketSource:
    """The connector of `source`, with its account; to be closed by the caller.

    Raises:
        UnknownKind: this release has no connector for it.
        WrongKey: its account cannot be decrypted.
        ForbiddenAddress: its address is none.
    """
    return open_kind(source.kind, vault.unlocked(source.account))


def open_kind(kind: str, account: Account) -> TicketSource:
    """A connector of the given kind.

    Raises:
        UnknownKind: there is none.
    """
    made = KINDS.get(kind)
    if made is None:
        raise UnknownKind(f"no connector {kind!r}; there are {', '.join(sorted(KINDS))}")
    return made(account)

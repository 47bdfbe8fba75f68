"""The address with which somebody stops their daily mail without signing in, signed by us."""

from itsdangerous import BadSignature, URLSafeSerializer

from api.keys import signing_key
from kb.errors import NotFound
from kb.settings import Settings

PATH = "/digest/stop/"


class NotOurAddress(NotFound):
    """No mail of ours holds this address, or a part of it is missing."""


def address(settings: Settings, person_id: int) -> str:
    """Where this person's daily mail is stopped; it is valid as long as the key that signs it."""
    return f"{settings.address}{PATH}{_signer(settings).dumps(person_id)}"


def person_id(settings: Settings, signed: str) -> int:
    """Whose mail the end of an address stops.

    Raises:
        NotOurAddress: we have not signed it.
    """
    try:
        return int(_signer(settings).loads(signed))
    except BadSignature as error:
        raise NotOurAddress("this address is not complete; copy all of it from the mail") from error


def _signer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(signing_key(settings), salt="kb-digest")

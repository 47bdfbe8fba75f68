"""Every setting the program reads, with its unit and its default."""

from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from kb.models import Licence

LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
"""Names of this machine."""


class Settings(BaseSettings):
    """Read once at start-up and passed on; no other module reads the environment."""

    model_config = SettingsConfigDict(
        env_prefix="KB_", env_file=".env", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    data_dir: Path = Field(
        default=Path("data"), description="folder for the SQLite database and the index snapshots"
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="SQLAlchemy URL, e.g. postgresql+psycopg://…; unset: SQLite in the data folder",
    )

    model: str = Field(
        default="shipped:secondline-de-nl-en",
        description="embedding model: shipped:secondline-de-nl-en, packaged:all-MiniLM-L6-v2, "
        "a folder, or a sentence-transformers name",
    )
    model_download: bool = Field(
        default=False, description="allow sentence-transformers to fetch a model it does not have"
    )
    embedding_batch: int = Field(default=64, ge=1, le=1024, description="texts per forward pass")
    threads: int = Field(
        default=1, ge=1, le=64, description="threads of torch, BLAS and FAISS in each process"
    )

    search_depth: int = Field(
        default=200, ge=10, le=1000, description="passages that each leg may propose"
    )
    query_limit: int = Field(
        default=100_000, ge=100, description="longest accepted query, in characters"
    )
    request_limit: int = Field(
        default=10_000_000, ge=1_000, description="largest accepted request body, in bytes"
    )

    token_rate: int = Field(
        default=3_000, ge=0, description="requests a minute of one token, per process; 0: no limit"
    )
    address_rate: int = Field(
        default=12_000,
        ge=0,
        description="requests a minute from one network address, per process; 0: no limit",
    )
    webhook_rate: int = Field(
        default=600,
        ge=0,
        description="webhooks a minute from one network address for one source, per process; more"
        " are refused and their cases found by the next sync; 0: no limit",
    )

    writer: str = Field(
        default="extractive",
        pattern="^(extractive|model)$",
        description="who writes drafts: extractive (offline) or model (OpenAI-compatible endpoint)",
    )
    writer_url: str | None = Field(
        default=None, description="base URL of the endpoint, e.g. http://localhost:8080/v1"
    )
    writer_model: str | None = Field(default=None, description="name of the model there")
    writer_key: SecretStr | None = Field(default=None, description="key for the endpoint, if any")
    writer_timeout: float = Field(
        default=60.0, gt=0, le=600, description="seconds until the endpoint must have answered"
    )

    licence_names: dict[Licence, str] = Field(
        default_factory=dict,
        description='names of licences on the pages, e.g. {"candidate": "apprentice"}; unset: the'
        " translated ones",
    )

    host: str = Field(default="127.0.0.1", description="address that `kb serve` listens on")
    port: int = Field(default=8000, ge=1, le=65535, description="port that `kb serve` listens on")
    address: str = Field(
        default="http://127.0.0.1:8000",
        pattern=r"^https?://[^\s/]+(/[^\s]*)?$",
        description="where people open the pages, for links in notes and webhooks",
    )
    secret: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="signs sessions, 32 random characters or more; needed as soon as the host is"
        " not this machine",
    )
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/?#\s]+$",
        description="where people reach the pages, e.g. https://kb.example",
    )
    oidc_issuer: str | None = Field(
        default=None, description="OpenID Connect provider, e.g. https://id.example/realms/own"
    )
    oidc_client_id: str | None = Field(default=None, description="the name it knows us by")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="the secret it gave us; none for a public client"
    )
    oidc_scopes: str = Field(
        default="openid email profile", description="what we ask it for, with spaces between"
    )
    oidc_groups_claim: str = Field(default="groups", description="the claim that names groups")
    oidc_organisation: str | None = Field(
        default=None,
        description="organisation in which unknown people are made, as readers; unset: refused",
    )
    source_key: SecretStr | None = Field(
        default=None,
        description="Fernet key for the accounts of sources; unset: source.key in the data folder",
    )
    source_interval: int = Field(
        default=60, ge=5, le=86_400, description="seconds between two syncs of a source"
    )
    retention_events: int | None = Field(
        default=None, ge=1, description="days for which events are kept; unset: for ever"
    )
    smtp_host: str | None = Field(
        default=None, description="mail server for the daily mail; unset: none is sent"
    )
    smtp_port: int = Field(default=587, ge=1, le=65535, description="its port")
    smtp_tls: str = Field(
        default="starttls",
        pattern="^(starttls|tls|none)$",
        description="starttls, tls from the first byte, or none (this machine alone)",
    )
    smtp_user: str | None = Field(default=None, description="account there, if it wants one")
    smtp_password: SecretStr | None = Field(default=None, description="password of the account")
    smtp_from: str | None = Field(
        default=None, pattern=r"^[^@\s]+@[^@\s]+$", description="sender of the mails"
    )
    digest_hour: int = Field(
        default=7, ge=0, le=23, description="hour of the day from which the daily mail is sent"
    )
    demo: bool = Field(
        default=False, description="load the examples and their accounts on first start"
    )
    time_zone: str = Field(
        default="Europe/Berlin", description="time zone of the pages, as the IANA names it"
    )
    log_format: str = Field(default="json", pattern="^(json|text)$", description="json or text")

    @field_validator("address")
    @classmethod
    def _links_are_appended(cls, address: str) -> str:
        return address.rstrip("/")

    @field_validator("time_zone")
    @classmethod
    def _a_time_zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("is no time zone; one is Europe/Amsterdam") from error
        return name

    @model_validator(mode="after")
    def _a_model_needs_an_endpoint(self) -> "Settings":
        if self.writer == "model" and not (self.writer_url and self.writer_model):
            raise ValueError("KB_WRITER=model needs KB_WRITER_URL and KB_WRITER_MODEL")
        return self

    @model_validator(mode="after")
    def _a_provider_needs_its_parts(self) -> "Settings":
        if self.oidc_issuer is None:
            return self
        if not (self.oidc_client_id and self.public_url):
            raise ValueError("KB_OIDC_ISSUER needs KB_OIDC_CLIENT_ID and KB_PUBLIC_URL")
        issuer = urlsplit(self.oidc_issuer)
        if issuer.scheme != "https" and issuer.hostname not in LOCAL:
            raise ValueError("KB_OIDC_ISSUER must begin with https:// unless it is on this machine")
        return self

    @model_validator(mode="after")
    def _mail_needs_a_sender(self) -> "Settings":
        if self.smtp_host is None:
            return self
        if self.smtp_from is None:
            raise ValueError("KB_SMTP_HOST needs KB_SMTP_FROM")
        if self.smtp_tls == "none" and self.smtp_host not in LOCAL:
            raise ValueError("KB_SMTP_TLS=none is for a mail server on this machine alone")
        return self

    @model_validator(mode="after")
    def _open_needs_a_secret(self) -> "Settings":
        if self.is_local:
            return self
        if self.secret is None:
            raise ValueError(
                f"KB_HOST={self.host} is open to the network: set KB_SECRET, or use 127.0.0.1"
            )
        return self

    @model_validator(mode="after")
    def _the_demo_stays_here(self) -> "Settings":
        if not self.demo:
            return self
        if not self.is_local:
            raise ValueError(
                f"KB_HOST={self.host} is open to the network: KB_DEMO would publish demo accounts"
            )
        for name, url in (("KB_ADDRESS", self.address), ("KB_PUBLIC_URL", self.public_url)):
            # A proxy on this machine opens a server that listens to this machine alone.
            if url is not None and urlsplit(url).hostname not in LOCAL:
                raise ValueError(f"{name}={url} is open to others: KB_DEMO would publish accounts")
        return self

    @property
    def is_local(self) -> bool:
        """Whether only this machine can connect."""
        return self.host in LOCAL

    @property
    def url(self) -> str:
        """The database URL in force."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'kb.sqlite3'}"

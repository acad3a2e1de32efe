"""Settings: environment variables KHOSO_..., with defaults under one home folder."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from warehouse.accounts.rules import Rules
from warehouse.errors import UsageError
from warehouse.records import Limits

PREFIX = "KHOSO_"
_ROLE = "(clerk|officer|manager|admin|auditor|unit_admin)"
_ROLES = rf"^({_ROLE}(,{_ROLE})*)?$"
_ISSUER = r"^(https://\S+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/\S*)?)?$"
"""In the clear on this machine alone."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a search engine knows us: by a key, or by user and password; its certificate's authority."""

    api_key: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None


ANONYMOUS = Access()


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """The OpenID provider by which people may sign in. `login_claim`: what it calls our logins.

    `second_factor`: values of its `amr` and `acr` that stand for a second factor of ours.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    login_claim: str
    second_factor: frozenset[str]
    ca_file: Path | None
    timeout_seconds: float


class Settings(BaseSettings):
    """What an operator may set; every name is an environment variable with the prefix KHOSO_."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    home: Path = Path("var")
    database_url: str = ""
    store_url: str = ""
    index_url: str = ""
    queue_url: str = Field(default="local:", pattern=r"^(local:$|rediss?://|amqps?://)")

    s3_access_key: str = ""
    s3_secret_key: SecretStr = SecretStr("")
    s3_retention_days: int = Field(default=0, ge=0)
    s3_timeout_seconds: float = Field(default=30, gt=0)

    elasticsearch_api_key: SecretStr = SecretStr("")
    elasticsearch_user: str = ""
    elasticsearch_password: SecretStr = SecretStr("")
    elasticsearch_ca_file: Path | None = None

    max_pages: int = Field(default=3000, ge=1)
    max_file_bytes: int = Field(default=2 * 1024**3, ge=1)
    max_zip_members: int = Field(default=100_000, ge=1)
    max_zip_bytes: int = Field(default=200 * 1024**3, ge=1)
    page_seconds: int = Field(default=120, ge=1)
    reader_memory_bytes: int = Field(default=2 * 1024**3, ge=512 * 1024**2)

    lease_seconds: float = Field(default=30, gt=0)
    patience_seconds: float = Field(default=60, ge=0)
    unit_cap: int = Field(default=4, ge=1)
    export_rows: int = Field(default=5000, ge=1, le=50_000)
    review_below: float = Field(default=0.85, ge=0, le=1)

    anchor_file: Path | None = None
    anchor_mail_to: str = ""
    anchor_syslog: str = Field(default="", pattern=r"^((udp|tcp)://.+|unix:/.+)?$")
    smtp_url: str = Field(default="smtp://localhost:25", pattern=r"^smtps?://.+")
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    mail_from: str = "khoso@localhost"

    allowed_hosts: str = "localhost,127.0.0.1,[::1]"
    trusted_proxies: str = "127.0.0.1,::1"

    session_idle_minutes: int = Field(default=30, ge=1)
    session_hours: int = Field(default=12, ge=1)
    totp_roles: str = Field(default="officer,admin,auditor,unit_admin", pattern=_ROLES)
    first_code_days: int = Field(default=7, ge=1)

    oidc_issuer: str = Field(default="", pattern=_ISSUER)
    oidc_client_id: str = Field(default="", validate_default=True)
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_login_claim: str = Field(default="preferred_username", min_length=1)
    oidc_second_factor: str = ""
    oidc_ca_file: Path | None = None
    oidc_timeout_seconds: float = Field(default=5, gt=0)

    @field_validator("oidc_client_id")
    @classmethod
    def _has_client_id(cls, value: str, others: ValidationInfo) -> str:
        if others.data.get("oidc_issuer") and not value:
            raise ValueError("is needed with KHOSO_OIDC_ISSUER")
        return value

    @property
    def oidc(self) -> OidcProvider | None:
        """The provider by which people may sign in, if there is one."""
        if not self.oidc_issuer:
            return None
        return OidcProvider(
            self.oidc_issuer,
            self.oidc_client_id,
            self.oidc_client_secret.get_secret_value(),
            self.oidc_login_claim,
            frozenset(self.oidc_second_factor.replace(",", " ").split()),
            self.oidc_ca_file,
            self.oidc_timeout_seconds,
        )

    @property
    def sign_in_rules(self) -> Rules:
        """What is demanded of those who sign in."""
        return Rules(
            idle=timedelta(minutes=self.session_idle_minutes),
            longest=timedelta(hours=self.session_hours),
            totp_roles=frozenset(filter(None, self.totp_roles.split(","))),
            code_days=self.first_code_days,
        )

    @property
    def index_access(self) -> Access:
        """How the search engine knows us."""
        return Access(
            self.elasticsearch_api_key.get_secret_value(),
            self.elasticsearch_user,
            self.elasticsearch_password.get_secret_value(),
            self.elasticsearch_ca_file,
        )

    @property
    def anchors(self) -> Path:
        """Where the audit log's heads are written to."""
        return self.anchor_file or self.home / "anchors.jsonl"

    @property
    def hosts(self) -> list[str]:
        """Names under which the web server answers."""
        return [name.strip().lower() for name in self.allowed_hosts.split(",") if name.strip()]

    @property
    def limits(self) -> Limits:
        """What the reader child may spend on a file."""
        return Limits(
            max_pages=self.max_pages, page_seconds=self.page_seconds, memory_bytes=self.reader_memory_bytes
        )


class _OfFile(Settings):
    """Settings of another site: what this process's environment says is not its."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *others: PydanticBaseSettingsSource,
        **named: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what was read from the file."""
        return (init_settings,)


def load_settings() -> Settings:
    """Read the environment; raises UsageError that names the wrong setting."""
    return _checked(Settings)


def settings_of_file(path: Path) -> Settings:
    """Read a file of lines KHOSO_NAME=value, as systemd and compose do; other names are passed over."""
    try:
        lines = dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("bad_settings_file", path=path, error=error) from error
    values = {name[len(PREFIX) :].lower(): value for name, value in lines.items() if name.startswith(PREFIX)}
    if not values:
        raise UsageError("bad_settings_file", path=path, error=f"no line {PREFIX}NAME=value")
    return _checked(lambda: _OfFile(**values))  # type: ignore[arg-type]  # text: checked by pydantic


def _checked(read: Callable[[], Settings]) -> Settings:
    try:
        raw = read()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise UsageError("bad_setting", name=name, error=first["msg"]) from error
    home = raw.home.expanduser().absolute()
    return raw.model_copy(
        update={
            "home": home,
            "database_url": raw.database_url or f"sqlite:///{home}/khoso.db",
            "store_url": raw.store_url or f"file:{home}/objects",
            "index_url": raw.index_url or f"tantivy:{home}/index",
        }
    )


def wrong_settings() -> list[UsageError]:
    """Everything that is wrong with the environment's values, not only the first."""
    try:
        Settings()
    except ValidationError as error:
        return [
            UsageError("bad_setting", name=PREFIX + str(each["loc"][0]).upper(), error=each["msg"])
            for each in error.errors()
        ]
    return []

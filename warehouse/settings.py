"""Settings: environment variables KHOSO_..., with defaults under one home folder."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from warehouse.errors import UsageError
from warehouse.records import Limits


class Settings(BaseSettings):
    """What an operator may set; every name is an environment variable with the prefix KHOSO_."""

    model_config = SettingsConfigDict(env_prefix="KHOSO_", frozen=True)

    home: Path = Path("var")
    database_url: str = ""
    store_url: str = ""
    index_url: str = ""
    queue_url: str = Field(default="local:", pattern=r"^(local:$|rediss?://|amqps?://)")

    max_pages: int = Field(default=3000, ge=1)
    max_file_bytes: int = Field(default=2 * 1024**3, ge=1)
    page_seconds: int = Field(default=120, ge=1)
    reader_memory_bytes: int = Field(default=2 * 1024**3, ge=512 * 1024**2)

    lease_seconds: float = Field(default=30, gt=0)
    unit_cap: int = Field(default=4, ge=1)
    review_below: float = Field(default=0.85, ge=0, le=1)

    @property
    def limits(self) -> Limits:
        """What the reader child may spend on a file."""
        return Limits(
            max_pages=self.max_pages, page_seconds=self.page_seconds, memory_bytes=self.reader_memory_bytes
        )


def load_settings() -> Settings:
    """Read the environment; raises UsageError that names the wrong setting."""
    try:
        raw = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "KHOSO_" + str(first["loc"][0]).upper()
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

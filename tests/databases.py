"""Empty databases for tests: SQLite files, or PostgreSQL's where KHOSO_TEST_POSTGRESQL_URL names a server.

Making tables takes long, so that is done once: a test gets a copy of the made one.
"""

import os
import shutil
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text

POSTGRESQL = os.environ.get("KHOSO_TEST_POSTGRESQL_URL")


class Databases:
    """Names of new databases under a folder (SQLite) or on the server (PostgreSQL)."""

    def __init__(self) -> None:
        self._made: set[str] = set()

    def new(self, folder: Path) -> str:
        """The URL of a database without tables."""
        return self._create() if POSTGRESQL else f"sqlite:///{folder / 'khoso.db'}"

    def copy(self, url: str, folder: Path) -> str:
        """A copy of a database that nobody uses at the moment."""
        if POSTGRESQL:
            return self._create(f'TEMPLATE "{make_url(url).database}"')
        return f"sqlite:///{shutil.copy(make_url(url).database or '', folder / 'khoso.db')}"

    def encoded(self, encoding: str) -> str:
        """The URL of an empty database of another encoding; PostgreSQL alone has those."""
        return self._create(f"TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'")

    def drop(self, url: str) -> None:
        """End a database; a file goes with its folder."""
        if POSTGRESQL:
            name = make_url(url).database
            # WITH (FORCE) would want the right to end the server's own vacuuming, too
            self._run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                f" WHERE datname = '{name}' AND usename = current_user"
            )
            self._run(f'DROP DATABASE "{name}"')
            self._made.remove(url)

    def drop_all(self) -> None:
        """End what is left."""
        for url in list(self._made):
            self.drop(url)

    def _create(self, template: str = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'vi'") -> str:
        name = f"khoso_{uuid4().hex}"
        self._run(f'CREATE DATABASE "{name}" {template}')
        url = make_url(POSTGRESQL or "").set(database=name).render_as_string(hide_password=False)
        self._made.add(url)
        return url

    def _run(self, statement: str) -> None:
        engine = create_engine(POSTGRESQL or "", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

"""Which URLs and keys a store is opened with."""

import socket

import pytest
from pydantic import SecretStr

from warehouse.errors import UsageError
from warehouse.settings import Settings
from warehouse.store import open_store

S3 = "s3://scans?endpoint=http://127.0.0.1:9000"


@pytest.mark.parametrize(
    "url",
    [
        "file://host/objects",
        "ftp:objects",
        "s3://scans",
        "s3://Scans?endpoint=http://127.0.0.1:9000",
        "s3://key:secret@scans?endpoint=http://127.0.0.1:9000",
        "s3://scans?endpoint=127.0.0.1:9000",
        "s3://scans?endpoint=http://127.0.0.1:9000/folder",
        f"{S3}&prefix=hồ-sơ",
        f"{S3}&verify=no",
    ],
)
def test_a_url_that_means_nothing_here_is_a_wrong_setting(url: str) -> None:
    keys = {"s3_access_key": "a", "s3_secret_key": SecretStr("b")}
    with pytest.raises(UsageError, match="KHOSO_STORE_URL"):
        open_store(Settings.model_validate({"store_url": url, **keys}))


@pytest.mark.parametrize("name", ["KHOSO_S3_ACCESS_KEY", "KHOSO_S3_SECRET_KEY"])
def test_an_object_store_without_a_key_is_a_wrong_setting(name: str) -> None:
    keys = {"KHOSO_S3_ACCESS_KEY": "a", "KHOSO_S3_SECRET_KEY": "b", name: ""}
    given = {key.removeprefix("KHOSO_").lower(): value for key, value in keys.items()}
    with pytest.raises(UsageError, match=name):
        open_store(Settings.model_validate({"store_url": S3, **given}))


def test_opening_asks_nothing_of_the_server_so_that_other_commands_work_while_it_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"s3://scans?endpoint=http://127.0.0.1:{server.getsockname()[1]}"
        open_store(Settings(store_url=url, s3_access_key="a", s3_secret_key=SecretStr("b")))
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()


def test_the_secret_key_is_not_printed_with_the_settings() -> None:
    assert "hush" not in repr(Settings(s3_secret_key=SecretStr("hush")))

"""The files of deploy/ say what is so: settings, packages, commands; and the programs that read them take them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ingest.bell import LOCAL
from search.index import open_index
from tests.test_readme import ALL, ROOT
from warehouse.database import Database
from warehouse.settings import Settings, load_settings
from warehouse.store import open_store

DEPLOY = ROOT / "deploy"
EXAMPLE = (DEPLOY / "khoso.env.example").read_text(encoding="utf-8")
GUIDE = (DEPLOY / "GUIDE.md").read_text(encoding="utf-8")
CODE = [*re.findall(r"^```\w*\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL), *re.findall(r"`[^`\n]+`", GUIDE)]
COMPOSE = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
UNITS = sorted((DEPLOY / "systemd").iterdir())
KHOSO = Path(sys.executable).with_name("khoso")
COMPOSER = next(
    (
        form
        for form in (["docker-compose"], ["docker", "compose"])
        if shutil.which(form[0])
        and not subprocess.run([*form, "version"], capture_output=True, check=False).returncode
    ),
    [],
)
SETTING = re.compile(r"^(# )?KHOSO_([A-Z0-9_]+)=(.*)$", re.MULTILINE)


def ran(*command: object, **environment: str) -> str:
    """What a program says that took a file; it must be content."""
    done = subprocess.run(
        [str(word) for word in command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def needs(program: str) -> Any:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"needs {program}")


def settings_of(monkeypatch: pytest.MonkeyPatch, *, server: bool) -> Settings:
    """The site that the example describes: as it stands, or with the lines for server engines."""
    for name in [name for name in os.environ if name.startswith("KHOSO_")]:
        monkeypatch.delenv(name)
    for commented, name, value in SETTING.findall(EXAMPLE):
        if server or not commented:
            monkeypatch.setenv(f"KHOSO_{name}", value.strip("'"))
    return load_settings()


def test_every_setting_stands_in_the_example_each_with_its_comment_and_no_other() -> None:
    assert {name for _, name, _ in SETTING.findall(EXAMPLE)} == {
        name.upper() for name in Settings.model_fields
    }
    for paragraph in EXAMPLE.strip().split("\n\n")[1:]:
        comment, *lines = paragraph.splitlines()
        assert comment.startswith("# ")
        assert not SETTING.match(comment)
        assert len({match[2] for line in lines if (match := SETTING.fullmatch(line))}) == 1, paragraph
        assert all(SETTING.fullmatch(line) for line in lines), paragraph


def test_the_example_as_it_stands_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    example = settings_of(monkeypatch, server=False)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"KHOSO_{name.upper()}", raising=False)
    monkeypatch.setenv("KHOSO_HOME", "/var/lib/khoso")
    assert example == load_settings()


def test_the_lines_for_server_engines_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(monkeypatch, server=True)
    assert Database(settings.database_url).url.host == "db.example.vn"
    open_store(settings)
    assert settings.queue_url != LOCAL
    # either a key or user and password; the authority's file is not on this machine
    access = settings.index_access
    for one in (
        {"api_key": access.api_key},
        {"user": access.user, "password": access.password},
    ):
        open_index(settings.index_url, type(access)(**one)).close()


def test_the_image_has_the_packages_that_set_up_installs() -> None:
    setup = re.search(r"^packages=\((.*)\)$", (DEPLOY / "setup.sh").read_text(encoding="utf-8"), re.MULTILINE)
    image = re.search(r"recommends \\\n(.*)\\\n", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    assert setup
    assert image
    assert set(image[1].split()) == set(setup[1].split()) - {"make"}


def test_what_the_image_is_built_from_is_there_and_let_in() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    let_in = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    names = [name for line in copied for name in line.split()]
    assert names
    assert all((ROOT / name).exists() for name in names)
    assert {f"!{name}" for name in names} == {line for line in let_in if line.startswith("!")}


def test_compose_pins_every_image_publishes_no_port_and_knows_no_password() -> None:
    assert all(re.search(r":\d[\w.-]*$", image) for image in re.findall(r"image: (\S+)", COMPOSE))
    assert "ports:" not in COMPOSE
    secrets = re.findall(r"\$\{([A-Z0-9_]+_(?:PASSWORD|KEY))(\S\S)", COMPOSE)
    assert {name for name, _ in secrets} == {
        "POSTGRESQL_PASSWORD", "S3_SECRET_KEY", "ELASTICSEARCH_PASSWORD", "REDIS_PASSWORD",
    }  # fmt: skip
    assert {form for _, form in secrets} == {":?"}  # required
    told = set(re.findall(r"KHOSO_([A-Z0-9_]+):", COMPOSE))
    assert told <= {name.upper() for name in Settings.model_fields}


@pytest.mark.skipif(not COMPOSER, reason="needs docker compose")
def test_compose_takes_its_file_if_and_only_if_it_is_given_all_passwords() -> None:
    file = [*COMPOSER, "--file", DEPLOY / "compose.yaml", "config", "--quiet"]
    names = sorted(set(re.findall(r"\$\{([A-Z0-9_]+):\?", COMPOSE)))
    ran(*file, **dict.fromkeys(names, "secret"))
    with pytest.raises(AssertionError, match="required variable"):
        ran(*file, **dict.fromkeys(names[1:], "secret"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_gives_up_rights_and_starts_a_command_that_exists(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    if unit.suffix == ".timer":
        assert unit.with_suffix(".service") in UNITS
        return
    (command,) = re.findall(r"^ExecStart=/opt/khoso/.venv/bin/(khoso \w+)", text, re.MULTILINE)
    assert command in ALL
    for line in ("User=khoso", "NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "UMask=0077"):
        assert line in text.splitlines()


@needs("systemd-analyze")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_every_line_of_a_unit(unit: Path, tmp_path: Path) -> None:
    for other in UNITS:
        text = other.read_text(encoding="utf-8").replace("/opt/khoso/.venv/bin/khoso", str(KHOSO))
        (tmp_path / other.name.replace("@", "@06184")).write_text(text, encoding="utf-8")
    said = ran("systemd-analyze", "verify", "--man=no", tmp_path / unit.name.replace("@", "@06184"))
    assert str(tmp_path) not in said


@needs("nginx")
@needs("openssl")
def test_nginx_takes_its_example(tmp_path: Path) -> None:
    ran(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 1,
        "-subj", "/CN=khoso.example.vn", "-keyout", tmp_path / "khoso.key", "-out", tmp_path / "khoso.pem",
    )  # fmt: skip
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for folder in ("/etc/khoso/tls", "/var/log/nginx"):
        site = site.replace(folder, str(tmp_path))
    (tmp_path / "site.conf").write_text(re.sub(r"listen (\S*?)(80|443)", r"listen \g<1>2\2", site))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}} http {{ include {tmp_path}/site.conf; }}"
    )
    ran("nginx", "-t", "-c", tmp_path / "nginx.conf")
    assert "client_max_body_size 2049m;" in site  # the largest file, and what a form lays around it
    assert Settings().max_file_bytes == 2048 << 20


def test_every_command_of_the_guide_exists_with_the_options_it_is_given() -> None:
    lines = re.findall(r"(?:^|`|\S )khoso ([a-z][^`\n|;]*)", "\n".join(CODE), re.MULTILINE)
    assert lines
    for line in lines:
        words = line.split()
        names = [name for size in (2, 1) if (name := " ".join(["khoso", *words[:size]])) in ALL]
        assert names, line
        below = [command for name, command in ALL.items() if f"{name} ".startswith(f"{names[0]} ")]
        options = {
            word
            for command in below
            for each in command.params
            for word in [*each.opts, *each.secondary_opts]
        }
        assert set(re.findall(r"--[a-z-]+", line)) <= options | {"--help"}, line


def test_every_file_that_the_guide_names_exists() -> None:
    named = re.findall(r"\bdeploy/[\w.@/-]+\w(?![*\w-])", GUIDE)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []

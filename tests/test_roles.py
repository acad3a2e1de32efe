"""The README's table of roles says exactly what warehouse.rights gives."""

import re
from pathlib import Path
from typing import get_args

from warehouse.rights import ACTS, CLASSES, USUAL_CLASSES, Act, Role

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def told() -> dict[str, set[str]]:
    """The roles that may do each act, as the README tells."""
    lines = README.split("| Act |", 1)[1].splitlines()
    roles = [cell.strip() for cell in lines[0].strip(" |").split("|")]
    assert tuple(roles) == get_args(Role)
    table = {}
    for line in lines[2:]:
        if not line.startswith("| `"):
            break
        first, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        table[first.split("`")[1]] = {role for role, cell in zip(roles, cells, strict=True) if cell == "yes"}
    return table


def test_the_table_of_roles_is_that_of_the_program() -> None:
    assert told() == {act: {role for role, acts in ACTS.items() if act in acts} for act in get_args(Act)}


def test_nobody_reads_papers_by_managing_counting_or_auditing_them() -> None:
    of_content = {"read", "find_person", "export", "correct", "approve"}
    for role in ("manager", "admin", "auditor", "unit_admin"):
        assert not ACTS[role] & of_content, role  # type: ignore[index]


def test_every_class_stands_in_the_readme_and_the_usual_ones_are_said_to_be_usual() -> None:
    section = README.split("Classes follow from the type", 1)[1].split("An access session", 1)[0]
    named = set(re.findall(r"`([a-z_]+)`", section))
    assert named == CLASSES
    assert set(re.findall(r"`([a-z_]+)`", section.split(" are read\n")[0].split("ones;")[0])) == USUAL_CLASSES

"""The reference of the pack format says what the code says, and everything it shows works."""

from __future__ import annotations

import re
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from cscheck.data import lexicons
from cscheck.judge import Standards
from cscheck.lint import lint
from cscheck.operators import OPERATORS, read_condition
from cscheck.selftest import selftest, selftest_cues, selftest_states
from cscheck.source import Faults, read_yaml

TOOLS = Path(__file__).parents[1] / "tools"
COMMAND = "python tools/make_pack_reference.py"


@pytest.fixture(scope="module")
def tool() -> dict[str, Any]:
    """The names of the script that makes the reference."""
    return run_path(str(TOOLS / "make_pack_reference.py"))


def test_the_committed_reference_is_what_the_script_makes(tool: dict[str, Any]) -> None:
    """lexicons/README.md is up to date with docstrings, keys, codes and shipped data."""
    made = tool["reference"]((TOOLS / "pack_reference.md").read_text(encoding="utf-8"))
    assert (lexicons() / "README.md").read_text(encoding="utf-8") == made, f"lexicons/README.md is stale: run {COMMAND}"


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("| `id` `title` | . |\n| `examples` | . |", "the table of cscheck.states.STATE_KEYS lacks `when`: add a row"),
        (
            "| `id` `title` `when` | `x` |\n| `examples` `why` | . |",
            "the table of cscheck.states.STATE_KEYS tells of `why`, which there is not: take the row out",
        ),
    ],
    ids=["lacks a key", "tells of too much"],
)
def test_a_table_that_went_stale_is_refused(tool: dict[str, Any], rows: str, fault: str) -> None:
    """A table of keys must name, in its first column, the keys of the code and no others."""
    template = f"<!-- rows: cscheck.states.STATE_KEYS -->\n| 键 | 含义 |\n|---|---|\n{rows}\n\n其余\n"
    with pytest.raises(SystemExit) as ended:
        tool["reference"](template)
    assert ended.value.code == f"pack_reference.md: {fault}"


def test_all_that_the_reference_shows_passes_lint_and_its_examples(tmp_path: Path) -> None:
    """The rules, the cue, the state and the word class that it shows make a pack without a fault."""
    text = (lexicons() / "README.md").read_text(encoding="utf-8")
    for name, shown in re.findall(r"^```yaml\n# (\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(shown, encoding="utf-8")
    library, problems = lint([str(tmp_path / "mypack")])
    report = selftest(library.rules, library.cues)

    assert problems == []
    assert [rule.id for rule in library.rules] == ["yunfan.install-date", "yunfan.visit-window"]
    assert (report.examples, report.problems) == (9, ())
    assert [cue.id for cue in library.own_cues] == ["weather"]
    assert selftest_cues(library.cues, library.own_cues) == ()
    assert [state.id for state in library.own_states] == ["customer_moving"]
    assert selftest_states(library.own_states, library.cues) == ()


@pytest.mark.parametrize("name", OPERATORS)
def test_the_line_in_an_operators_docstring_is_read(tool: dict[str, Any], name: str, tmp_path: Path) -> None:
    """Each operator's docstring has a second paragraph that begins with a line of YAML, and rules can say that line."""
    second = tool["operator_docs"]()[name][1]
    shown = re.match(r"YAML: ``(.+?)``", second)
    assert shown is not None
    line = re.sub(r"^(after|before|around)(?=:)", name, shown[1])
    assert line.startswith(f"{name}:")
    (tmp_path / "condition.yaml").write_text(line, encoding="utf-8")
    (tmp_path / "state.yaml").write_text("phrases: [投诉]", encoding="utf-8")
    faults = Faults([])
    node, state = (read_yaml(tmp_path / name, faults) for name in ("condition.yaml", "state.yaml"))
    assert node is not None and state is not None
    faults.states["customer_upset"] = state
    read_condition(node, Standards(), faults)
    assert faults.problems == []

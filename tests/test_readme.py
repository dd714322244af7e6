"""What the READMEs say is true: the commands come first, and the rule in them passes its own examples."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cscheck.pack import load_packs
from cscheck.selftest import selftest

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")


@pytest.mark.parametrize("name", [name for name in READMES if (ROOT / name).is_file()])
def test_the_two_commands_come_first(name: str) -> None:
    """The first code block scores the examples, the second runs the tests."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)

    assert "cscheck score examples/" in blocks[0]
    assert blocks[1].rstrip().endswith(".venv/bin/pytest")


@pytest.mark.parametrize("name", [name for name in READMES if (ROOT / name).is_file()])
def test_the_rule_of_the_readme_passes_its_examples(name: str, tmp_path: Path) -> None:
    """The rule that shows how to write one loads and finds exactly what it marks."""
    text = (ROOT / name).read_text(encoding="utf-8")
    (rule,) = (
        block for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) if "examples:" in block
    )
    (tmp_path / "pack.yaml").write_text("id: shop\ntitle: 网店\nversion: 1.0.0\n", encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(rule, encoding="utf-8")
    library = load_packs([str(tmp_path)])

    report = selftest(library.rules, library.cues)

    assert (report.examples, report.problems) == (4, ())

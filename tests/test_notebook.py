"""The notebook runs from its first cell to its last, and says what its prose promises."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from openpyxl import load_workbook

ROOT = Path(__file__).parents[1]
QUICKSTART = ROOT / "examples" / "quickstart.ipynb"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    """The notebook with its outputs, run beside a copy of the examples."""
    root = tmp_path_factory.mktemp("root")
    shutil.copytree(ROOT / "examples", root / "examples")
    home = root / "examples"
    notebook = nbformat.read(QUICKSTART, as_version=4)
    # the commands of this environment, not of another one that stands earlier in the path
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(home)}})
    client.execute(env={**os.environ, "PATH": path})
    return notebook


def outputs(notebook: nbformat.NotebookNode, sign: str, kind: str) -> str:
    """Return what the one cell with ``sign`` in its source put out, as ``kind`` (stream, text/html, …)."""
    (cell,) = (cell for cell in notebook.cells if cell.cell_type == "code" and sign in cell.source)
    return "".join(
        output.text if output.output_type == "stream" else output.get("data", {}).get(kind, "")
        for output in cell.outputs
        if (output.output_type == "stream") == (kind == "stream")
    )


def test_the_notebook_is_short_and_clean() -> None:
    """It has at most 15 cells and is committed without outputs."""
    notebook = nbformat.read(QUICKSTART, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(notebook.cells) <= 15
    assert [(cell.outputs, cell.execution_count) for cell in code] == [([], None)] * len(code)


def test_the_results_show_themselves(ran: nbformat.NotebookNode) -> None:
    """The tables and the conversation are shown with their evidence marked."""
    notebook = ran
    (summary,) = (cell for cell in notebook.cells if cell.source == "before")
    assert "4 通会话" in summary.outputs[0].data["text/html"]
    assert "百分之百没问题</mark>" in outputs(notebook, "before.conversation(", "text/html")
    assert "放过的" in outputs(notebook, "checker.check(", "text/html")


def test_the_rule_of_the_notebook_changes_the_score(ran: nbformat.NotebookNode) -> None:
    """Its own rule passes its examples and costs the conversation that it is about points."""
    notebook = ran
    assert "1 rules, 4 examples: 0 wrong, 0 known misses" in outputs(notebook, "cscheck test", "stream")
    assert "HL20260902003" in outputs(notebook, "stricter = ", "text/html")
    assert outputs(notebook, "先复核", "stream").startswith("先复核： HL20260901002")


def test_the_workbook_of_the_notebook_holds_the_new_rule(ran: nbformat.NotebookNode) -> None:
    """The workbook is where the last cell says, and names the rule."""
    book = load_workbook(Path(outputs(ran, "to_excel(", "stream").strip()) / "质检.xlsx", read_only=True)
    head, *rows = book["命中"].iter_rows(values_only=True)
    assert "yunfan.install-date" in {row[head.index("规则ID")] for row in rows}
    book.close()

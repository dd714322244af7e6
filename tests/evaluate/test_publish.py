"""``cscheck evaluate`` as users run it: what is printed, what is written, and how it ends."""

from __future__ import annotations

import json
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow.parquet as pq
import pytest

from cscheck import Checker
from cscheck.cli import app
from cscheck.errors import InputError

PACK = Path(__file__).parent / "pack"
ITEMS = [("我打包票", ["promise"]), ("=保准\n备", []), ("笨死", ["insult"])]


class Ran(NamedTuple):
    exit_code: object
    stdout: str
    stderr: str


def run(*args: object) -> Ran:
    """Run the command line in this process."""
    with (
        redirect_stdout(StringIO()) as out,
        redirect_stderr(StringIO()) as err,
        pytest.raises(SystemExit) as ended,
    ):
        app(["evaluate", *map(str, args)])
    return Ran(ended.value.code, out.getvalue(), err.getvalue())


@pytest.fixture
def items(tmp_path: Path) -> Path:
    path = tmp_path / "items.jsonl"
    lines = [{"id": f"i{n}", "text": text, "labels": labels} for n, (text, labels) in enumerate(ITEMS)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_the_figures_are_printed(items: Path) -> None:
    """The summary, the judged categories, the rules that fire and the confusions stand on standard output."""
    found = run(items, "--pack", PACK)
    assert (found.exit_code, found.stderr) == (0, "")
    assert found.stdout.startswith("forbidden (不该说的): 3 turns (话轮) judged, 2 violations\n")
    assert "\n  F1 0.500 (" in found.stdout and "\n  clean ones flagged 1/1 = 1.000 (" in found.stdout
    assert "\n│ own.promise │ 打包票 " in found.stdout
    assert "绝对化承诺" in found.stdout and "own.sure" in found.stdout
    assert "表达规范" not in found.stdout and "own.fool" not in found.stdout
    assert found.stdout.endswith("2 misses (漏判与误判): written with --out\n")


def test_tables_are_written(items: Path, tmp_path: Path) -> None:
    """--out holds every table as Parquet and as CSV, and run.json what they were made of."""
    out = tmp_path / "out"
    found = run(items, "--pack", PACK, "--out", out, "--noise")
    assert found.exit_code == 0
    names = ["summary", "categories", "rules", "overlap", "confusion", "misses", "noise"]
    written = sorted([f"{name}.{kind}" for name in names for kind in ("parquet", "csv")] + ["run.json"])
    assert sorted(path.name for path in out.iterdir()) == written
    assert pq.read_table(out / "noise.parquet")["level"].to_pylist() == [0.0, 0.05, 0.1, 0.2]
    misses = pd.read_csv(out / "misses.csv", encoding="utf-8-sig")
    assert misses["text"].tolist() == ["=保准\n备", "笨死"]
    record = json.loads((out / "run.json").read_text())
    assert list(record["inputs"]) == [str(items)] and record["packs"] == [str(PACK)]
    assert record["command"] == "evaluate"


def test_a_later_run_leaves_nothing_of_an_earlier_one(items: Path, tmp_path: Path) -> None:
    """What an earlier run with --noise and --excel wrote goes where a later one does not write it; other files stay."""
    out = tmp_path / "out"
    assert run(items, "--pack", PACK, "--out", out, "--noise", "--excel").exit_code == 0
    (out / "notes.txt").write_text("mine")
    earlier = {path.name for path in out.iterdir()}
    assert run(items, "--pack", PACK, "--out", out).exit_code == 0
    assert earlier - {path.name for path in out.iterdir()} == {"noise.csv", "noise.parquet", "evaluation.xlsx"}


def test_the_workbook_shows_what_was_said(items: Path, tmp_path: Path) -> None:
    """With --excel the tables are sheets, and a text that begins like a formula stays a text."""
    out = tmp_path / "out"
    assert run(items, "--pack", PACK, "--out", out, "--excel").exit_code == 0
    sheets = pd.read_excel(out / "evaluation.xlsx", sheet_name=None, engine="calamine")
    assert list(sheets) == ["summary", "categories", "rules", "overlap", "confusion", "misses", "intervals"]
    assert sheets["misses"]["text"].tolist() == ["=保准\n备", "笨死"]
    assert sheets["categories"].set_index("category")["tp"]["promise"] == 1


def test_a_second_run_gives_the_same_bytes(items: Path, tmp_path: Path) -> None:
    """A folder that holds an earlier run is written again, and its tables are the same."""
    out = tmp_path / "out"
    run(items, "--pack", PACK, "--out", out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert run(items, "--pack", PACK, "--out", out).exit_code == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_run_of_score_is_not_replaced(items: Path, tmp_path: Path) -> None:
    """A folder of cscheck score is refused before anything is measured, and one of evaluate by score."""
    scored, measured = tmp_path / "scored", tmp_path / "measured"
    path = tmp_path / "a.csv"
    path.write_text("会话ID,角色,内容\na,客服,打包票\n", encoding="utf-8")
    checker = Checker(PACK)
    checker.score_files([path], scored)
    before = {file.name: file.read_bytes() for file in scored.iterdir()}
    found = run(items, "--pack", PACK, "--out", scored)
    message = "[I133] --out holds a run of cscheck score, which cscheck evaluate does not replace: name a new folder"
    assert (found.exit_code, found.stderr) == (1, f"{scored}: {message}\n")
    assert {file.name: file.read_bytes() for file in scored.iterdir()} == before
    run(items, "--pack", PACK, "--out", measured)
    with pytest.raises(InputError, match=r"\[I133\] --out holds a run of cscheck evaluate, which cscheck score does"):
        checker.score_files([path], measured)


def test_a_reviewed_sheet_is_measured_without_rules(tmp_path: Path) -> None:
    """A sheet of reviewed findings gives precision by rule and by category."""
    path = tmp_path / "reviewed.csv"
    path.write_text("会话ID,轮次,规则ID,类别,复核结论\na,0,r.x,推诿,属实\na,1,r.x,推诿,误判\n", encoding="utf-8")
    found = run(path, "--out", tmp_path / "out")
    assert found.exit_code == 0
    assert "r.x" in found.stdout and "0.500 (0.09–0.91)" in found.stdout
    assert found.stdout.splitlines()[-2:] == [
        "复核 2 条，属实 1，误判 1，准确率 0.500 (0.09–0.91)",
        "95 % intervals (区间) – precision: Wilson",
    ]
    assert pq.read_table(tmp_path / "out" / "reviewed_rules.parquet")["precision"].to_pylist() == [0.5]
    refused = run(path, "--noise")
    message = "--noise mishears labelled turns, and here are only reviewed findings (复核): leave it out"
    assert (refused.exit_code, refused.stdout, refused.stderr) == (1, "", f"{path}: [I138] {message}\n")


def test_faults_end_with_1_and_nothing_written(items: Path, tmp_path: Path) -> None:
    """A faulty file is named on standard error; a folder with other files is left alone."""
    (tmp_path / "bad.csv").write_text("a\n1\n")
    found = run(items, tmp_path / "bad.csv", "--out", tmp_path / "out")
    assert (found.exit_code, found.stdout) == (1, "")
    assert found.stderr.startswith(f"{tmp_path}/bad.csv: [I156] ")
    assert not (tmp_path / "out").exists()
    foreign = run(items, "--out", tmp_path)
    assert foreign.exit_code == 1 and "[I133]" in foreign.stderr


def test_excel_needs_a_folder(items: Path) -> None:
    """--excel without --out is wrong usage."""
    assert run(items, "--excel").exit_code == 2

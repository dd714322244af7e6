"""The batch job: all or nothing, nothing dropped in silence, and the same bytes in every run."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cscheck.categories import load_categories
from cscheck.checker import Checker
from cscheck.data import lexicons
from cscheck.errors import InputError
from cscheck.job import Step
from cscheck.tables import FINDINGS, conversations_schema
from cscheck.turntable import REJECTS

PACKS = Path(__file__).parent / "packs"
NEAR = PACKS / "good" / "near"
TABLES = ("findings", "conversations", "agents", "teams", "weeks", "rejects")
HEADER = "conversation_id,turn_index,role,agent_id,text\n"


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(NEAR)


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files in three formats with 40 conversations, some of them in two files, read into several partitions."""
    monkeypatch.setattr("cscheck.job.PARTITION_BYTES", 2_000)
    monkeypatch.chdir(tmp_path)
    rows = [
        {"conversation_id": f"c{number:02}", "turn_index": turn, "role": role, "agent_id": agent, "text": text}
        for number in range(40)
        for turn, (role, text) in enumerate([("agent", "您好"), ("customer", "能到吗"), ("agent", "我打包票")])
        for agent in (f"700{number % 3}" if number % 7 else None,)
    ]
    lines = [",".join(str(value or "") if value != 0 else "0" for value in row.values()) for row in rows[:60]]
    Path("a.csv").write_text(HEADER + "\n".join(lines) + "\n,0,agent,7001,无会话\n", encoding="utf-8")
    pq.write_table(pa.Table.from_pylist(rows[57:90]), "b.parquet")
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows[90:])
    Path("c.jsonl").write_text(text, encoding="utf-8")
    return [Path("a.csv"), Path("b.parquet"), Path("c.jsonl")]


def csv(path: Path, *lines: str) -> Path:
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def rows_of(out: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(out / f"{name}.parquet").to_pylist()
    return found


def tables(out: Path) -> dict[str, bytes]:
    return {name: (out / f"{name}.parquet").read_bytes() for name in TABLES}


def test_the_order_of_files_does_not_matter(checker: Checker, many: list[Path]) -> None:
    """The tables have the same bytes whatever the order in which the files are named."""
    checker.score_files(many, "one")
    checker.score_files(reversed(many), "two")
    assert tables(Path("one")) == tables(Path("two"))
    assert len(rows_of(Path("one"), "findings")) == 40


def test_the_number_of_workers_does_not_matter(checker: Checker, many: list[Path]) -> None:
    """Two processes write the same bytes as one, whatever they are told of the size of partitions."""
    one = checker.score_files(many, "one")
    steps: list[Step] = []
    two = checker.score_files(many, "two", workers=2, progress=steps.append)
    assert tables(Path("one")) == tables(Path("two"))
    assert (two.conversations, two.turns, two.findings) == (one.conversations, one.turns, one.findings) == (40, 120, 40)
    assert [(step.stage, step.done, step.name) for step in steps[:3]] == [
        ("read", 1, "a.csv"),
        ("read", 2, "b.parquet"),
        ("read", 3, "c.jsonl"),
    ]
    assert [step.done for step in steps[3:]] == list(range(1, steps[3].total + 1))
    assert steps[3].total > 2


def test_the_number_of_partitions_changes_no_row(
    checker: Checker, many: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one partition the rows are the same as with several; conversations that files share are whole in both."""
    checker.score_files(many, "several")
    monkeypatch.setattr("cscheck.job.PARTITION_BYTES", 10**9)
    checker.score_files(many, "one")
    for name in TABLES:
        several, one = (sorted(map(repr, rows_of(Path(out), name))) for out in ("several", "one"))
        assert several == one


def test_a_conversation_in_two_files_and_formats_is_one(checker: Checker, tmp_path: Path) -> None:
    """Turns of one conversation come together from all files, in order of their index."""
    first = csv(tmp_path / "z.csv", "a,0,agent,7001,您好", "a,2,agent,7001,打包票")
    second = tmp_path / "a.jsonl"
    second.write_text('{"conversation_id":"a","turns":[{"turn_index":1,"role":"customer","text":"能到吗"}]}\n')
    checker.score_files([first, second], tmp_path / "out")
    (conversation,) = rows_of(tmp_path / "out", "conversations")
    assert (conversation["turns"], conversation["agent_turns"], conversation["score"]) == (3, 2, 90.0)
    (finding,) = rows_of(tmp_path / "out", "findings")
    assert (finding["turn_index"], finding["matched"], finding["start"], finding["end"]) == (2, "打包票", 0, 3)


def test_text_files_of_one_name_stay_apart(checker: Checker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two text files of one name without headings, in two folders, hold two conversations."""
    monkeypatch.chdir(tmp_path)
    for name in ("a/x.txt", "b/x.txt"):
        Path(name).parent.mkdir()
        Path(name).write_text("客服：打包票\n", encoding="utf-8")
    checker.score_files(["a/x.txt", "b/x.txt"], "out")
    assert [row["conversation_id"] for row in rows_of(Path("out"), "findings")] == ["a/x-1", "b/x-1"]


def test_input_without_an_agent_is_refused(checker: Checker, tmp_path: Path) -> None:
    """Where no agent speaks in any file nothing can be judged: an error, and no clean sheet."""
    one = csv(tmp_path / "1.csv", "a,0,customer,,打包票吗", "a,1,agent,7001,")
    two = csv(tmp_path / "2.csv", "b,0,bot,,您好", "b,1,customer,,在吗")
    with pytest.raises(InputError) as caught:
        checker.score_files([one, two], tmp_path / "out")
    message = (
        "no agent speaks, only customer (2 turns), bot (1 turns), so nothing can be judged: 1 rows were rejected, for "
        f"example {one}:3: empty text (1 rows); check the role column, and name what means the agent in a mapping "
        "(roles: {value: agent})"
    )
    assert str(caught.value) == f"input: [I135] {message}"
    assert not (tmp_path / "out").exists()
    with pytest.raises(InputError) as caught:
        checker.score(pa.table({"conversation_id": ["a"], "role": ["customer"], "text": ["在吗"]}))
    assert str(caught.value).startswith("<frame>: [I135] no agent speaks, only customer (1 turns), ")
    three = csv(tmp_path / "3.csv", "b,2,agent,7001,打包票")
    assert checker.score_files([one, two, three], tmp_path / "out").findings == 1


def test_the_same_file_twice_is_read_once(checker: Checker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file under two names is one file: nothing is doubled and nothing rejected."""
    monkeypatch.chdir(tmp_path)
    path = csv(Path("a.csv"), "a,0,agent,7001,打包票")
    Path("link.csv").symlink_to(path)
    summary = checker.score_files([path, path, "./a.csv", tmp_path / "a.csv", "link.csv"], "out")
    assert (summary.files, summary.turns, summary.findings, summary.rejects) == (1, 1, 1, 0)


def test_of_duplicates_the_later_by_file_and_line_is_rejected(checker: Checker, tmp_path: Path) -> None:
    """The same turn in two files counts once, that of the earlier file and line; the other is in the rejects."""
    one = csv(tmp_path / "one.csv", "a,0,agent,7001,打包票", "a,0,agent,7001,百分百没问题")
    two = csv(tmp_path / "two.csv", "a,1,agent,7001,好", "a,0,agent,7001,您好")
    checker.score_files([two, one], tmp_path / "out")
    reason = "a second turn 0 of this conversation: the earlier row counts"
    assert rows_of(tmp_path / "out", "rejects") == [
        {"file": str(one), "line": 3, "conversation_id": "a", "turn_index": 0, "reason": reason},
        {"file": str(two), "line": 3, "conversation_id": "a", "turn_index": 0, "reason": reason},
    ]
    assert [finding["matched"] for finding in rows_of(tmp_path / "out", "findings")] == ["打包票"]


def test_rejected_rows_are_explained(checker: Checker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row that cannot be used stands in the rejects with file as given, line and reason, in that order."""
    monkeypatch.chdir(tmp_path)
    csv(
        Path("b.csv"),
        "a,0,agent,7001,您好",
        "a,1,谁,7001,好",
        ",2,agent,7001,好",
        "a,二,agent,7001,好",
        "a,4,agent,7001,",
    )
    csv(Path("a.csv"), "a,5,agent,7001,好", "a,,agent,7001,打包票")
    summary = checker.score_files(["b.csv", "./a.csv"], "out")
    rejects = rows_of(Path("out"), "rejects")
    assert [(r["file"], r["line"], r["turn_index"]) for r in rejects] == [
        ("./a.csv", 3, None),
        ("b.csv", 3, 1),
        ("b.csv", 4, 2),
        ("b.csv", 5, None),
        ("b.csv", 6, 4),
    ]
    reasons = [r["reason"] for r in rejects]
    assert reasons[0] == "no turn_index, though other turns of this conversation (perhaps in another file) have one"
    assert reasons[1].startswith("unknown role '谁' (known are agent: ")
    assert reasons[2:] == ["no conversation id", "the turn index '二' is not a whole number", "empty text"]
    assert pq.read_schema("out/rejects.parquet").remove_metadata() == REJECTS.remove_metadata()
    assert (summary.rejects, summary.turns, summary.conversations) == (5, 3, 1)
    (conversation,) = rows_of(Path("out"), "conversations")
    assert (conversation["turns"], conversation["findings"]) == (3, 0)


def test_the_faults_of_all_files_are_named_and_nothing_is_written(checker: Checker, tmp_path: Path) -> None:
    """Every file that cannot be read is named in one error, and no folder appears."""
    good = csv(tmp_path / "good.csv", "a,0,agent,7001,您好")
    (tmp_path / "columns.csv").write_text("a,b\n1,2\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "notes.docx").write_text("x")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError) as caught:
        checker.score_files([good, *before], tmp_path / "out")
    found = [(Path(problem.path).name, problem.code) for problem in caught.value.problems]
    assert found == [("columns.csv", "I105"), ("empty.csv", "I103"), ("notes.docx", "I102")]
    assert sorted(tmp_path.iterdir()) == before


def test_paths_that_are_no_files_are_all_named(checker: Checker, tmp_path: Path) -> None:
    """Folders and missing files are named before anything is read."""
    with pytest.raises(InputError) as caught:
        checker.score_files([tmp_path, tmp_path / "no.csv"], tmp_path / "out")
    assert str(caught.value).split("\n") == [
        f"{tmp_path}: [I131] a folder: name its files, for example {tmp_path}/*.csv",
        f"{tmp_path}/no.csv: [I131] no such file",
    ]
    with pytest.raises(InputError) as caught:
        checker.score_files([], tmp_path / "out")
    assert str(caught.value) == "input: [I131] no input file was given"
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_run_stays_where_the_next_one_fails(checker: Checker, tmp_path: Path) -> None:
    """A run that fails leaves the folder of the earlier run as it was, to the byte."""
    good = csv(tmp_path / "good.csv", "a,0,agent,7001,打包票")
    out = tmp_path / "out"
    checker.score_files([good], out)
    before = {path: path.read_bytes() for path in out.iterdir()}
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError):
        checker.score_files([good, tmp_path / "bad.csv"], out)
    assert {path: path.read_bytes() for path in out.iterdir()} == before
    checker.score_files([csv(good, "a,0,agent,7001,您好")], out)
    assert rows_of(out, "findings") == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv", "good.csv", "out"]


def test_a_link_to_a_folder_keeps_pointing_there(checker: Checker, tmp_path: Path) -> None:
    """Where --out is a link, its folder is written and the link stays."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")
    path = csv(tmp_path / "a.csv", "a,0,agent,7001,打包票")
    for _ in range(2):
        checker.score_files([path], tmp_path / "out")
    assert (tmp_path / "out").is_symlink()
    assert len(rows_of(tmp_path / "disk", "findings")) == 1


def test_a_foreign_folder_is_refused_before_reading(checker: Checker, tmp_path: Path) -> None:
    """A folder that holds no earlier run is left alone."""
    path = csv(tmp_path / "a.csv", "a,0,agent,7001,打包票")
    with pytest.raises(InputError) as caught:
        checker.score_files([path], tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["I133"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_empty_findings_are_written(checker: Checker, tmp_path: Path) -> None:
    """Where nothing was found, every table is still there with its columns."""
    checker.score_files([csv(tmp_path / "a.csv", "a,0,agent,7001,您好")], tmp_path / "out")
    schemas = {"findings": FINDINGS, "conversations": conversations_schema(load_categories()), "rejects": REJECTS}
    for name, schema in schemas.items():
        assert pq.read_schema(tmp_path / "out" / f"{name}.parquet").remove_metadata() == schema.remove_metadata()
    assert [len(rows_of(tmp_path / "out", name)) for name in TABLES] == [0, 1, 1, 0, 0, 0]
    files = {*(f"{name}.parquet" for name in TABLES), "run.json"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == files


def test_run_json_traces_the_result(checker: Checker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """run.json names versions, packs with their digest, inputs with theirs, options and counts."""
    monkeypatch.chdir(tmp_path)
    path = csv(Path("a.csv"), "a,0,agent,7001,打包票", "a,1,谁,,好", "b,0,agent,,好")
    summary = checker.score_files([path], "out")
    record = json.loads(Path("out/run.json").read_text(encoding="utf-8"))
    assert {"cscheck", "python", "libraries"} <= record.keys()
    assert record["command"] == "score"
    assert record["packs"] == [{"id": "near", "version": "0.2.0", "rules": 1}]
    assert record["pack_digest"] == checker.library.digest
    scheme = lexicons() / "schemes" / "standard.yaml"
    assert (record["scheme"], record["scheme_digest"]) == ("standard", sha256(scheme.read_bytes()).hexdigest())
    assert record["inputs"] == {"a.csv": sha256(path.read_bytes()).hexdigest()}
    assert record["options"] == {"packs": [str(NEAR)], "workers": 1, "mapping": None, "excel": False}
    counts = {"files": 1, "conversations": 2, "turns": 2, "findings": 1, "errors": 0, "rejects": 1, "agents": 2}
    assert {name: record["counts"][name] for name in counts} == counts
    assert {name: getattr(summary, name) for name in counts} == counts
    assert record["reproducible"] is summary.reproducible is True


def test_run_json_keeps_the_scheme_and_mapping_as_used(tmp_path: Path) -> None:
    """A scheme file is traced by its digest, and a mapping by what it says, whatever becomes of their files."""
    (tmp_path / "own.yaml").write_text("title: 严\nseverity_points: {critical: 9, major: 1, minor: 1}\n", "utf-8")
    (tmp_path / "map.yaml").write_text("columns: {text: 那句}\nroles: {小二: agent}\n", "utf-8")
    (tmp_path / "a.csv").write_text("conversation_id,role,那句\na,小二,打包票\n", "utf-8")
    checker = Checker(NEAR, scheme=tmp_path / "own.yaml")
    checker.score_files([tmp_path / "a.csv"], tmp_path / "out", mapping=tmp_path / "map.yaml")
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["scheme_digest"] == sha256((tmp_path / "own.yaml").read_bytes()).hexdigest()
    mapping = record["options"]["mapping"]
    assert (mapping["columns"], mapping["roles"], mapping["channels"]) == ({"text": "那句"}, {"小二": "agent"}, {})


def test_a_rule_that_runs_out_of_time_is_an_error_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a pattern takes too long, the row says so, costs nothing, and the run is not reproducible."""
    monkeypatch.setattr("cscheck.operators.pattern.BUDGET", 0.02)
    path = csv(tmp_path / "a.csv", f"a,0,agent,7001,{'嗯' * 600}吧呀")
    summary = Checker(PACKS / "lint" / "P213_time").score_files([path], tmp_path / "out")
    (row,) = rows_of(tmp_path / "out", "findings")
    assert {name: row[name] for name in ("kind", "turn_index", "rule_id", "category", "points", "matched")} == {
        "kind": "error",
        "turn_index": 0,
        "rule_id": "own.promise",
        "category": None,
        "points": None,
        "matched": None,
    }
    assert row["message"].startswith("pattern '^(嗯+|好+|行+){1,9}[吧呀]?$' ran out of its 0.02 s")
    (conversation,) = rows_of(tmp_path / "out", "conversations")
    assert (conversation["score"], conversation["findings"], conversation["errors"]) == (100.0, 0, 1)
    assert (summary.errors, summary.findings, summary.reproducible) == (1, 0, False)
    assert json.loads((tmp_path / "out" / "run.json").read_text())["reproducible"] is False


def test_a_transferred_conversation_is_a_row_for_each_agent(checker: Checker, tmp_path: Path) -> None:
    """Where two agents took part, each has a row with the findings of their own part."""
    path = csv(tmp_path / "a.csv", "a,0,agent,7001,您好", "a,1,customer,,好", "a,2,agent,7002,打包票")
    checker.score_files([path], tmp_path / "out")
    rows = rows_of(tmp_path / "out", "conversations")
    assert [(row["agent_id"], row["turns"], row["agent_turns"], row["score"]) for row in rows] == [
        ("7001", 2, 1, 100.0),
        ("7002", 1, 1, 90.0),
    ]
    assert [finding["agent_id"] for finding in rows_of(tmp_path / "out", "findings")] == ["7002"]
    assert [row["agent_id"] for row in rows_of(tmp_path / "out", "agents")] == ["7001", "7002"]


def test_ids_stay_as_written(checker: Checker, tmp_path: Path) -> None:
    """Ids with leading zeros are text and are never made numbers."""
    checker.score_files([csv(tmp_path / "a.csv", "007,0,agent,0012,打包票")], tmp_path / "out")
    (finding,) = rows_of(tmp_path / "out", "findings")
    assert (finding["conversation_id"], finding["agent_id"]) == ("007", "0012")


def test_a_workbook_is_written_when_asked_and_goes_with_its_run(checker: Checker, tmp_path: Path) -> None:
    """qa.xlsx comes with ``excel`` alone; a later run without it leaves no stale one, and one filled in is kept."""
    path, out = csv(tmp_path / "a.csv", "a,0,agent,7001,打包票"), tmp_path / "out"
    steps: list[Step] = []
    checker.score_files([path], out, excel=True, progress=steps.append)
    assert [(step.done, step.total, step.name) for step in steps if step.stage == "write"] == [
        (0, 1, "qa.xlsx"),
        (1, 1, "qa.xlsx"),
    ]
    assert (out / "qa.xlsx").read_bytes()[:2] == b"PK"
    checker.score_files([path], out)
    assert not (out / "qa.xlsx").exists()
    checker.score_files([path], out, excel=True)
    (out / "qa.xlsx").write_bytes(b"filled in")
    before = {file: file.read_bytes() for file in out.iterdir()}
    with pytest.raises(InputError) as caught:
        checker.score_files([path], out, excel=True)
    assert [problem.code for problem in caught.value.problems] == ["I136"]
    assert {file: file.read_bytes() for file in out.iterdir()} == before
    checker.score_files([path], out)
    assert (out / "qa.xlsx").read_bytes() == b"filled in"

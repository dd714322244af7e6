"""The command line: exit codes, what goes to standard output and what to standard error."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest

from cscheck.cli import app

PACKS = Path(__file__).parent / "packs"
NEAR, FAR = str(PACKS / "good" / "near"), str(PACKS / "good" / "far")
BAD = str(PACKS / "bad" / "P104_severity")
EXAMPLES = Path(__file__).parents[1] / "examples"
HEADER = "conversation_id,turn_index,role,agent_id,text\n"


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
        app([str(arg) for arg in args])
    return Ran(ended.value.code, out.getvalue(), err.getvalue())


def csv(path: Path, *lines: str) -> Path:
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_the_version() -> None:
    """--version prints the version and ends."""
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"cscheck {version('cscheck')}\n")


def test_score_writes_a_workbook_when_asked(tmp_path: Path) -> None:
    """--excel adds qa.xlsx to the tables; without it XlsxWriter is not even imported."""
    path = csv(tmp_path / "a.csv", "a,0,agent,7001,打包票")
    assert run("score", path, "--out", tmp_path / "out", "--pack", NEAR, "--excel").exit_code == 0
    assert (tmp_path / "out" / "qa.xlsx").is_file()
    code = "import sys, cscheck.cli; from cscheck import Checker; Checker; print('xlsxwriter' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "False\n"


def test_a_kept_workbook_is_named(tmp_path: Path) -> None:
    """Without --excel a workbook that was filled in stays, and that it is of an earlier run is told; others go."""
    path, out = csv(tmp_path / "a.csv", "a,0,agent,7001,打包票"), tmp_path / "out"
    score = ("score", path, "--out", out, "--pack", NEAR)
    run(*score, "--excel")
    result = run(*score)
    assert (result.exit_code, result.stderr, (out / "qa.xlsx").exists()) == (0, "", False)
    run(*score, "--excel")
    (out / "qa.xlsx").write_bytes(b"filled in")
    result = run(*score)
    told = "is of an earlier run, not of this one: it was kept because it was changed (复核) after it was written"
    assert (result.exit_code, result.stderr) == (0, f"{out}/qa.xlsx {told}\n")
    assert (out / "qa.xlsx").read_bytes() == b"filled in"


def test_score_writes_tables_and_sums_up(tmp_path: Path) -> None:
    """score ends with 0, a summary in Chinese, and nothing on standard error where all is well."""
    path = csv(tmp_path / "a.csv", "a,0,agent,7001,打包票", "b,0,agent,7002,您好")
    result = run("score", path, "--out", tmp_path / "out", "--pack", NEAR)
    assert result.exit_code == 0
    assert result.stdout == f"读了 1 个文件：2 通会话，2 个话轮，2 名坐席\n命中 1 处\n结果在 {tmp_path}/out\n"
    assert result.stderr == ""
    assert pq.read_table(tmp_path / "out" / "findings.parquet")["matched"].to_pylist() == ["打包票"]


def test_conversations_without_a_channel_are_told(tmp_path: Path) -> None:
    """Where rules ask for a channel score tells how many conversations have none, how they are judged, what helps."""
    path, calls = tmp_path / "a.csv", tmp_path / "map.yaml"
    rows = (
        "a,agent,7001,您好,电话",
        "a,agent,7002,您好,",
        "b,agent,7001,您好,",
        "b,agent,7002,您好,",
        "c,agent,7001,您好,",
    )
    path.write_text("\n".join(("会话ID,角色,坐席,内容,渠道", *rows, "")), encoding="utf-8")
    calls.write_text("channel: call\n", encoding="utf-8")
    score = ("score", path, "--out", tmp_path / "out", "--pack", "base")
    assert run(*score).stdout.splitlines()[2:4] == [
        "渠道未知的会话有 2 通：按在线处理，只对电话的规则（自报家门、结束四要素）不检查",
        "  在映射文件（--map）里写 channel: call 或 chat；"
        "有渠道列的写 columns: {channel: 列名}，认不出的值写进 channels",
    ]
    assert "渠道" not in run(*score, "--map", calls).stdout


def test_packs_are_repeated_nearest_first(tmp_path: Path) -> None:
    """--pack may be given several times; the first defines a rule that both have."""
    path = csv(tmp_path / "a.csv", "a,0,agent,7001,打包票", "a,1,agent,7001,保准行")
    result = run("score", path, "--out", tmp_path / "out", "--pack", FAR, "--pack", NEAR)
    assert result.exit_code == 0
    findings = pq.read_table(tmp_path / "out" / "findings.parquet").to_pylist()
    assert [(row["rule_id"], row["severity"]) for row in findings] == [("own.promise", "major"), ("own.sure", "minor")]


@pytest.mark.parametrize(("strict", "code"), [((), 0), (("--strict",), 1)])
def test_rejected_rows_are_counted(tmp_path: Path, strict: tuple[str, ...], code: int) -> None:
    """Rejected rows are told with their reasons; only --strict makes them a failure, and the tables are there."""
    path = csv(tmp_path / "a.csv", "a,0,agent,7001,您好", "a,1,谁,7001,好", ",2,agent,7001,好", "a,3,agent,,好")
    result = run("score", path, "--out", tmp_path / "out", "--pack", NEAR, *strict)
    assert result.exit_code == code
    assert result.stdout.splitlines()[2:] == [
        f"拒收 2 行（逐行见 {tmp_path}/out/rejects.parquet），原因：",
        "  1 行：认不出角色“谁”：在映射文件里写明 roles: {谁: '?'}，"
        "问号换成 agent（客服）、customer（客户）、bot（机器人）或 system（系统）",
        "  1 行：没有会话编号",
        f"结果在 {tmp_path}/out",
    ]
    assert result.stderr == ""
    assert len(pq.read_table(tmp_path / "out" / "rejects.parquet")) == 2


def test_more_reasons_than_are_shown(tmp_path: Path) -> None:
    """Of many reasons of rejects the most frequent are shown, and how many there are."""
    rows = [f"a,{place},{role}" for place, role in enumerate(("谁,7001,好", "甲,7001,好", "agent,7001,"))]
    rows += [",3,agent,7001,好", "a,x,agent,7001,好", "1.2E+17,5,agent,7001,好", "a,6,,7001,好"]
    path = csv(tmp_path / "a.csv", *rows, *(f"a,{place},agent,7001,好" for place in range(10, 20)))
    result = run("score", path, "--out", tmp_path / "out", "--pack", NEAR)
    told = result.stdout.splitlines()
    assert told[2].startswith("拒收 7 行")
    assert (told[-2], len(told)) == ("  …等 7 种原因", 10)


def test_faulty_files_are_all_named(tmp_path: Path) -> None:
    """Files at fault end with 1, all faults on standard error and nothing written."""
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    (tmp_path / "b.doc").write_text("x")
    result = run("score", tmp_path / "a.csv", tmp_path / "b.doc", "--out", tmp_path / "out", "--pack", NEAR)
    assert (result.exit_code, result.stdout) == (1, "")
    first, second = result.stderr.strip().split("\n")
    assert first.startswith(f"{tmp_path}/a.csv") and "[I105]" in first
    assert second.startswith(f"{tmp_path}/b.doc: [I102] ")
    assert not (tmp_path / "out").exists()


def test_a_faulty_pack_ends_a_score(tmp_path: Path) -> None:
    """A pack at fault ends with 1 and its faults; nothing is read or written."""
    path = csv(tmp_path / "a.csv", "a,0,agent,7001,您好")
    result = run("score", path, "--out", tmp_path / "out", "--pack", BAD)
    assert result.exit_code == 1
    message = "severity must be one of critical, major, minor (got 'hi')"
    assert f"{BAD}/rules.yaml:5:13: [P104] rule 'own.promise': {message}" in result.stderr.split("\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "args",
    [
        ("score",),
        ("score", "a.csv"),
        ("score", "a.csv", "--out", "o", "--workers", "0"),
        ("score", "a.csv", "--out", "o", "--colour"),
        ("lint",),
        ("shout",),
    ],
)
def test_wrong_usage(args: tuple[str, ...]) -> None:
    """A command that is not understood ends with 2."""
    assert run(*args).exit_code == 2


def test_lint_of_a_clean_pack() -> None:
    """lint of a pack without problems ends with 0 and one line of summary."""
    result = run("lint", NEAR, FAR)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "2 packs, 2 usable rules, 0 problems\n", "")


def test_lint_names_problems_on_standard_error() -> None:
    """lint ends with 1 where there are problems, each on a line of standard error."""
    folder = PACKS / "lint" / "P201_two_lists"
    result = run("lint", folder)
    assert (result.exit_code, result.stdout) == (1, "1 packs, 1 usable rules, 1 problems\n")
    message = "[P201] rule 'own.promise': the phrase '敢打包票' is shadowed by '打包票', which it holds"
    assert result.stderr == f"{folder}/rules.yaml:10: {message}\n"
    result = run("lint", BAD, "no-such-pack")
    assert (result.exit_code, result.stdout) == (1, "1 packs, 0 usable rules, 2 problems\n")
    assert [line.split("[")[1][:4] for line in result.stderr.strip().split("\n")] == ["P104", "P100"]


def test_lint_of_a_scheme(tmp_path: Path) -> None:
    """A .yaml file is linted as a scheme, alone against the shipped packs or beside the packs that it is meant for."""
    path = tmp_path / "own.yaml"
    path.write_text("extends: standard\ntitle: 自定\nrules: {own.promise: {points: 4}}\n", encoding="utf-8")
    good = run("lint", path, NEAR)
    assert (good.exit_code, good.stdout) == (0, "1 packs, 1 usable rules, 1 schemes, 0 problems\n")
    alone = run("lint", path)
    assert (alone.exit_code, alone.stdout) == (1, "1 schemes, 1 problems\n")
    assert alone.stderr.startswith(f"{path}:3:9: [P404] rules: no pack given has a rule 'own.promise'")


def test_test_runs_the_examples(tmp_path: Path) -> None:
    """test ends with 0 where every example comes out as marked, else with 1 and each that does not."""
    pack = Path(shutil.copytree(NEAR, tmp_path / "own"))
    rules = (pack / "rules.yaml").read_text(encoding="utf-8")
    assert "miss: [我尽量帮您, 好的]" in rules
    good = run("test", pack)
    assert (good.exit_code, good.stdout) == (0, "1 rules, 4 examples: 0 wrong, 0 known misses\n")
    assert good.stderr == ""
    bad = rules.replace("miss: [我尽量帮您, 好的]", "miss: [我尽量帮您, 打包票]\n    known_miss: [我敢打保票]")
    (pack / "rules.yaml").write_text(bad, encoding="utf-8")
    result = run("test", pack, "--known")
    assert result.exit_code == 1
    place = f"{pack}/rules.yaml"
    assert result.stderr == f"{place}:14: [P301] rule 'own.promise': a miss example is hit at 打包票: '打包票'\n"
    assert result.stdout == (
        f"{place}:15: [P302] rule 'own.promise': 我敢打保票\n1 rules, 5 examples: 1 wrong, 1 known misses\n"
    )


def test_test_runs_the_examples_of_a_packs_own_cues(tmp_path: Path) -> None:
    """test runs the examples of the cues in a user's pack too, and names the file of one that comes out wrong."""
    pack = Path(shutil.copytree(NEAR, tmp_path / "own"))
    path = pack / "cues" / "mine.yaml"
    cue = "- {id: mine, title: 线索, parts: [{side: before, phrases: [不]}], examples: {hit: [我⟦保证⟧]}}\n"
    path.write_text(cue, encoding="utf-8")
    result = run("test", pack)
    assert (result.exit_code, result.stdout) == (1, "1 rules, 4 examples: 1 wrong, 0 known misses\n")
    assert result.stderr == f"{path}:1: [P303] cue 'mine' does not act on the marked word: '我⟦保证⟧'\n"


def test_rules_as_json() -> None:
    """rules --json lists every rule with what it rests on and where it stands."""
    result = run("rules", "--pack", NEAR, "--pack", FAR, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    rows = json.loads(result.stdout)
    assert [row["id"] for row in rows] == ["own.promise", "own.sure"]
    assert rows[0] == {
        "id": "own.promise",
        "title": "近：打包票",
        "category": "promise",
        "category_title": "绝对化承诺",
        "polarity": "forbidden",
        "severity": "critical",
        "fatal": False,
        "pack": "near",
        "norms": ["banned.promise.absolute"],
        "advice": "说“尽量”",
        "place": f"{NEAR}/rules.yaml:1",
    }


def test_rules_as_a_table() -> None:
    """rules prints a table with the titles of rules and categories."""
    result = run("rules", "--pack", NEAR)
    assert result.exit_code == 0
    assert "近" in result.stdout
    assert "critical" in result.stdout


def test_explain_tells_one_conversation(tmp_path: Path) -> None:
    """explain shows the conversation whose id is given, with findings and the score."""
    path = csv(tmp_path / "a.csv", "a,0,agent,7001,我打包票", "b,0,agent,7002,您好")
    result = run("explain", path, "--conversation", "a", "--pack", NEAR)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.split("\n")
    assert lines[:3] == ["会话 a（渠道未知）", "    0 客服：我⟦打包票⟧", "命中 1 项"]
    score = "坐席 7001 得分 90（合格；有严重违规，最高为合格）：基础 100"
    assert lines[-3:] == [score, "  − 10 违规行为 第 0 轮 近：打包票（own.promise）", ""]


def test_explain_tells_whence_a_conversation_comes(tmp_path: Path) -> None:
    """A conversation of several files names them, and the rows of it that were not used, with the reason."""
    one = csv(tmp_path / "a.csv", "a,,agent,7001,打包票", "a,,谁,7001,好", "b,,agent,7002,好")
    other = csv(tmp_path / "b.csv", "a,,customer,7001,好", "c,,谁,7001,好", "c,,agent,7001,好")
    lines = run("explain", one, other, "--conversation", "a", "--pack", NEAR).stdout.split("\n")
    assert lines[-4:-2] == [f"来自 2 处：{one}、{other}", "未采用 1 行"]
    assert lines[-2].startswith(f"  {one}:3 认不出角色“谁”")


def test_explain_counts_over_files(tmp_path: Path) -> None:
    """A conversation with times of day that goes on in a second file is told in order."""
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for path, words in zip(paths, (("一", "二"), ("三", "四")), strict=True):
        start = 10 * paths.index(path)
        rows = [f"a,agent,{word},14:20:{start + second:02}" for second, word in enumerate(words, 10)]
        path.write_text("\n".join(["conversation_id,role,text,sent_at", *rows, ""]), encoding="utf-8")
    lines = run("explain", *paths, "--pack", NEAR).stdout.split("\n")
    assert lines[1:5] == ["    0 客服：一", "    1 客服：二", "    2 客服：三", "    3 客服：四"]


def test_explain_names_ids_that_are_alike_first(tmp_path: Path) -> None:
    """Of an id that is not there those come first that differ in case or blanks, hold it, or are nearly it."""
    path = csv(tmp_path / "a.csv", *(f"{name},0,agent,7001,好" for name in ["A1", "B 12", "c", "HL2026003"]))
    for given, first in (("b12", "B 12"), ("003", "HL2026003"), ("HL2026030", "HL2026003")):
        result = run("explain", path, "--pack", NEAR, "--conversation", given)
        assert f"no conversation {given!r} (there are: {first}, " in result.stderr


def test_explain_needs_to_know_which(tmp_path: Path) -> None:
    """Of several conversations one must be named; the only one need not be."""
    path = csv(tmp_path / "a.csv", "a,0,agent,7001,好", "b,0,agent,7002,好")
    result = run("explain", path, "--pack", NEAR)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"{path}: [I134] name one with --conversation (there are: a, b)\n"
    result = run("explain", path, "--pack", NEAR, "--conversation", "c")
    assert result.stderr == f"{path}: [I134] no conversation 'c' (there are: a, b)\n"
    alone = csv(tmp_path / "one.csv", "a,0,agent,7001,好")
    assert run("explain", alone, "--pack", NEAR).stdout.startswith("会话 a")


def test_explain_of_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file ends explain with 1 and its name."""
    result = run("explain", tmp_path / "no.csv", "--pack", NEAR)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{tmp_path}/no.csv: [I101] ")


def test_a_mapping_file(tmp_path: Path) -> None:
    """--map names the columns and roles of a layout of one's own."""
    (tmp_path / "a.csv").write_text("单号,谁,话\n1,小二,打包票\n", encoding="utf-8")
    (tmp_path / "map.yaml").write_text(
        "columns: {conversation_id: 单号, role: 谁, text: 话}\nroles: {小二: agent}\n", encoding="utf-8"
    )
    args = ("--map", tmp_path / "map.yaml", "--pack", NEAR)
    assert run("score", tmp_path / "a.csv", "--out", tmp_path / "out", *args).exit_code == 0
    assert run("explain", tmp_path / "a.csv", *args).stdout.startswith("会话 1")


def test_the_examples_are_scored_together(tmp_path: Path) -> None:
    """All examples, one file in each format and a notebook, are scored in one run; only the notebook is rejected."""
    files = sorted(path for path in EXAMPLES.iterdir() if path.is_file())
    assert {path.suffix for path in files} == {".csv", ".tsv", ".jsonl", ".parquet", ".txt", ".xlsx", ".ipynb"}
    result = run("score", *files, "--out", tmp_path / "out", "--pack", NEAR)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"读了 {len(files)} 个文件：")
    rejects = pq.read_table(tmp_path / "out" / "rejects.parquet").to_pylist()
    assert [(Path(row["file"]).name, row["reason"]) for row in rejects] == [
        ("quickstart.ipynb", "a notebook, no transcript")
    ]
    assert len(pq.read_table(tmp_path / "out" / "conversations.parquet")) > 0


def test_the_installed_command(tmp_path: Path) -> None:
    """As a process, faults go to standard error with exit code 1, and standard output stays empty."""
    command = [sys.executable, "-W", "error", "-m", "cscheck.cli"]
    done = subprocess.run(
        [*command, "score", "no.csv", "--out", str(tmp_path / "out"), "--pack", NEAR],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "no.csv: [I131] no such file\n")


def test_closed_streams_are_no_fault(tmp_path: Path) -> None:
    """Where the shell closed standard output and error, the work is done all the same."""
    source, out = csv(tmp_path / "a.csv", "c,0,agent,7001,您好"), tmp_path / "out"
    command = f"{sys.executable} -m cscheck.cli score {source} --out {out} --pack {NEAR} >&- 2>&-"
    assert subprocess.run(command, shell=True, check=False).returncode == 0
    assert (out / "run.json").exists()


def end_of(command: str) -> tuple[int, str]:
    """Run a shell command whose output may be cut off, buffered as users run it; return exit code and complaints."""
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m cscheck.cli {command}; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        check=False,
        env=surroundings,
        encoding="utf-8",
    )
    return done.returncode, done.stderr


def test_a_reader_who_leaves_is_no_fault(tmp_path: Path) -> None:
    """Where the summary of a run that is done goes to a closed pipe or full disk, the run ends with 0 all the same."""
    source, out = csv(tmp_path / "a.csv", "c,0,agent,7001,您好"), tmp_path / "out"
    score = f"score {source} --out {out} --pack {NEAR}"
    assert end_of(f"{score} | true") == (0, "")
    assert end_of(f"{score} 2>&1 | true") == (0, "")
    full = "the work is done, but its summary cannot be printed: No space left on device\n"
    assert end_of(f"{score} > /dev/full") == (0, full)
    assert end_of(f"{score} --strict > /dev/full 2>&1") == (0, "")
    assert end_of(f"columns {source} --write-map {tmp_path / 'map.yaml'} | true") == (0, "")


@pytest.mark.parametrize("said", ["rules --pack {near} --json", "lint {near}", "norms", "--version", "score --help"])
def test_what_is_printed_alone_must_arrive(said: str) -> None:
    """A reader who leaves, or a closed stream, changes no exit code; a full disk ends with 1 and one line says so."""
    command = said.format(near=NEAR)
    assert end_of(f"{command} | true") == (0, "")
    assert end_of(f"{command} >&-") == (0, "")
    full = "standard output: [I136] cannot be written: No space left on device\n"
    assert end_of(f"{command} > /dev/full") == (1, full)


def test_problems_end_with_1_whoever_listens() -> None:
    """The exit code tells of a pack at fault where nobody reads the summary, too, and of wrong usage."""
    told = "no-such-pack: [P100] neither a shipped pack nor a folder (shipped packs: all, base, ecommerce)\n"
    assert end_of("lint no-such-pack | true") == (1, told)
    assert end_of("lint no-such-pack 2>&1 | true") == (1, "")
    assert end_of("lint no-such-pack > /dev/full 2>&1") == (1, "")
    assert end_of("lint > /dev/full 2>&1") == (2, "")


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (("score", "", "--out", "o"), "INPUT..."),
        (("score", "a.csv", "--out", ""), "--out"),
        (("score", "a.csv", "--out", "o", "--pack", "base", "--pack", ""), "--pack"),
        (("score", "a.csv", "--out", "o", "--scheme", ""), "--scheme"),
        (("score", "a.csv", "--out", "o", "--map", ""), "--map"),
        (("explain", "a.csv", "--conversation", ""), "--conversation"),
        (("diff", "", "b"), "FOLDER"),
        (("columns", "a.csv", "--write-map", ""), "--write-map"),
        (("evaluate", ""), "LABELLED..."),
        (("evaluate", "a.csv", "--out", ""), "--out"),
        (("train", ""), "LABELLED..."),
        (("train", "a.csv", "--out", ""), "--out"),
        (("test", ""), "PACK..."),
        (("lint", ""), "PACK|SCHEME..."),
    ],
)
def test_an_empty_argument_is_wrong_usage(args: tuple[str, ...], named: str) -> None:
    """An empty text, as an unset variable of a script gives, ends with 2 and the name of the option that got it."""
    result = run(*args)
    told = f"Error: Invalid value for '{named}': it is empty; give a value (is a variable of the script unset?)"
    assert (result.exit_code, result.stdout, result.stderr.splitlines()[-1]) == (2, "", told)


def test_a_run_that_is_terminated_leaves_nothing(tmp_path: Path) -> None:
    """Told to end in the midst of its work it ends with 143, and the folder with the transcripts is gone."""
    source = csv(tmp_path / "a.csv", *(f"c{number},0,agent,7001,您好，打包票" for number in range(200_000)))
    told = ["score", str(source), "--out", str(tmp_path / "out"), "--pack", NEAR]
    command = [sys.executable, "-m", "cscheck.cli", *told]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        while running.poll() is None and not list(tmp_path.glob(".out.*/*")):
            time.sleep(0.01)
        running.terminate()
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err) == (143, b"", b"")
    assert list(tmp_path.iterdir()) == [source]


def test_words_that_steer_a_terminal_do_not_reach_it(tmp_path: Path) -> None:
    """What a transcript says cannot wipe the screen that tells of it: such characters are blanks in ``explain``."""
    path = csv(tmp_path / "talk.csv", "c1,0,agent,7001,\x1b[2J打包票\x07")
    done = run("explain", path, "--pack", NEAR)
    assert done.exit_code == 0
    assert "打包票" in done.stdout
    assert not {"\x1b", "\x07"} & set(done.stdout)

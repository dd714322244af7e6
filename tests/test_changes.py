"""What changed between two runs: findings that came and went, by rule, and the scores that changed with them."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cscheck import Checker, InputError, compare
from cscheck.cli import app

HEADER = "conversation_id,turn_index,role,agent_id,text\n"
TURNS = ("a,0,customer,,在吗", "a,1,agent,7001,打包票给您修好，百分百搞定", "b,0,agent,7002,打包票的事我们不做")
RULE = """
- id: t.{id}
  title: {id}
  category: promise
  severity: critical
  norms: [banned.promise.absolute]
  boundary: none
  when:
    phrases: [{phrase}]
  advice: 改口
  examples:
    hit: [我⟦{phrase}⟧, 就⟦{phrase}⟧]
    miss: [您好, 在的]
"""


def scored(home: Path, name: str, *rules: tuple[str, str], turns: tuple[str, ...] = TURNS) -> Path:
    """Score the turns by a pack of these rules (id, phrase) and return the result folder."""
    pack, path = home / f"pack-{name}", home / "turns.csv"
    pack.mkdir()
    (pack / "pack.yaml").write_text("id: t\ntitle: t\nversion: 1.0.0\n", "utf-8")
    (pack / "rules.yaml").write_text("".join(RULE.format(id=one, phrase=phrase) for one, phrase in rules), "utf-8")
    path.write_text(HEADER + "".join(f"{line}\n" for line in turns), "utf-8")
    Checker([pack]).score_files([path], home / name)
    return home / name


def diff(*args: object) -> tuple[object, str, str]:
    """Run cscheck diff and return exit code, output and errors."""
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err, pytest.raises(SystemExit) as ended:
        app(["diff", *map(str, args)])
    return ended.value.code, out.getvalue(), err.getvalue()


def test_a_finding_of_one_run_only_came_or_went(tmp_path: Path) -> None:
    """A finding is the same where rule, turn and words are; what only one run has was added or removed."""
    before = scored(tmp_path, "before", ("sure", "打包票"))
    after = scored(tmp_path, "after", ("sure", "打包票给您"), ("full", "百分百"))
    found = compare(before, after)
    rows = found.findings[["change", "conversation_id", "turn_index", "rule_id", "matched"]].values.tolist()
    assert rows == [
        ["added", "a", 1, "t.sure", "打包票给您"],
        ["removed", "a", 1, "t.sure", "打包票"],
        ["added", "a", 1, "t.full", "百分百"],
        ["removed", "b", 0, "t.sure", "打包票"],
    ]
    assert found.rules.values.tolist() == [["t.sure", 2, 1, 1, 2], ["t.full", 0, 1, 1, 0]]
    assert (found.counts["findings_before"], found.counts["findings_after"]) == (2, 2)


def test_a_conversation_is_told_where_its_score_changed(tmp_path: Path) -> None:
    """Of the conversations those are listed whose score, band or pass is another, with both."""
    before = scored(tmp_path, "before", ("sure", "打包票"))
    after = scored(tmp_path, "after", ("sure", "打包票"), ("full", "百分百"))
    changed = compare(before, after).conversations
    assert changed[["conversation_id", "agent_id", "score_before", "score_after"]].values.tolist() == [
        ["a", "7001", 90.0, 80.0]
    ]


def test_equal_runs_differ_in_nothing(tmp_path: Path) -> None:
    """Two runs by the same rules have no changes, and the command says so in two lines."""
    before, after = scored(tmp_path, "before", ("sure", "打包票")), scored(tmp_path, "after", ("sure", "打包票"))
    found = compare(before, after)
    assert (len(found.findings), len(found.rules), len(found.conversations)) == (0, 0, 0)
    assert diff(before, after) == (
        0,
        "命中 2 → 2：新增 0，消失 0\n会话 2 段：0 段命中有变，0 段评分有变，合格 2 → 2\n",
        "",
    )


def test_the_command_shows_rule_by_rule_what_changed(tmp_path: Path) -> None:
    """The most changed rule comes first; --examples limits what is listed of each rule and says how much is left."""
    before = scored(tmp_path, "before", ("sure", "打包票"))
    after = scored(tmp_path, "after", ("full", "百分百"))
    code, out, _ = diff(before, after, "--examples", 1)
    assert (code, out.splitlines()) == (
        0,
        [
            "命中 2 → 1：新增 1，消失 2",
            "会话 2 段：2 段命中有变，1 段评分有变，合格 2 → 2",
            "",
            "t.sure：2 → 0（新增 0，消失 2）",
            "  - a 第 1 轮：打包票",
            "  …… 另有 1 条（--examples 0 全部列出）",
            "",
            "t.full：0 → 1（新增 1，消失 0）",
            "  + a 第 1 轮：百分百",
            "",
            "评分有变的会话：",
            "  b 坐席 7002：90 → 100 分，合格 → 优秀",
        ],
    )
    assert "  - b 第 0 轮：打包票" in diff(before, after, "--examples", 0)[1]


def test_a_missing_thing_is_told_in_words(tmp_path: Path) -> None:
    """Where a required thing is missing no words were said: its message stands in their place."""
    before = scored(tmp_path, "before", ("sure", "打包票"))
    rules = tmp_path / "pack-before" / "rules.yaml"
    duty = (
        RULE.format(id="duty", phrase="谢谢")
        .replace("promise\n", "thanks\n", 1)
        .replace("banned.promise.absolute", "courtesy.thanks")
    )
    duty = duty[: duty.index("  examples:")] + "  examples: {hit: [好的, 在的], miss: [谢谢, 谢谢您]}\n"
    rules.write_text(rules.read_text("utf-8") + duty, "utf-8")
    Checker([rules.parent]).score_files([tmp_path / "turns.csv"], tmp_path / "after")
    _, out, _ = diff(before, tmp_path / "after")
    assert out.splitlines()[3:6] == [
        "t.duty：0 → 2（新增 2，消失 0）",
        "  + a：缺少duty：改口",
        "  + b：缺少duty：改口",
    ]


def test_runs_over_other_transcripts_are_refused(tmp_path: Path) -> None:
    """Findings that differ because the input differs say nothing of the rules: the command says so and ends with 1."""
    before = scored(tmp_path, "before", ("sure", "打包票"))
    after = scored(tmp_path, "after", ("sure", "打包票"), turns=TURNS[:2])
    code, out, err = diff(before, after)
    assert (code, out) == (1, "")
    file = tmp_path / "turns.csv"
    told = f"1 ({file}) only before, 1 ({file}) only after; score the same files in both"
    assert f"[I137] the runs read other files: {told}" in err


def test_other_schemes_are_told(tmp_path: Path) -> None:
    """Where the runs were scored by other schemes the command says that scores may differ for that reason."""
    before, after = scored(tmp_path, "before", ("sure", "打包票")), scored(tmp_path, "after", ("sure", "打包票"))
    assert "评分方案不同" not in diff(before, after)[1]
    Checker([tmp_path / "pack-after"], scheme="add_only").score_files([tmp_path / "turns.csv"], after)
    assert "两次用的评分方案不同（standard、add_only）：评分有变不都是规则的缘故" in diff(before, after)[1]


@pytest.mark.parametrize("column", ["start", "turn_index"])
def test_a_damaged_table_is_refused(tmp_path: Path, column: str) -> None:
    """A table whose columns are not what a run writes is named; nothing is compared."""
    before, after = scored(tmp_path, "before", ("sure", "打包票")), scored(tmp_path, "after", ("sure", "打包票"))
    table = pq.read_table(after / "findings.parquet")
    words = pa.array(["x"] * len(table))
    pq.write_table(table.set_column(table.schema.get_field_index(column), column, words), after / "findings.parquet")
    code, out, err = diff(before, after)
    assert (code, out) == (1, "")
    assert "[I137] findings.parquet cannot be read" in err


def test_what_is_no_path_is_refused() -> None:
    """Anything but a path is a mistake of the caller's, named by its argument."""
    with pytest.raises(TypeError, match="before must be a str or Path"):
        compare(1, "after")  # type: ignore[arg-type]


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    """Both folders must hold a run; every one that does not is named."""
    with pytest.raises(InputError) as fault:
        compare(tmp_path / "nix", tmp_path)
    assert [(one.path, one.code) for one in fault.value.problems] == [
        (str(tmp_path), "I137"),
        (str(tmp_path / "nix"), "I137"),
    ]

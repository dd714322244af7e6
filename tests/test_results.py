"""What a Checker returns: tables, one conversation of a frame, and the workbook."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from cscheck import Checker, InputError
from cscheck.results import Scored
from cscheck.tables import FINDINGS

NEAR = Path(__file__).parent / "packs" / "good" / "near"


@pytest.fixture(scope="module")
def scored() -> Scored:
    rows = [("b", "我打包票"), ("a", "您好"), ("a", "保准备好")]
    return Checker(NEAR).score(pd.DataFrame([{"会话ID": name, "角色": "客服", "内容": text} for name, text in rows]))


def test_a_checked_conversation_as_a_table() -> None:
    """The findings of one conversation have the columns of the batch job; a missing turn stays a whole column."""
    checked = Checker(NEAR).check([("agent", "我打包票")])
    assert checked.to_arrow().schema == FINDINGS
    frame = checked.to_pandas()
    assert (frame["matched"].tolist(), str(frame["turn_index"].dtype)) == (["打包票"], "Int32")
    assert repr(checked) == "Checked('conversation', score=90, findings=1)"


def test_the_tables_by_name(scored: Scored) -> None:
    """Arrow tables and pandas frames come under the names of the batch job's files."""
    tables = scored.to_arrow()
    assert [name for name in tables if name not in ("teams", "weeks")] == [
        "findings", "conversations", "agents", "rejects",
    ]  # fmt: skip
    assert {name: len(frame) for name, frame in scored.to_pandas().items()} == {
        name: len(table) for name, table in tables.items()
    }
    assert repr(scored).startswith("Scored(findings=1, conversations=2, agents=1, ")


def test_one_conversation_of_a_frame(scored: Scored) -> None:
    """It has the findings it has in the tables, and all that was let go."""
    checked = scored.conversation("b")
    assert [finding.matched for finding in checked.findings] == scored.findings["matched"].to_pylist() == ["打包票"]
    assert scored.conversation("a").score == 100


def test_a_conversation_that_is_not_there(scored: Scored) -> None:
    """The error names those that are."""
    with pytest.raises(InputError) as caught:
        scored.conversation("z")
    assert str(caught.value) == "<frame>: [I134] no conversation 'z' (there are: b, a)"


def test_a_workbook_is_written_whole_or_not_at_all(scored: Scored, tmp_path: Path) -> None:
    """An existing file is replaced; where the place cannot be written, that is said and nothing is left behind."""
    path = tmp_path / "qa.xlsx"
    path.write_text("old")
    scored.to_excel(path)
    assert path.read_bytes()[:2] == b"PK"
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(InputError) as caught:
        scored.to_excel(tmp_path / "folder.xlsx")
    assert [problem.code for problem in caught.value.problems] == ["I133"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["folder.xlsx", "qa.xlsx"]
    assert list((tmp_path / "folder.xlsx").iterdir()) == []

"""What a Checker returns: tables, one conversation of a frame, and the workbook."""

from __future__ import annotations

import pickle
from copy import copy, deepcopy
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from cscheck import Checked, Checker, InputError
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


def test_a_checked_conversation_crosses_processes() -> None:
    """A copy holds what was found and told; it needs no rules."""
    checked = Checker(NEAR).check([("agent", "说着玩，打包票"), ("agent", "我打包票")], conversation_id="c")
    for other in (pickle.loads(pickle.dumps(checked)), deepcopy(checked), copy(checked)):
        assert isinstance(other, Checked)
        assert (other.conversation_id, other.findings, other.score) == ("c", checked.findings, 90.0)
        assert (other.explanation, other._repr_html_()) == (checked.explanation, checked._repr_html_())
        assert other.to_arrow().equals(checked.to_arrow())
    assert len(pickle.dumps(pickle.loads(pickle.dumps(checked)))) == len(pickle.dumps(checked))


def test_scored_tables_cross_processes(scored: Scored, tmp_path: Path) -> None:
    """A copy has the tables, tells a conversation and writes the workbook."""
    for other in (pickle.loads(pickle.dumps(scored)), deepcopy(scored)):
        assert all(table.equals(other.to_arrow()[name]) for name, table in scored.to_arrow().items())
        assert other.conversation("b").findings == scored.conversation("b").findings
        assert other._repr_html_() == scored._repr_html_()
        other.to_excel(tmp_path / "qa.xlsx")


def test_a_workbook_stays_with_its_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a second look would decide otherwise (a rule that ran out of time), the workbook shows what was found."""
    whole = Checker(NEAR).score(
        pd.DataFrame({"会话ID": ["a", "b"], "角色": ["客服"] * 2, "内容": ["我打包票", "打包票"]})
    )
    seen: list[object] = []
    assess = type(whole._rulebook.assessor).assess

    def forgetful(self: object, batches: object, trace: bool = False) -> object:
        for one in assess(self, batches, trace):  # type: ignore[arg-type]
            lost = not seen  # the first conversation has no finding this time
            seen.append(one)
            yield one._replace(verdict=one.verdict._replace(findings=())) if lost else one

    monkeypatch.setattr(type(whole._rulebook.assessor), "assess", forgetful)
    whole.to_excel(tmp_path / "qa.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "qa.xlsx")["命中"]
    titles = [cell.value for cell in sheet[1]]
    rows = [dict(zip(titles, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]
    assert [(row["会话ID"], row["原话"], row["实扣"]) for row in rows if row["会话ID"]] == [
        ("a", "我打包票", 10),
        ("b", "打包票", 10),
    ]

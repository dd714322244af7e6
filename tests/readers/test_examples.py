"""The shipped example transcripts."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from cscheck.readers import read

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("name", "ids", "agents", "turns"),
    [
        ("hotline_calls.csv", ["HL20260901001", "HL20260901002", "HL20260902003", "HL20260902004"], 3, 45),
        ("shop_chats.jsonl", ["SC-5001", "SC-5002", "SC-5003", "SC-5004"], 2, 38),
        ("chat_export.txt", ["TX-301", "TX-302", "TX-303", "TX-304"], 4, 37),
        ("calls.parquet", ["PC0091", "PC0092", "PC0093", "PC0094"], 3, 39),
        ("insurance_chats.xlsx", ["BX-7001", "BX-7002", "BX-7003"], 2, 23),
        ("property_calls.xlsx", ["WY-0301", "WY-0302"], 2, 15),
        ("travel_chats.csv", ["LX20260911-1", "LX20260911-2"], 2, 12),
        ("bank_calls.tsv", ["XYK-901", "XYK-902"], 2, 15),
    ],
)
def test_examples_are_read_whole(name: str, ids: list[str], agents: int, turns: int) -> None:
    """Each example yields its conversations and agents, and nothing of it is rejected."""
    parts = list(read(EXAMPLES / name, name))
    table = pa.concat_tables([part for part, _ in parts])
    assert sorted(set(table["conversation_id"].to_pylist())) == ids
    assert (len(set(table["agent_id"].drop_null().to_pylist())), len(table)) == (agents, turns)
    assert sum(len(rejected) for _, rejected in parts) == 0


def test_a_notebook_beside_transcripts_is_told_of(tmp_path: Path) -> None:
    """A whole folder can be named: a notebook in it is one reject and no turn."""
    (tmp_path / "a.ipynb").write_text("{}", encoding="utf-8")
    ((turns, rejects),) = read(tmp_path / "a.ipynb", "a.ipynb")
    assert (len(turns), rejects.to_pylist()[0]["reason"]) == (0, "a notebook, no transcript")

"""The schemas of the turn table and of the rejects."""

from __future__ import annotations

import pyarrow as pa

from cscheck.turntable import REJECTS, TURNS


def test_the_turn_table() -> None:
    """The turn table has the columns of the contract, and the place of each turn."""
    assert {field.name: str(field.type) for field in TURNS} == {
        "conversation_id": "string",
        "turn_index": "int32",
        "role": "string",
        "agent_id": "string",
        "text": "string",
        "start": "double",
        "end": "double",
        "sent_at": "timestamp[us]",
        "channel": "string",
        "meta": "string",
        "file": "string",
        "line": "int64",
        "position": "int32",
    }


def test_what_is_never_null() -> None:
    """A row without conversation, role, text or place is no turn, and a reject always has its place and reason."""
    assert [field.name for field in TURNS if not field.nullable] == [
        "conversation_id",
        "role",
        "text",
        "file",
        "line",
        "position",
    ]
    assert [field.name for field in REJECTS if not field.nullable] == ["file", "line", "reason"]
    assert REJECTS.field("turn_index").type == pa.int32()

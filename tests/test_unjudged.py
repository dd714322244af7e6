"""Input in which no agent speaks is refused, and what was rejected of it is told."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest

from cscheck import Checker, InputError
from cscheck.turntable import REJECTS
from cscheck.unjudged import refuse_unjudged

MEND = "check the role column, and name what means the agent in a mapping (roles: {value: agent})"


def rejects(*rows: tuple[str, int, str]) -> pa.Table:
    names = ("file", "line", "reason")
    full = [dict(zip(names, row, strict=True)) | {"conversation_id": None, "turn_index": None} for row in rows]
    return pa.Table.from_pylist(full, REJECTS)


def refused(spoken: dict[str, int], *tables: pa.Table) -> str:
    with pytest.raises(InputError) as caught:
        refuse_unjudged(Counter(spoken), tables, "input")
    return str(caught.value)


def test_an_agent_who_speaks_is_enough() -> None:
    """Where one turn is an agent's nothing is refused, whatever was rejected."""
    refuse_unjudged(Counter(agent=1, customer=5), [rejects(("a.csv", 2, "no conversation id"))], "input")


def test_rejected_rows_are_told_with_their_reasons() -> None:
    """The most frequent reasons come first, each with the place where it was met first and how often."""
    one = rejects(("a.csv", 2, "empty text"), ("a.csv", 3, "the time '25:99' cannot be read"))
    two = rejects(("b.csv", 9, "the time '26:00' cannot be read"), ("b.csv", 10, "no conversation id"))
    assert refused({"customer": 2, "bot": 1}, one, two) == (
        "input: [I135] no agent speaks, only customer (2 turns), bot (1 turns), so nothing can be judged: 4 rows were "
        "rejected, for example a.csv:3: the time '25:99' cannot be read (2 rows); a.csv:2: empty text (1 rows); "
        f"b.csv:10: no conversation id (1 rows); {MEND}"
    )


def test_without_rejects_the_roles_are_to_blame() -> None:
    """Where nothing was rejected nothing is said of it."""
    assert refused({"customer": 1}) == (
        f"input: [I135] no agent speaks, only customer (1 turns), so nothing can be judged: {MEND}"
    )


def test_nothing_at_all() -> None:
    """Without a usable turn the reasons are told, too."""
    assert refused({}, rejects(("a.csv", 2, "empty text"))) == (
        "input: [I132] no usable turn; 1 rows were rejected, for example a.csv:2: empty text (1 rows)"
    )


def test_a_frame_tells_its_rows() -> None:
    """The message of a frame names its rows."""
    table = pa.table({"conversation_id": ["a", "a"], "role": ["agent", "customer"], "text": ["", "在吗"]})
    with pytest.raises(InputError) as caught:
        Checker().score(table)
    assert "1 rows were rejected, for example <frame>:1: empty text (1 rows); check the role" in str(caught.value)

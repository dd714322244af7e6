"""Labelled JSONL: a slip of whoever labels is a fault with its line, and never a clean turn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cscheck.errors import InputError
from cscheck.evaluate import read_labelled

ITEM: dict[str, Any] = {"id": "x", "text": "保准到", "labels": ["promise"]}
TURNS = [{"role": "agent", "text": "说"}, {"role": "customer", "text": "修吗"}, {"role": "agent", "text": "笨蛋"}]


def talk(name: str, **gold: Any) -> dict[str, Any]:
    return {"conversation_id": name, "turns": TURNS, "gold": gold}


def problems(path: Path, *rows: Any) -> list[str]:
    """Write lines (a text as it is) and return their faults, without the path."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_labelled([path])
    return [str(problem).removeprefix(str(path)) for problem in caught.value.problems]


def test_a_key_of_gold_that_nobody_knows(tmp_path: Path) -> None:
    """A misspelt key would make all turns clean: it is a fault with its line and the keys there are."""
    found = problems(tmp_path / "a.jsonl", talk("c"), "", talk("d", forbiden=[{"turn": 2, "labels": ["insult"]}]))
    assert found == [":3: [I150] conversation d: gold has the unknown key 'forbiden' (known: forbidden, required)"]


def test_a_conversation_that_is_given_twice(tmp_path: Path) -> None:
    """Gold that stands twice for one conversation is a fault, as it is for turns."""
    assert problems(tmp_path / "a.jsonl", talk("c"), talk("d"), talk("c")) == [
        ":3: [I152] the conversation 'c' is labelled twice: keep one of them"
    ]


@pytest.mark.parametrize(
    ("gold", "message"),
    [
        (
            {"forbidden": [{"turn": True, "labels": []}]},
            "gold.forbidden: turn must be a whole number (got True)",
        ),
        ({"forbidden": [{"turn": [0], "labels": []}]}, "gold.forbidden: turn must be a whole number (got [0])"),
        ({"forbidden": {"turn": 0}}, "gold.forbidden must be a list (got {'turn': 0})"),
        ({"required": ["greeting"]}, "gold.required must be an object of items with their status (got ['greeting'])"),
    ],
)
def test_gold_of_another_shape(tmp_path: Path, gold: dict[str, Any], message: str) -> None:
    """A turn is a number and nothing that Python takes for one; lists are lists, objects objects."""
    assert problems(tmp_path / "a.jsonl", talk("c", **gold)) == [f":1: [I150] conversation c: {message}"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": [1]}, "id must be a text or a whole number (got [1])"),
        ({"id": True}, "id must be a text or a whole number (got True)"),
        ({"before": {"customer": "x"}}, "before must be a list (got {'customer': 'x'})"),
        ({"channel": "电话"}, "channel must be call, chat or null (got '电话')"),
        ({"disputed": ["evade", "promise"]}, "promise stands in labels and in disputed: keep one of them"),
    ],
)
def test_an_item_of_another_shape(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    """Each part of a labelled turn is looked at; what is labelled cannot be disputed as well."""
    assert problems(tmp_path / "a.jsonl", ITEM | change) == [f":1: [I150] {message}"]


@pytest.mark.parametrize("first", [ITEM, talk("c")], ids=["turns", "conversations"])
def test_lines_that_are_no_unicode_or_no_json(tmp_path: Path, first: dict[str, Any]) -> None:
    """Half of a character is told as such, and a broken line is named: a label is never lost."""
    path = tmp_path / "a.jsonl"
    half = json.dumps(first).replace("x" if "id" in first else '"c"', "\\ud83d" if "id" in first else '"\\ud83d"')
    assert problems(path, first, half) == [":2: [I150] a lone surrogate (half of a character) stands in the line"]
    (broken,) = problems(path, first, '{"id": ')
    assert broken.startswith(":2: [I150] not valid JSON: ")


def test_a_number_that_json_lacks_is_no_fault(tmp_path: Path) -> None:
    """NaN, which pandas writes, does not make a line unusable."""
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(talk("c") | {"ring_seconds": float("nan")}) + "\n", encoding="utf-8")
    found, _ = read_labelled([path])
    assert [one.conversation_id for one in found.conversations] == ["c"]

"""The leak check: private sentences are found wherever they hide in the project, and stock formulas are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

Check = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def check(tool: Callable[[str], ModuleType], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """Run the check with private texts, one line of the project and stock formulas; return exit code and leaks."""
    module = tool("leak_check")

    def checked(private: list[str], ours: str, name: str = "rules.yaml", stock: str = "") -> tuple[int, list[str]]:
        secret, root, allow = tmp_path / "private.jsonl", tmp_path / "project", tmp_path / "allow.tsv"
        secret.write_text("".join(json.dumps({"text": text}) + "\n" for text in private), encoding="utf-8")
        root.mkdir()
        (root / name).write_text(ours, encoding="utf-8")
        allow.write_text(stock, encoding="utf-8")
        code = module.main([str(secret), "--root", str(root), "--allow", str(allow)])
        return code, capsys.readouterr().out.splitlines()

    return checked


def test_a_whole_item_inside_our_text_is_a_leak(check: Check) -> None:
    """An item of eight letters is found inside a longer line, whatever its punctuation, width, script and marks."""
    code, found = check(["我家的貓，把機頂盒咬了"], "- a: 1\n- 那天我家的⟦猫把机顶盒⟧咬了！怎么办\n")
    assert (code, found) == (1, ["rules.yaml:2: item: 我家的猫把机顶盒咬了"])


def test_a_shorter_item_is_no_leak(check: Check) -> None:
    """Seven letters may coincide."""
    assert check(["猫把机顶盒咬了"], "- 猫把机顶盒咬了\n") == (0, [])


def test_a_sentence_of_a_longer_item_is_a_leak(check: Check) -> None:
    """A sentence of an item that is a whole sentence of ours is found, though the item itself is not there."""
    private = ["您好。我家的猫把机顶盒咬了！能修吗"]
    assert check(private, "hit: [⟦甲⟧, '我家的猫把机顶盒咬了']\n") == (
        1,
        ["rules.yaml:1: sentence: 我家的猫把机顶盒咬了"],
    )


def test_a_sentence_inside_a_longer_one_of_ours_is_no_leak(check: Check) -> None:
    """What is a sentence there and a part of a sentence here is a coincidence of wording."""
    private = ["您好。我家的猫把机顶盒咬了！能修吗"]
    assert check(private, "hit: ['听说我家的猫把机顶盒咬了的事']\n") == (0, [])


def test_stock_formulas_are_taken_out(check: Check) -> None:
    """An item of formulas alone is no leak; one that holds eight letters besides is, with the formula."""
    stock = "祝您今天心情舒畅\tfarewell\n"
    ours = "- 祝您今天心情舒畅，再见\n- 祝您今天心情舒畅我家的猫把机顶盒咬了\n"
    private = ["祝您今天心情舒畅，再见", "祝您今天心情舒畅，我家的猫把机顶盒咬了"]
    assert check(private, ours, stock=stock) == (
        1,
        ["rules.yaml:2: item: 祝您今天心情舒畅我家的猫把机顶盒咬了"],
    )


def test_a_formula_needs_a_reason(check: Check) -> None:
    """An allowed formula without a reason is refused."""
    with pytest.raises(ValueError, match=r"allow\.tsv:1: the formula '祝您今天心情舒畅' has no reason"):
        check(["甲"], "", stock="祝您今天心情舒畅\n")


@pytest.mark.parametrize("name", ["README.md", "test_a.py", "norms.tsv", "book.jsonl"])
def test_every_kind_of_file_is_read(check: Check, name: str) -> None:
    """Documents, tests, tables and data are searched like rules."""
    code, found = check(["我家的猫把机顶盒咬了"], "x = '我家的猫把机顶盒咬了'\n", name)
    assert (code, found) == (1, [f"{name}:1: item: 我家的猫把机顶盒咬了"])


def test_tables_are_read(tool: Callable[[str], ModuleType], tmp_path: Path) -> None:
    """The text columns of a Parquet file are searched, with the row as the line."""
    module = tool("leak_check")
    pq.write_table(pa.table({"n": [1, 2], "text": ["甲", "我家的猫把机顶盒咬了"]}), tmp_path / "calls.parquet")
    private = module.Private(frozenset({"我家的猫把机顶盒咬了"}), frozenset())
    assert list(module.leaks(private, tmp_path)) == [("calls.parquet", 2, "item", "我家的猫把机顶盒咬了")]


def test_what_stands_around_an_item_is_private_too(tool: Callable[[str], ModuleType], tmp_path: Path) -> None:
    """Of a labelled turn the turns before and after are read, and nothing but what was said."""
    line = {
        "id": "x",
        "before": [["customer", "我家的猫把机顶盒咬了"]],
        "text": "稍等",
        "labels": ["impatient", "challenge"],
    }
    (tmp_path / "private.jsonl").write_text(json.dumps(line), encoding="utf-8")
    private = tool("leak_check").read_private([tmp_path / "private.jsonl"], [])
    assert private.items == {"我家的猫把机顶盒咬了"}

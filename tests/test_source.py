"""YAML with places: values are read as the reader expects, and every fault names its line and column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cscheck.errors import Problem
from cscheck.source import Fault, Faults, Node, guess, read_yaml


def root_of(folder: Path, text: str | bytes) -> Node:
    path = folder / "own.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    faults = Faults([])
    root = read_yaml(path, faults, "own.yaml")
    assert root is not None, faults.problems
    return root


def problem_of(read: Callable[[], object]) -> str:
    """Return the fault that reading raises, as it is printed."""
    with pytest.raises(Fault) as caught:
        read()
    return str(caught.value.problem)


def members(root: Node) -> dict[str, Node]:
    faults = Faults([])
    found = root.pairs("top", faults)
    assert not faults.problems
    return found


@pytest.mark.parametrize("written", ["no", "on", "2026-11-21", "0x1F", "1_000", "~~", "007", "1.50"])
def test_words_are_not_guessed_into_values(tmp_path: Path, written: str) -> None:
    """A plain scalar stays the text that was written: no boolean, date or number is made of it."""
    assert members(root_of(tmp_path, f"key: {written}\n"))["key"].text("key") == written


def test_a_leading_byte_order_mark_is_not_part_of_the_first_key(tmp_path: Path) -> None:
    """A file saved with a byte order mark reads as the same file without."""
    assert list(members(root_of(tmp_path, b"\xef\xbb\xbfid: x\n"))) == ["id"]


@pytest.mark.parametrize(
    ("value", "read", "message"),
    [
        ("", lambda node: node.text("title"), "own.yaml:1:3: [P102] title must be text"),
        ("[a]", lambda node: node.text("title"), "own.yaml:1:5: [P102] title must be text"),
        ("drei", lambda node: node.number("points"), "own.yaml:1:5: [P102] points must be a number (got 'drei')"),
        (".nan", lambda node: node.number("points"), "own.yaml:1:5: [P102] points must be a number (got '.nan')"),
        ("nan", lambda node: node.number("points"), "own.yaml:1:5: [P102] points must be a finite number (got 'nan')"),
        ("1e99", lambda node: node.number("x"), "own.yaml:1:5: [P102] x must be a finite number (got '1e99')"),
        ("2.5", lambda node: node.integer("x"), "own.yaml:1:5: [P102] x must be a whole number (got '2.5')"),
        ("yes", lambda node: node.flag("fatal"), "own.yaml:1:5: [P102] fatal must be true or false (got 'yes')"),
        ("a", lambda node: node.items("phrases"), "own.yaml:1:5: [P102] phrases must be a list"),
        ("{a: 1}", lambda node: node.texts("norms"), "own.yaml:1:5: [P102] norms must be a list"),
        ("[a, [b]]", lambda node: node.texts("norms"), "own.yaml:1:9: [P102] each of norms must be text"),
        ("[a]", lambda node: node.pairs("x", Faults([])), "own.yaml:1:5: [P102] x must be a mapping (key: value)"),
        (
            "majr",
            lambda node: node.choice("severity", ["critical", "major", "minor"]),
            "own.yaml:1:5: [P104] severity must be one of critical, major, minor (got 'majr'; did you mean 'major'?)",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_a_fault_at_its_place(
    tmp_path: Path, value: str, read: Callable[[Node], object], message: str
) -> None:
    """What is not of the expected kind is refused with line, column and what was expected."""
    node = members(root_of(tmp_path, f"k: {value}\n" if not value else f"k:  {value}\n"))["k"]
    assert problem_of(lambda: read(node)) == message


def test_values_of_the_right_kind(tmp_path: Path) -> None:
    """Numbers, flags, choices, lists and single texts are read as asked."""
    keys = members(root_of(tmp_path, "n: 2.5\ni: 3\nf: True\nc: major\nl: [a, no]\none: a\n"))
    assert keys["n"].number("n") == 2.5
    assert keys["i"].integer("i") == 3
    assert keys["f"].flag("f") is True
    assert keys["c"].choice("c", ("major",)) == "major"
    assert keys["l"].texts("l") == ["a", "no"]
    assert keys["one"].texts("one") == ["a"]
    assert [item.line for item in keys["l"].items("l")] == [5, 5]


def test_a_key_given_twice_leaves_the_others_readable(tmp_path: Path) -> None:
    """Keys given twice, and keys that are no text, are all collected; the first of two values counts."""
    faults = Faults([])
    found = root_of(tmp_path, "a: 1\nb: 2\na: 3\n? [c]\n: 4\nb: 5\nd: 6\n").pairs("a rule", faults)
    assert {name: node.text(name) for name, node in found.items()} == {"a": "1", "b": "2", "d": "6"}
    assert [str(problem) for problem in faults.problems] == [
        "own.yaml:3:1: [P103] a rule: the key 'a' is given twice",
        "own.yaml:4:3: [P102] a key of a rule must be text",
        "own.yaml:6:1: [P103] a rule: the key 'b' is given twice",
    ]


def test_unknown_keys_are_named_at_the_key(tmp_path: Path) -> None:
    """Every key that is not allowed is a fault at its own place, with the nearest known one."""
    root = root_of(tmp_path, "title: x\ntitel: y\nzzz: 1\n")
    faults = Faults([])
    faults.unknown_keys(root, "a rule", root.pairs("a rule", faults), ("id", "title"))
    assert [str(problem) for problem in faults.problems] == [
        "own.yaml:2:1: [P101] a rule: unknown key 'titel' (known: id, title; did you mean 'title'?)",
        "own.yaml:3:1: [P101] a rule: unknown key 'zzz' (known: id, title)",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "own.yaml:1:1: [P100] the file is empty"),
        (b"# nothing\n", "own.yaml:1:1: [P100] the file is empty"),
        ("title: 打包票".encode("gb18030"), "own.yaml: [P100] the file is not UTF-8 (byte 7): save it as UTF-8"),
        (b"a: [1\nb: 2\n", "own.yaml:2:2: [P100] not valid YAML: did not find expected ',' or ']'"),
        (b"a:\n\tb: 1\n", "own.yaml:2:1: [P100] not valid YAML: found character that cannot start any token"),
        (b"a: *b\n", "own.yaml:1:4: [P100] not valid YAML: found undefined alias"),
        (
            b"a: &a {any: [*a]}\n",
            "own.yaml:1:4: [P100] an alias (*name) stands inside what it names: it would never end",
        ),
    ],
)
def test_a_file_that_is_no_yaml(tmp_path: Path, content: bytes, message: str) -> None:
    """A file that cannot be parsed is one fault, with its place where there is one."""
    path = tmp_path / "own.yaml"
    path.write_bytes(content)
    faults = Faults([])
    assert read_yaml(path, faults, "own.yaml") is None
    assert [str(problem) for problem in faults.problems] == [message]


def test_aliases_that_multiply_are_refused(tmp_path: Path) -> None:
    """A few lines of aliases that stand for a million values and more are a fault, and not minutes of work."""
    lines = ["l0: &l0 [x]"] + [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 10)]
    (tmp_path / "own.yaml").write_text("\n".join(lines), encoding="utf-8")
    faults = Faults([])
    assert read_yaml(tmp_path / "own.yaml", faults, "own.yaml") is None
    message = "more than 1000000 values, those that aliases (*name) repeat counted each time: write less"
    assert [str(problem) for problem in faults.problems] == [f"own.yaml:7:5: [P100] {message}"]


def test_a_file_beyond_all_use_is_refused(tmp_path: Path) -> None:
    """A file of more than 5 MB is not parsed, however simple it is; one of 5 MB is."""
    (tmp_path / "own.yaml").write_bytes(b"a: " + b"x" * 4_999_997)
    assert read_yaml(tmp_path / "own.yaml", Faults([])) is not None
    (tmp_path / "own.yaml").write_bytes(b"a: " + b"x" * 4_999_998)
    faults = Faults([])
    assert read_yaml(tmp_path / "own.yaml", faults, "own.yaml") is None
    assert [str(problem) for problem in faults.problems] == ["own.yaml: [P100] the file is larger than 5 MB: part it"]


@pytest.mark.parametrize("escape", ["\\0", "\\a", "\\e", "\\x7f", "\\x85"])
def test_control_characters_are_named(tmp_path: Path, escape: str) -> None:
    """A character that steers a terminal, written as an escape, is a fault wherever it stands, keys included."""
    (tmp_path / "own.yaml").write_text(
        f'title: "a\\tb\\n"\nwords: ["打{escape}包", 包]\n"k{escape}": 1\n', encoding="utf-8"
    )
    faults = Faults([])
    assert read_yaml(tmp_path / "own.yaml", faults, "own.yaml") is not None
    code = {"\\0": 0, "\\a": 7, "\\e": 0x1B, "\\x7f": 0x7F, "\\x85": 0x85}[escape]
    told = f"[P110] a text holds the control character U+{code:04X}: take it out"
    assert [str(problem) for problem in faults.problems] == [f"own.yaml:2:9: {told}", f"own.yaml:3:1: {told}"]
    faults = Faults([])
    assert read_yaml(tmp_path / "own.yaml", faults, controls=True) is not None
    assert faults.problems == []


def test_two_documents_in_one_file_are_refused(tmp_path: Path) -> None:
    """A second YAML document is a fault, not a part that nobody reads."""
    path = tmp_path / "own.yaml"
    path.write_text("a: 1\n---\nb: 2\n", encoding="utf-8")
    faults = Faults([])
    assert read_yaml(path, faults) is None
    assert [(p.path, p.line, p.code) for p in faults.problems] == [(str(path), 2, "P100")]


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    """A file that cannot be opened is a fault that gives the system's reason."""
    faults = Faults([])
    assert read_yaml(tmp_path / "no.yaml", faults, "no.yaml") is None
    assert faults.problems == [Problem("no.yaml", 0, 0, "P100", "the file cannot be read: No such file or directory")]


def test_anchors_may_be_used_many_times(tmp_path: Path) -> None:
    """An alias reads as what it names, as often as it stands."""
    keys = members(root_of(tmp_path, "a: &a [x, y]\nb: *a\nc: [*a, *a]\n"))
    assert keys["b"].texts("b") == ["x", "y"]
    assert [item.texts("c") for item in keys["c"].items("c")] == [["x", "y"], ["x", "y"]]


def test_attempt_keeps_a_fault_and_goes_on(tmp_path: Path) -> None:
    """What is at fault reads as None, its fault is kept, and reading goes on."""
    faults = Faults([])
    keys = members(root_of(tmp_path, "a: [x]\nb: y\n"))
    assert [faults.attempt(node.text, name) for name, node in keys.items()] == [None, "y"]
    assert [str(problem) for problem in faults.problems] == ["own.yaml:1:4: [P102] a must be text"]


def test_guess_names_only_what_is_near() -> None:
    """A near word is offered, a far one is not."""
    assert guess("sevirity", ["severity", "title"]) == "; did you mean 'severity'?"
    assert guess("wrong", ["severity", "title"]) == ""

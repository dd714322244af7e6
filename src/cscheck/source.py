"""YAML read with the place of every value, so that each fault names its line and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import yaml

from .checks import endless
from .errors import Problem

T = TypeVar("T")
DEEPEST = 60  # levels of lists and mappings
LARGEST = 5_000_000  # bytes of a file
MOST = 1_000_000  # values of a file, those that aliases repeat counted each time
CONTROLS = re.compile(r"[^\t\n\r -~\xa0-\ufffd\U00010000-\U0010ffff]")
D = TypeVar("D")
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Fault(Exception):
    """One fault met while reading a node; the reader above collects it and goes on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True)
class Node:
    """A YAML node with its file: read through the methods, each of which names the place of a fault.

    Scalars are read by what the reader expects, not by YAML's guesses: ``no`` stays the word "no",
    a date stays text.
    """

    path: str
    raw: yaml.Node

    def fault(self, code: str, message: str) -> Fault:
        """Return a fault at this node's place."""
        mark = self.raw.start_mark
        return Fault(Problem(self.path, mark.line + 1, mark.column + 1, code, message))

    @property
    def line(self) -> int:
        """The 1-based line of the node."""
        return int(self.raw.start_mark.line) + 1

    @property
    def is_mapping(self) -> bool:
        """True for a mapping (``key: value`` lines)."""
        return isinstance(self.raw, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        """True for a list (``- item`` lines or ``[a, b]``)."""
        return isinstance(self.raw, yaml.SequenceNode)

    @property
    def is_null(self) -> bool:
        """True for an empty value."""
        return isinstance(self.raw, yaml.ScalarNode) and self.raw.tag == "tag:yaml.org,2002:null"

    def text(self, what: str) -> str:
        """Return a scalar as the text that was written."""
        if not isinstance(self.raw, yaml.ScalarNode) or self.is_null:
            raise self.fault("P102", f"{what} must be text")
        return str(self.raw.value)

    def number(self, what: str) -> float:
        """Return a scalar as a finite number."""
        text = self.text(what)
        try:
            value = float(text)
        except ValueError:
            raise self.fault("P102", f"{what} must be a number (got {text!r})") from None
        if not -1e9 < value < 1e9:
            raise self.fault("P102", f"{what} must be a finite number (got {text!r})")
        return value

    def integer(self, what: str) -> int:
        """Return a scalar as a whole number."""
        value = self.number(what)
        if value != int(value):
            raise self.fault("P102", f"{what} must be a whole number (got {self.raw.value!r})")
        return int(value)

    def flag(self, what: str) -> bool:
        """Return a scalar as true or false."""
        text = self.text(what).lower()
        if text not in ("true", "false"):
            raise self.fault("P102", f"{what} must be true or false (got {self.raw.value!r})")
        return text == "true"

    def choice(self, what: str, allowed: Iterable[str]) -> str:
        """Return a scalar that must be one of ``allowed``; the fault guesses what was meant."""
        text, options = self.text(what), list(allowed)
        if text not in options:
            raise self.fault("P104", f"{what} must be one of {', '.join(options)} (got {text!r}{guess(text, options)})")
        return text

    def items(self, what: str) -> list[Node]:
        """Return the members of a list."""
        if not isinstance(self.raw, yaml.SequenceNode):
            raise self.fault("P102", f"{what} must be a list")
        return [Node(self.path, child) for child in self.raw.value]

    def texts(self, what: str) -> list[str]:
        """Return a list of texts; one text alone is a list of one."""
        if isinstance(self.raw, yaml.ScalarNode) and not self.is_null:
            return [self.text(what)]
        return [item.text(f"each of {what}") for item in self.items(what)]

    def pairs(self, what: str, faults: Faults) -> dict[str, Node]:
        """Return a mapping's members; a key that is no text or given twice is collected, and the first one counts."""
        if not isinstance(self.raw, yaml.MappingNode):
            raise self.fault("P102", f"{what} must be a mapping (key: value)")
        found: dict[str, Node] = {}
        for raw_key, raw_value in self.raw.value:
            key = Node(self.path, raw_key)
            name = faults.attempt(key.text, f"a key of {what}")
            if name in found:
                faults.problems.append(key.fault("P103", f"{what}: the key {name!r} is given twice").problem)
            elif name is not None:
                found[name] = Node(self.path, raw_value)
        return found

    def key(self, name: str) -> Node:
        """Return the node of the key ``name`` itself, for a fault that is about the key."""
        for key, _ in self.raw.value:
            if key.value == name:
                return Node(self.path, key)
        return self


def guess(word: str, options: Sequence[str]) -> str:
    """Return ``; did you mean 'x'?`` where one of the options is near, else nothing."""
    near = get_close_matches(word, options, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


@dataclass
class Faults:
    """Collects the faults of all files, so that one run names them all.

    ``shared`` keeps what was read at a YAML node with what it was read as, so that an alias (``*name``) gives the same
    value as its anchor and not a copy of it. ``states`` holds the conditions that rules may name, as written,
    ``classes`` the words of each word class.
    """

    problems: list[Problem]
    shared: dict[object, tuple[yaml.Node, Any]] = field(default_factory=dict)
    states: dict[str, Node] = field(default_factory=dict)
    classes: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def attempt(self, read: Callable[..., T], *given: object) -> T | None:
        """Call ``read`` with what is given; on a fault keep it and return None."""
        try:
            return read(*given)
        except Fault as fault:
            self.problems.append(fault.problem)
            return None

    def each(self, read: Callable[..., T], nodes: Iterable[Node], *given: object) -> list[T]:
        """Read every node of a list; those at fault are kept as faults and left out."""
        found = [self.attempt(read, node, *given) for node in nodes]
        return [one for one in found if one is not None]

    def get(self, keys: Mapping[str, Node], key: str, read: Callable[[Node], T], default: D) -> T | D:
        """Read the value of a key; the default where it is absent or at fault, which is kept."""
        found = self.attempt(read, keys[key]) if key in keys else None
        return default if found is None else found

    def unknown_keys(self, node: Node, what: str, given: Iterable[str], allowed: Sequence[str]) -> None:
        """Collect a fault for each key of ``node`` that is not allowed."""
        for name in given:
            if name not in allowed:
                message = f"{what}: unknown key {name!r} (known: {', '.join(allowed)}{guess(name, allowed)})"
                self.problems.append(node.key(name).fault("P101", message).problem)


def read_yaml(path: Path, faults: Faults, shown: str | None = None, controls: bool = False) -> Node | None:
    """Parse one YAML file; return its root node, or None when it is faulty or empty (both are kept as faults).

    Control characters in its texts are faults, too, unless it may hold ``controls``.
    """
    name = shown or str(path)

    def read() -> Node:
        text = _text_of(path, name)
        try:
            _shallow(name, text)
            root = yaml.compose(text, Loader=Loader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
            reason = getattr(error, "problem", None) or getattr(error, "reason", None) or error
            raise Fault(Problem(name, line, column, "P100", f"not valid YAML: {reason}")) from None
        if root is None:
            raise Fault(Problem(name, 1, 1, "P100", "the file is empty"))
        texts: list[Node] = []
        _count(Node(name, root), {}, texts)
        faults.problems += [] if controls else _controls(texts)
        return Node(name, root)

    return faults.attempt(read)


def _text_of(path: Path, name: str) -> str:
    """Return what stands in a file; raises a fault where it is no text, or beyond all use."""
    try:
        if endless(path):
            raise Fault(Problem(name, 0, 0, "P100", "a device or pipe: give a file"))
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise Fault(Problem(name, 0, 0, "P100", f"the file cannot be read: {error.strerror}")) from None
    if len(data) > LARGEST:
        raise Fault(Problem(name, 0, 0, "P100", f"the file is larger than {LARGEST // 10**6} MB: part it"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8 (byte {error.start}): save it as UTF-8"
        raise Fault(Problem(name, 0, 0, "P100", message)) from None


def _count(node: Node, counts: dict[int, int], texts: list[Node]) -> int:
    """Return how many values a node stands for, those of aliases as often as they stand; raises a fault at too many.

    ``counts`` tells of each list and mapping seen, 0 while it is still open; ``texts`` gathers all texts.
    """
    if isinstance(node.raw, yaml.ScalarNode):
        texts.append(node)
        return 1
    known = counts.get(id(node.raw))
    if known == 0:
        raise node.fault("P100", "an alias (*name) stands inside what it names: it would never end")
    if known is None:
        counts[id(node.raw)] = 0
        parts = [part for pair in node.raw.value for part in pair] if node.is_mapping else node.raw.value
        known = 1 + sum(_count(Node(node.path, part), counts, texts) for part in parts)
        counts[id(node.raw)] = known
        if known > MOST:
            message = f"more than {MOST} values, those that aliases (*name) repeat counted each time: write less"
            raise node.fault("P100", message)
    return known


def _controls(texts: Iterable[Node]) -> Iterator[Problem]:
    """Yield a fault for each text that holds a character which steers a terminal and stands in no transcript."""
    for node in texts:
        found = CONTROLS.search(node.raw.value)
        if found:
            message = f"a text holds the control character U+{ord(found[0]):04X}: take it out"
            yield node.fault("P110", message).problem


def _shallow(name: str, text: str) -> None:
    """Refuse a file nested beyond all use: what reads it goes down level by level."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                mark = event.start_mark
                assert mark is not None  # parsed from text, every event has its place
                message = f"nested more than {DEEPEST} levels deep"
                raise Fault(Problem(name, mark.line + 1, mark.column + 1, "P100", message))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1

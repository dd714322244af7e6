"""YAML read with the place of every value, so that each fault names its line and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import yaml

from .errors import Problem

T = TypeVar("T")
DEEPEST = 60  # levels of lists and mappings
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


def read_yaml(path: Path, faults: Faults, shown: str | None = None) -> Node | None:
    """Parse one YAML file; return its root node, or None when it is faulty or empty (both are kept as faults)."""
    name = shown or str(path)

    def read() -> Node:
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Fault(
                Problem(name, 0, 0, "P100", f"the file is not UTF-8 (byte {error.start}): save it as UTF-8")
            ) from None
        except OSError as error:
            raise Fault(Problem(name, 0, 0, "P100", f"the file cannot be read: {error.strerror}")) from None
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
        loop = _loop(root, {})
        if loop is not None:
            raise Node(name, loop).fault("P100", "an alias (*name) stands inside what it names: it would never end")
        return Node(name, root)

    return faults.attempt(read)


def _loop(node: yaml.Node, open_above: dict[int, bool]) -> yaml.Node | None:
    """Return a node that holds itself by an alias; ``open_above`` tells of each node seen whether it is still open."""
    if isinstance(node, yaml.ScalarNode) or open_above.get(id(node)) is False:
        return None
    if open_above.get(id(node)):
        return node
    open_above[id(node)] = True
    mapping = isinstance(node, yaml.MappingNode)
    children = [part for pair in node.value for part in pair] if mapping else node.value
    found = next((loop for child in children if (loop := _loop(child, open_above)) is not None), None)
    open_above[id(node)] = False
    return found


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

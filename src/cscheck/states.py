"""States (状态): named conditions on a turn, loaded from data files and used in any rule (``is: customer_upset``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .condition import Condition, walk
from .cues import Cue
from .examples import read_examples
from .judge import Standards
from .operators import Learned, Pattern, Phrases, read_condition
from .rule import Example
from .source import Faults, Node, guess, read_yaml

STATE_KEYS = ("id", "title", "when", "examples")


@dataclass(frozen=True)
class StateFile:
    """One state as its file defines it, with the examples that must and must not be in it."""

    id: str
    title: str
    condition: Condition
    examples: tuple[Example, ...]
    path: str
    line: int


def load_states(folders: Iterable[Path], cues: Mapping[str, Cue], faults: Faults) -> tuple[StateFile, ...]:
    """Read the state files of all folders into ``faults.states`` and return the states; faults are collected.

    Of two states with one id the one of the later folder counts, also for the states that name it.
    """
    nodes: dict[str, dict[str, Node]] = {}
    for folder in folders:
        nodes |= _nodes(folder, faults)
    faults.states.update({name: keys["when"] for name, keys in nodes.items() if "when" in keys})
    return tuple(_state(name, keys, cues, faults) for name, keys in nodes.items() if "when" in keys)


def _nodes(folder: Path, faults: Faults) -> dict[str, dict[str, Node]]:
    """The keys of each state of a folder, by id."""
    found: dict[str, dict[str, Node]] = {}
    for path in sorted(folder.glob("*.yaml")):
        root = read_yaml(path, faults)
        for node in (faults.attempt(root.items, "a state file") if root else None) or []:
            keys = faults.attempt(node.pairs, "a state", faults) or {}
            faults.unknown_keys(node, "a state", keys, STATE_KEYS)
            missing = [key for key in ("id", "title", "when") if key not in keys]
            if missing:
                faults.problems.append(node.fault("P106", f"a state needs the key(s) {', '.join(missing)}").problem)
                continue
            name = faults.attempt(keys["id"].text, "id")
            if name in found:
                faults.problems.append(node.fault("P105", f"state {name!r} is defined twice").problem)
            elif name is not None:
                found[name] = keys
    return found


def _state(name: str, keys: dict[str, Node], cues: Mapping[str, Cue], faults: Faults) -> StateFile:
    node = keys["when"]
    condition = read_condition(node, Standards(), faults)
    leaves = [leaf.standards for leaf in walk(condition) if isinstance(leaf, Phrases | Pattern | Learned)]
    for cue in dict.fromkeys(cue for leaf in leaves for cue in leaf.cues if cue not in cues):
        known = sorted(cues)
        message = f"state {name!r}: unknown cue {cue!r} (known: {', '.join(known)}{guess(cue, known)})"
        faults.problems.append(node.fault("P108", message).problem)
    return StateFile(
        id=name,
        title=faults.get(keys, "title", lambda value: value.text("title"), ""),
        condition=condition,
        examples=faults.get(keys, "examples", lambda value: read_examples(value, faults), ()),
        path=node.path,
        line=keys["id"].line,
    )

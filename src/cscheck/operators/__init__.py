"""The operators (算子): every kind of condition a rule can test, one file each."""

from __future__ import annotations

from re import fullmatch

from ..classes import fill_phrase
from ..condition import Condition, Problematic
from ..cues import read_phrase
from ..judge import Standards
from ..model import CHANNELS
from ..positions import Within, read_scope, read_within
from ..segment import MODES
from ..source import Faults, Node, guess
from .all_of import AllOf
from .any_of import AnyOf
from .details import Details, read_kinds
from .echo import Echo
from .learned import Learned
from .meta import Meta
from .negation import Not
from .neighbour import Neighbour
from .pattern import Pattern
from .phrases import Phrases
from .scoped import Scoped
from .silence import Silence
from .state import State

__all__ = [
    "OPERATORS", "AllOf", "AnyOf", "Details", "Echo", "Learned", "Meta", "Neighbour", "Not", "Pattern", "Phrases",
    "Scoped", "Silence", "State", "read_condition",
]  # fmt: skip

OPERATORS = (
    "phrases", "pattern", "any", "all", "not", "after", "before", "around", "is", "silence", "details", "echo", "meta",
    "learned",
)  # fmt: skip
DISTANT = ("after", "before", "around", "echo")  # these look at other turns, within a distance
SCOPES = ("speaker", "turns", "seconds", "channel", "times")
BESIDE_LEARNED = ("at", "model")
STANDARDS = ("boundary", "allow", "unless")


def read_condition(node: Node, standards: Standards, faults: Faults) -> Condition:
    """Read one condition: one operator, with scope (speaker, turns, seconds, channel, times) and standards beside it.

    A scope without an operator holds in every turn that it names (``after: {speaker: agent}``).

    ``boundary``, ``allow`` and ``unless`` (cues) hold for the condition and all inside it; those of the rule are
    inherited, except inside ``after``, ``before`` and ``around``, which look at other turns. Faults are collected.
    """
    key = (id(node.raw), standards)
    if key not in faults.shared:
        faults.shared[key] = (node.raw, faults.attempt(_condition, node, standards, faults) or Problematic())
    condition: Condition = faults.shared[key][1]
    return condition


def _condition(node: Node, standards: Standards, faults: Faults) -> Condition:
    keys = node.pairs("a condition", faults)
    faults.unknown_keys(node, "a condition", keys, (*OPERATORS, *SCOPES, *STANDARDS, "within", *BESIDE_LEARNED))
    standards = read_standards(keys, standards, faults)
    named = [key for key in keys if key in OPERATORS]
    scoped = any(key in keys for key in SCOPES)
    if len(named) > 1 or not (named or scoped):
        raise node.fault("P115", f"a condition needs exactly one operator of {', '.join(OPERATORS)} (got {named})")
    # a scope alone (speaker: agent) holds in every turn that it names
    condition = _operator(named[0], keys[named[0]], keys, standards, faults) if named else AllOf(())
    if scoped:
        channel = faults.get(keys, "channel", lambda value: value.choice("channel", CHANNELS), None)
        times = faults.get(keys, "times", read_times, 1)
        condition = Scoped(condition, read_scope(keys, "any", faults, channel), times)
    return condition


def read_standards(keys: dict[str, Node], inherited: Standards, faults: Faults) -> Standards:
    """Read ``boundary``, ``allow`` and the cues of ``unless`` of a condition; every fault is collected."""
    boundary = faults.get(keys, "boundary", lambda node: node.choice("boundary", MODES), inherited.boundary)
    allow = faults.get(keys, "allow", lambda node: read_allow(node, faults), ())
    cues = faults.get(keys, "unless", lambda node: node.texts("unless"), ())
    return Standards(boundary, (*inherited.allow, *allow), (*inherited.cues, *cues))


def read_allow(node: Node, faults: Faults) -> tuple[str, ...]:
    """Read a list of allowed words, or one, folded and with slots filled; every fault is collected."""
    items = node.items("allow") if node.is_list else [node]
    filled = faults.each(lambda item: fill_phrase(read_phrase(item), item, faults), items)
    return tuple(word for words in filled for word in words)


def read_times(node: Node) -> int:
    """Read ``at least 2``."""
    found = fullmatch(r"at least (\d+)", node.text("times"))
    if not found or not int(found[1]):
        raise node.fault("P111", f"times must be like 'at least 2' (got {node.raw.value!r})")
    if len(found[1]) > 4:
        raise node.fault("P111", f"nothing is said so many times (got {node.raw.value!r}, most: 9999)")
    return int(found[1])


def _operator(name: str, value: Node, keys: dict[str, Node], standards: Standards, faults: Faults) -> Condition:
    _beside(name, keys)
    within = read_within(keys["within"]) if "within" in keys else Within()
    match name:
        case "phrases":
            return Phrases.read(value, standards, faults)
        case "pattern":
            return Pattern.read(value, standards, faults)
        case "any":
            return AnyOf(_several(value, standards, faults))
        case "all":
            return AllOf(_several(value, standards, faults))
        case "not":
            return Not(read_condition(value, standards, faults))
        case "is":
            return _state(value, faults)
        case "silence":
            return Silence.read(value)
        case "details":
            return Details(read_kinds(value, faults))
        case "echo":
            return Echo(read_kinds(value, faults), within)
        case "learned":
            return Learned.read(value, keys, standards, faults)
        case "meta":
            return Meta.read(value, faults)
        case _:
            return Neighbour(name, read_condition(value, Standards(), faults), within)


def _beside(name: str, keys: dict[str, Node]) -> None:
    """Refuse what only other operators understand."""
    if "within" in keys and name not in DISTANT:
        raise keys["within"].fault("P115", "within stands beside after, before, around or echo")
    for key in BESIDE_LEARNED:
        if key in keys and name != "learned":
            raise keys[key].fault("P115", f"{key} stands beside learned")


def _state(node: Node, faults: Faults) -> Condition:
    """Return the one object of a named state; what defines it is read when it is first named."""
    name = node.text("is")
    if name not in faults.states:
        known = sorted(faults.states)
        raise node.fault("P108", f"unknown state {name!r} (known: {', '.join(known)}{guess(name, known)})")
    key, defined = ("is", name), faults.states[name]
    if key not in faults.shared:
        faults.shared[key] = (defined.raw, None)  # read and not yet known: it is being read
        faults.shared[key] = (defined.raw, State(name, read_condition(defined, Standards(), faults)))
    state: Condition | None = faults.shared[key][1]
    if state is None:
        raise node.fault("P117", f"the state {name!r} is defined by itself")
    return state


def _several(node: Node, standards: Standards, faults: Faults) -> tuple[Condition, ...]:
    """Read a list of conditions, or the short form: a mapping with one condition for each operator."""
    if node.is_mapping:
        keys = node.pairs("a condition", faults)
        faults.unknown_keys(node, "any / all", keys, ("phrases", "pattern", "any", "all", "not"))
        read = [
            faults.attempt(_operator, key, value, {}, standards, faults)
            for key, value in keys.items()
            if key in OPERATORS
        ]
        found = tuple(one if one is not None else Problematic() for one in read)
    else:
        found = tuple(read_condition(item, standards, faults) for item in node.items("any / all"))
    if not found:
        raise node.fault("P112", "an empty list of conditions: the rule could never match")
    return found

"""Cues (线索): words that change what a match means, loaded from data files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import regex

from .normalize import fold_phrase
from .patterns import PatternFault, parse, render
from .source import Faults, Node, read_yaml

Expression: TypeAlias = "re.Pattern[str] | regex.Pattern[str]"
SIDES = ("before", "after", "inside", "overlap", "quoted", "anywhere")
REACHES = ("clause", "turn", "burst", "near")
PART_KEYS = ("side", "reach", "window", "commas", "near", "phrases", "pattern", "except", "terminators")
CUE_KEYS = ("id", "title", "why", "cancelled_by", "parts", "examples")


@dataclass(frozen=True)
class CuePart:
    """Where a cue's words stand and how far they act.

    ``side``: before or after the match, inside it, overlapping it (an official name), quoted (the words open a
    quotation that holds the match), or anywhere. ``reach``: the clause, the turn, the burst, or (near) the
    speaker's turns up to ``near`` before and after. ``window``: most characters between cue and match;
    ``commas``: how many commas it may cross.
    """

    side: str
    reach: str
    window: int
    commas: int
    near: int
    words: Expression
    terminators: Expression | None


@dataclass(frozen=True)
class Cue:
    """One cue: ``id`` is what rules name in ``unless``; a cue named in ``cancelled_by`` takes its effect away."""

    id: str
    title: str
    cancelled_by: tuple[str, ...]
    parts: tuple[CuePart, ...]
    examples: tuple[tuple[bool, str, int], ...]


def load_cues(folder: Path, faults: Faults) -> dict[str, Cue]:
    """Read all cue files of a folder; faults are collected, a faulty cue is left out."""
    cues: dict[str, Cue] = {}
    for path in sorted(folder.glob("*.yaml")):
        root = read_yaml(path, faults)
        nodes = faults.attempt(root.items, "a cue file") if root else None
        for node in nodes or []:
            cue = faults.attempt(_cue, node, faults)
            if cue and cue.id in cues:
                faults.problems.append(node.fault("P105", f"cue {cue.id!r} is defined twice").problem)
            elif cue:
                cues[cue.id] = cue
    return cues


def _cue(node: Node, faults: Faults) -> Cue:
    keys = node.pairs("a cue", faults)
    faults.unknown_keys(node, "a cue", keys, CUE_KEYS)
    for needed in ("id", "title", "parts"):
        if needed not in keys:
            raise node.fault("P106", f"a cue needs the key {needed!r}")
    name = keys["id"].text("id")
    return Cue(
        id=name,
        title=keys["title"].text("title"),
        cancelled_by=tuple(keys["cancelled_by"].texts("cancelled_by")) if "cancelled_by" in keys else (),
        parts=tuple(_part(part, name, faults) for part in keys["parts"].items("parts")),
        examples=_examples(keys["examples"], faults) if "examples" in keys else (),
    )


def _examples(node: Node, faults: Faults) -> tuple[tuple[bool, str, int], ...]:
    pairs = node.pairs("examples", faults)
    found = []
    for kind, items in pairs.items():
        for item in items.items(kind):
            text = item.text("an example")
            if text.count("⟦") != 1 or text.count("⟧") != 1:
                raise item.fault("P107", "a cue's example marks the word it acts on with ⟦ and ⟧")
            found.append((kind == "hit", text, item.line))
    return tuple(found)


def _part(node: Node, cue: str, faults: Faults) -> CuePart:
    keys = node.pairs("a part of a cue", faults)
    faults.unknown_keys(node, f"cue {cue!r}", keys, PART_KEYS)
    if "side" not in keys:
        raise node.fault("P106", f"cue {cue!r}: each part needs a side")

    def whole(name: str, default: int) -> int:
        return keys[name].integer(name) if name in keys else default

    return CuePart(
        side=keys["side"].choice("side", SIDES),
        reach=keys["reach"].choice("reach", REACHES) if "reach" in keys else "clause",
        window=whole("window", 30),
        commas=whole("commas", 1),
        near=whole("near", 1),
        words=_words(node, keys, cue),
        terminators=_any(keys["terminators"].texts("terminators")) if "terminators" in keys else None,
    )


def _any(phrases: list[str]) -> Expression:
    folded = sorted((fold_phrase(phrase) for phrase in phrases), key=lambda x: (-len(x), x))
    return _compiled("|".join(map(regex.escape, folded)))


def _words(node: Node, keys: dict[str, Node], cue: str) -> Expression:
    """One expression: the exceptions (pseudo cues) are consumed first, so that no cue is seen inside them."""
    sources = []
    phrases = keys["phrases"].texts("phrases") if "phrases" in keys else []
    sources += [regex.escape(p) for p in sorted(map(fold_phrase, phrases), key=lambda x: (-len(x), x))]
    sources += _patterns(keys.get("pattern"))
    if not sources:
        raise node.fault("P106", f"cue {cue!r}: each part needs phrases or a pattern")
    words = f"(?P<cue>{'|'.join(sources)})"
    exceptions = _patterns(keys.get("except"))
    return _compiled(f"(?:{'|'.join(exceptions)})|{words}" if exceptions else words)


def _compiled(source: str) -> Expression:
    """Compile with ``re``, which is several times faster, and with ``regex`` what only that understands."""
    try:
        return re.compile(source)
    except re.error:  # a look-behind of several lengths
        return regex.compile(source)


def _patterns(node: Node | None) -> list[str]:
    sources = []
    for item in [] if node is None else (node.items("pattern") if node.is_list else [node]):
        try:
            sources.append(render(parse(item.text("a pattern"))))
        except PatternFault as fault:
            raise item.fault("P110", str(fault)) from None
    return sources

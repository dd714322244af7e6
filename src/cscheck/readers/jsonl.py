"""JSON Lines: one conversation a line with a list of turns, or one turn a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..checks import printable
from ..errors import InputError, Problem
from .collected import EACH, SURROGATE, Batch, Keys, Line, append, as_text, no_id, parsed, raw_of_batch, renamed
from .columns import WHOLE, assign, missing, named_here
from .encoding import fault, lines_of
from .lexicon import ColumnMapping, fold_name, lexicon, names_of
from .metadata import dumped, empty, said_by
from .raw import Raw, Reject

ROWS = 50_000
_AGENT = ("agent_id", "agent_name")
_HALVED = "a lone surrogate (half of a character) stands in the data of the conversation"
HALF = re.compile(rb"\\u[dD][89a-fA-F]")  # half of a surrogate pair; only an escape can bring a lone one in


class _UnusableError(Exception):
    """Why one line cannot be used."""


def read_jsonl(path: Path, name: str, mapping: ColumnMapping, rows: int = ROWS) -> Iterator[Raw]:
    """Yield the turns of a JSONL file; a line that is no conversation is rejected with its number.

    The keys of a conversation other than its turns, id, channel and agent become its metadata, together with the
    object ``meta``. Keys of a turn that the turn table does not know are not kept.

    Raises:
        InputError: I103 no line; I105 no line has turns; I110 a mapped name is in no line; I101, I104, I109 the file.
    """
    reader = _Reader(mapping)
    batch = Batch()
    empty = True
    for number, line in enumerate(lines_of(path, name), 1):
        if not line.strip():
            continue
        empty = False
        try:
            ready = reader.conversation(line)
        except _UnusableError as error:
            batch.rejects.append(Reject(number, 0, None, None, printable(str(error))))
            continue
        if renamed(batch.names, ready.names):  # another key may have another unit of time
            yield raw_of_batch(batch)
            batch = Batch()
        append(batch, ready, number)
        if len(batch.lines) >= rows:
            yield raw_of_batch(batch)
            batch = Batch()
    if empty:
        raise fault(name, "I103", "the file has no lines")
    reader.check(name)
    yield raw_of_batch(batch)


class _Reader:
    """Reads the lines of one file; it remembers which keys mean what, and which were seen."""

    def __init__(self, mapping: ColumnMapping) -> None:
        self.mapping = mapping
        self.plans: dict[tuple[object, ...], Keys] = {}
        self.turn_plans: dict[tuple[tuple[str, ...], bool], Keys] = {}
        self.lists: dict[tuple[str, ...], list[str]] = {}
        named = names_of(mapping.columns["turns"]) if "turns" in mapping.columns else lexicon().turns
        self.turn_names = tuple(map(fold_name, named))
        self.seen: dict[str, None] = {}

    def conversation(self, line: bytes) -> Line:
        """Read one line."""
        try:
            found = parsed(line)
        except ValueError as error:
            raise _UnusableError(str(error)) from None
        damaged = bool(HALF.search(line)) if b"\\u" in line else False
        if not isinstance(found, dict):
            halved = damaged and isinstance(found, str) and SURROGATE.search(found)
            raise _UnusableError(_HALVED if halved else "the line is not a JSON object")
        place = self.place_of_turns(found)
        plan = self.plan(tuple(found), WHOLE if place is not None else None, skip=place)
        turns = found[place] if place is not None else [found]
        if place is not None and not turns:
            raise _UnusableError(f"the list {place!r} is empty")
        if place is None and "text" not in plan.fields and "role" not in plan.fields:
            raise _UnusableError(f"no list of turns; the keys are: {', '.join(map(str, found))[:200]}")
        told = any(key in plan.fields for key in _AGENT if key in self.mapping.columns)
        keys = [self.plan_of_turn(turn, told) for turn in turns]
        for key in ("conversation_id", "agent_id"):
            given = found.get(plan.fields.get(key, ""))
            if no_id(given):
                what = key.replace("_", " ")
                raise _UnusableError(f"the {what} {str(as_text(given))[:40]} is neither text nor a number")
        meta = _meta(found, plan)
        whole = {
            key: as_text(found.get(plan.fields.get(key, "")))
            for key in ("conversation_id", "channel", "agent_id", "agent_name")
        }
        if damaged and SURROGATE.search("".join(filter(None, [meta, *whole.values()]))):
            raise _UnusableError(_HALVED)
        names = self.names(plan, keys)
        return Line(**whole, meta=meta, turns=turns, keys=keys, names=names, merged=plan.extras, damaged=damaged)

    def place_of_turns(self, found: dict[str, Any]) -> str | None:
        """Return the key whose value is the list of turns, None where the line is itself a turn.

        Which of two lists holds the turns only a mapping can say; of its names the first wins.
        """
        keys = tuple(found)
        if keys not in self.lists:
            folded = {fold_name(key): key for key in reversed(keys)}
            self.lists[keys] = [folded[name] for name in self.turn_names if name in folded]
        lists = [key for key in self.lists[keys] if isinstance(found[key], list)]
        filled = [key for key in lists if found[key]]
        if len(filled) > 1 and "turns" not in self.mapping.columns:
            several = ", ".join(map(repr, filled))
            raise _UnusableError(f"several lists may be the turns: {several}: say which in a mapping (columns: turns)")
        return next(iter(filled or lists), None)

    def names(self, plan: Keys, keys: Sequence[Keys | None]) -> Mapping[str, str]:
        """Return the keys under which the data of one line stand, as the file calls them."""
        uniform = keys.count(keys[0]) == len(keys)
        merged = dict(plan.fields)
        for known in keys[:1] if uniform else keys:
            merged.update(known.fields if known is not None else {})
        return merged

    def plan_of_turn(self, turn: Any, told: bool) -> Keys | None:
        """Return what the keys of a turn are taken for, None where it is no object.

        Where the mapping names the agent of the line (``told``), no key of a turn is guessed to be the agent.
        """
        if not isinstance(turn, dict):
            return None
        names = tuple(turn)
        known = self.turn_plans.get((names, told))
        if known is None:
            here = named_here(names, self.mapping).columns
            each = tuple(key for key in EACH if not told or key not in _AGENT or key in here)
            known = self.turn_plans[names, told] = self.plan(names, each)
        return known

    def plan(self, keys: tuple[str, ...], only: tuple[str, ...] | None, skip: str | None = None) -> Keys:
        """Return what the keys of an object are taken for."""
        known = self.plans.get((keys, only, skip))
        if known is None:
            self.seen.update(dict.fromkeys(keys))
            names = [key for key in keys if key != skip]
            found = assign(names, named_here(names, self.mapping), only)
            known = Keys(
                {what: names[place] for what, place in found.fields.items()},
                {what: names[place] for what, place in found.extras.items()},
            )
            self.plans[keys, only, skip] = known
        return known

    def check(self, name: str) -> None:
        """Raise an error if a needed key was in no line."""
        seen = list(map(printable, self.seen))
        here = named_here(seen, self.mapping).columns
        problems = [
            Problem(name, 0, 0, "I110", f"the column mapping names the key {named}, which no line has")
            for what, given in self.mapping.columns.items()
            if what not in here
            for named in [" or ".join(map(repr, names_of(given)))]
        ]
        found = {what for plan in self.plans.values() for what in plan.fields}
        problems += [
            Problem(name, 0, 0, "I105", missing(need, seen))
            for need in ("conversation_id", "role", "text")
            if self.plans and need not in found
        ]
        if problems:
            raise InputError(problems)


def _meta(found: Mapping[str, Any], plan: Keys) -> str | None:
    """Return the metadata of a conversation as JSON with sorted keys; null and blank values are left out."""
    kept = {what: value for what, key in plan.extras.items() if not empty(value := found[key])}
    given = found.get(plan.fields.get("meta", ""))
    kept = kept if given is None else {**said_by(given), **kept}
    return dumped(kept) if kept else None

"""What is understood of a file before it is scored: columns, roles, channels, times, a sample, what is rejected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ..errors import InputError, Problem
from .columns import matched_name
from .dialogues import unfolded
from .encoding import encoding_of
from .excel import other_sheets
from .files import parts_of
from .header import Part
from .lexicon import ColumnMapping, lexicon, names_of
from .raw import Raw
from .roles import channel_of, speaker_of
from .times import NONE, Sense, take_apart
from .understand import WINDOW, Timing, timing_of, understand
from .values import column_text

SAMPLE = 2
_TEXTS = (".csv", ".tsv", ".jsonl", ".ndjson", ".txt")
_RATES = {1.0: "seconds", 1e3: "milliseconds", 1e6: "microseconds"}


@dataclass(frozen=True)
class Taken:
    """A column and what it is taken for: a column of the turn table, known metadata, or empty (kept as it is).

    ``why``: mapping, name (``known`` is the accepted name), dialogue, constant (within each conversation) or unknown.
    """

    column: str
    taken_for: str
    why: str
    known: str = ""


@dataclass(frozen=True)
class Account:
    """What was understood of one table: a file, or a sheet of a workbook.

    ``roles`` and ``channels`` give for each value what it was taken for (None: unknown) and how often it stands there;
    ``times`` for each column the kinds of its values (seconds, milliseconds, microseconds, days, offset, clock, date);
    ``reasons`` for each reason how many rows were rejected. ``mapping`` says all this of the file.
    """

    name: str
    format: str
    encoding: str = ""
    header_rows: tuple[int, ...] | None = None
    columns: tuple[Taken, ...] = ()
    roles: Mapping[str, tuple[str | None, int]] = field(default_factory=dict)
    channels: Mapping[str, tuple[str | None, int]] = field(default_factory=dict)
    times: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    turns: int = 0
    conversations: int = 0
    agents: int = 0
    sample: tuple[Mapping[str, Any], ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)
    skipped: str = ""
    problems: tuple[Problem, ...] = ()
    mapping: ColumnMapping = field(default_factory=ColumnMapping)


def survey(path: Path, name: str, mapping: ColumnMapping) -> Iterator[Account]:
    """Yield what is understood of each table of a file; what cannot be read says so in its problems."""
    suffix = Path(path.name.lower().removesuffix(".gz")).suffix
    found = Account(name, suffix.removeprefix("."))
    try:
        if suffix in _TEXTS:
            found = replace(found, encoding=encoding_of(path, name))
        for part in parts_of(path, name, mapping):
            yield _account(replace(found, name=part.name), part, mapping)
        if suffix.startswith(".xls"):
            for title in other_sheets(path, name, mapping):
                yield replace(found, name=f"{name}[{title}]", skipped="the mapping names other sheets (sheets)")
    except InputError as error:
        yield replace(found, problems=error.problems)


def common_mapping(accounts: Iterable[Account]) -> ColumnMapping:
    """Return the mapping that holds for all tables: what only some of them say is left to be found again."""
    given = [account.mapping for account in accounts if not account.skipped]
    first = given[0] if given else ColumnMapping()
    columns = {
        key: _any_of(one.columns[key] for one in given)
        for key in first.columns
        if all(key in one.columns for one in given)
    }
    roles = {value: role for one in given for value, role in one.roles.items()}
    channels = {value: channel for one in given for value, channel in one.channels.items()}
    rows = first.header_rows if all(one.header_rows == first.header_rows for one in given) else None
    return replace(first, columns=columns, roles=roles, channels=channels, header_rows=rows)


def _any_of(given: Iterable[str | Sequence[str]]) -> str | tuple[str, ...]:
    """Return the names that the tables give one column: one, or several."""
    names = tuple(dict.fromkeys(name for one in given for name in names_of(one)))
    return names[0] if len(names) == 1 else names


@dataclass
class _Notes:
    """What is noted of the rows as they pass."""

    window: list[Raw] = field(default_factory=list)
    roles: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)

    def watched(self, raws: Iterator[Raw]) -> Iterator[Raw]:
        """Hand on all batches, noting their first rows and the values of roles and channels."""
        for raw in raws:
            if sum(map(len, self.window)) < WINDOW:
                self.window.append(raw)
            role = raw.fields.get("speaker") or raw.fields.get("role")
            for counts, given in ((self.roles, role), (self.channels, raw.fields.get("channel"))):
                if given:
                    pairs = column_text(given.values).drop_null().value_counts().to_pylist()
                    counts.update({pair["values"]: pair["counts"] for pair in pairs})
            yield raw


def _account(found: Account, part: Part, mapping: ColumnMapping) -> Account:
    """Read one table to its end."""
    if part.header:
        columns = tuple(_taken(part, mapping))
        found = replace(found, header_rows=part.header.rows, columns=columns, problems=part.header.problems)
    if part.skipped or found.problems:
        found = replace(found, skipped=part.skipped, problems=() if part.skipped else found.problems)
        return replace(found, mapping=_mapping(found, mapping))
    notes = _Notes()
    turns, ids, agents, reasons = 0, set(), set(), Counter[str]()
    sample: list[Mapping[str, Any]] = []
    problems: tuple[Problem, ...] = ()
    try:
        for some, rejects in understand(notes.watched(unfolded(part.raws, part.name, mapping)), part.name, mapping):
            turns += len(some)
            ids.update(some["conversation_id"].unique().to_pylist())
            agents.update(some["agent_id"].drop_null().unique().to_pylist())
            reasons.update(rejects["reason"].to_pylist())
            sample += some.slice(0, SAMPLE - len(sample)).to_pylist()
    except InputError as error:
        problems = error.problems
    timing = timing_of(notes.window)
    found = replace(
        found,
        columns=tuple(_settled(found.columns or _keys(() if found.format == "txt" else notes.window, mapping), timing)),
        roles={value: (_role(value, mapping), count) for value, count in notes.roles.most_common()},
        channels={value: (channel_of(value, mapping)[0], count) for value, count in notes.channels.most_common()},
        times=dict(_times(notes.window, timing)),
        turns=turns,
        conversations=len(ids),
        agents=len(agents),
        sample=tuple(sample),
        reasons=dict(reasons.most_common()),
        problems=problems,
    )
    return replace(found, mapping=_mapping(found, mapping))


def _taken(part: Part, mapping: ColumnMapping) -> Iterator[Taken]:
    """Yield what the columns of a header are taken for, in the order of the file."""
    assert part.header is not None
    found = part.header.columns
    columns = {place: key for keys in (found.extras, found.fields) for key, place in keys.items()}
    for place, key in sorted(columns.items()):
        yield _one(part.header.names[place], key, mapping)


def _keys(window: Sequence[Raw], mapping: ColumnMapping) -> Iterator[Taken]:
    """Yield what the keys of JSON lines are taken for."""
    given = {one.name: key for raw in window for key, one in raw.fields.items() if one.name}
    given |= {name: name for raw in window for name in raw.merged}
    for name, key in given.items():
        yield _one(name, key, mapping)


def _one(column: str, key: str, mapping: ColumnMapping) -> Taken:
    """Return what one column is taken for, and why."""
    known = matched_name(column, key)
    if column in names_of(mapping.columns.get(key, ())):
        return Taken(column, key, "mapping")
    if key == "turns" and known is None:
        return Taken(column, key, "dialogue")
    return Taken(column, key, "name", known) if known is not None else Taken(column, "", "unknown")


def _settled(columns: Iterable[Taken], timing: Timing) -> Iterator[Taken]:
    """Yield the columns, those metadata that were taken for times but are none of the turns."""
    for one in columns:
        yield Taken(one.column, "", "constant") if one.taken_for in timing.demoted else one


def _role(value: str, mapping: ColumnMapping) -> str | None:
    """Return the role that a value means."""
    found = speaker_of(value, mapping)
    return found.role if found else None


def _times(window: Sequence[Raw], timing: Timing) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the kinds of values of each column of times."""
    for key, sense in timing.senses.items():
        given = [raw.fields[key] for raw in window if key in raw.fields]
        kinds = dict.fromkeys(kind for one in given for kind in _kinds(one.values, sense))
        if kinds:
            yield given[0].name, tuple(kinds)


def _kinds(values: pa.Array, sense: Sense) -> Iterator[str]:
    """Yield the kinds of values in a column of times."""
    apart = take_apart(values)
    if not np.isnan(apart.number).all():
        yield "days" if sense.days else _RATES[sense.per_second]
    if not np.isnan(apart.clock).all():
        yield "clock" if sense.of_day else "offset"
    if (apart.stamp != NONE).any():
        yield "date"


def _mapping(found: Account, given: ColumnMapping) -> ColumnMapping:
    """Return the mapping that says what was understood."""
    names = {one.taken_for: one.column for one in found.columns if one.taken_for}
    columns = {key: names[key] for key in (*lexicon().columns, "turns", *lexicon().metadata) if key in names}
    # a value that says more (客服(A01), 电话呼出) is known by its first word; mapped as a whole it would hide the rest
    roles = {
        value: role
        for value, (role, _) in found.roles.items()
        if role and (speaker := speaker_of(value, given)) and speaker.name is None
    }
    whole = {value: channel_of(value, given) for value in found.channels}
    channels = {value: channel for value, (channel, known) in whole.items() if channel and known}
    sheet = found.name.rpartition("[")[2].removesuffix("]") if found.format.startswith("xls") else ""
    rows = found.header_rows if found.format in ("csv", "tsv") or sheet else None
    return replace(
        given,
        columns={**columns, **({"turns": given.columns["turns"]} if "turns" in given.columns else {})},
        roles={**roles, **given.roles},
        channels={**channels, **given.channels},
        header_rows=rows,
    )

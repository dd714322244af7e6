"""What each column of a table is taken for, and why."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from .columns import matched_name
from .header import Header
from .lexicon import ColumnMapping, fold_name, lexicon, names_of
from .raw import Raw
from .timing import Timing


@dataclass(frozen=True)
class Taken:
    """A column and what it is taken for: a column of the turn table, known metadata, or empty (kept as it is).

    ``why``: mapping, name (``known`` is the accepted name), dialogue, constant (within each conversation), changing (a
    conversation's time that is its turns'), named (the agent's name beside the id that counts), numbered (the id beside
    the name that counts, because the mapping says so) or unknown.
    """

    column: str
    taken_for: str
    why: str
    known: str = ""


def taken_of(header: Header, mapping: ColumnMapping) -> Iterator[Taken]:
    """Yield what the columns of a header are taken for, in the order of the file."""
    found = header.columns
    columns = {place: _kept(key) for key, place in found.extras.items()}
    columns |= {place: key for key, place in found.fields.items()}
    for place, key in sorted(columns.items()):
        yield _one(header.names[place], key, mapping)


def keys(window: Sequence[Raw], mapping: ColumnMapping) -> Iterator[Taken]:
    """Yield what the keys of JSON lines are taken for."""
    given = {one.name: key for raw in window for key, one in raw.fields.items() if one.name}
    given |= {name: _kept(name) for raw in window for name in raw.merged}
    for name, key in given.items():
        yield _one(name, key, mapping)


def _kept(name: str) -> str:
    """Return what metadata is taken for, empty where it is called as a column of the turn table that it is not."""
    return "" if name in lexicon().columns else name


def _one(column: str, key: str, mapping: ColumnMapping) -> Taken:
    """Return what one column is taken for, and why."""
    known = matched_name(column, key)
    if column in names_of(mapping.columns.get(key, ())):
        return Taken(column, key, "mapping")
    if key == "turns" and known is None:
        return Taken(column, key, "dialogue")
    if known is not None:
        return Taken(column, key, "name", known)
    if "agent_name" in mapping.columns and matched_name(column, "agent_id") is not None:
        return Taken(column, "", "numbered")
    return Taken(column, "", "named" if _names_agent(column) else "unknown")


def _names_agent(column: str) -> bool:
    """True for a column of agents' names; that it is left over means that their ids count."""
    known = lexicon().columns
    names = set(map(fold_name, known["agent_name"])) - set(map(fold_name, known["role"]))
    return fold_name(column) in names


def settled(columns: Iterable[Taken], timing: Timing, sent: Container[str]) -> Iterator[Taken]:
    """Yield the columns, those metadata that were taken for times but are none of the turns.

    ``sent`` are those that were read as times of sending.
    """
    for one in columns:
        if one.taken_for == "started_at" and one.column in sent:
            yield Taken(one.column, "sent_at", "changing")
        else:
            yield Taken(one.column, "", "constant") if one.taken_for in timing.demoted else one

"""Which column of a file is which column of the turn table."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .lexicon import OF_TURN, PAIR, UNFOLDED, ColumnMapping, Lexicon, fold_name, lexicon, names_of, unit_of

NEEDED = ("conversation_id", "role", "text")
WHOLE = ("conversation_id", "agent_id", "agent_name", "channel", "meta")  # what a row of several turns can say of them
TIMES = ("start", "end", "sent_at")
_BRACKET = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]\s*$")


def _bare(name: str) -> str:
    """Return a folded name without a remark in brackets at its end."""
    return fold_name(_BRACKET.sub("", name))


# A name as it is, without its remark in brackets, and (for times) without its unit.
_KEYS: tuple[Callable[[str], str], ...] = (fold_name, _bare, lambda name: unit_of(name)[0])


@dataclass(frozen=True)
class Assignment:
    """What each column was taken for: ``fields`` canonical name to position, ``extras`` metadata name to position."""

    fields: Mapping[str, int]
    extras: Mapping[str, int]


def assign(names: Sequence[str], mapping: ColumnMapping, only: Container[str] | None = None) -> Assignment:
    """Decide what each column holds: first by the mapping, then by the lexicon's names in their order.

    Only the mapping and names decide, never the values, so that the same header always means the same. A column
    without a name becomes ``column_N``. ``only`` restricts which columns of the turn table are sought.

    Raises:
        KeyError: the mapping names a column that is not there (the argument is its canonical name).
    """
    known = lexicon()
    sought = [canonical for canonical in known.columns if only is None or canonical in only]
    wanted = [canonical for canonical in mapping.columns if canonical not in UNFOLDED]
    fields = {
        canonical: position(names, canonical, mapping)
        for canonical in wanted
        if canonical in sought or canonical in known.metadata
    }
    folded, bare, stems = ({key(name): place for place, name in reversed(list(enumerate(names)))} for key in _KEYS)
    for canonical in sought:
        # one person must not go by an id and by a name: with an id the name is metadata, unless the mapping names it;
        # of the turns in a list each may have the one or the other
        named = canonical == "agent_name" and "agent_id" in fields and (only is None or "conversation_id" in only)
        called = canonical == "agent_id" and "agent_name" in fields
        if canonical not in fields and not named and not called:
            accepted = known.columns[canonical]
            less = stems if canonical in TIMES else bare
            place = _first(accepted, folded, less, set(fields.values()))
            if place is not None:
                fields[canonical] = place
    return Assignment(
        {canonical: place for canonical, place in fields.items() if canonical in known.columns},
        _extras(names, fields, folded, known),
    )


def of_table(names: Sequence[str], mapping: ColumnMapping) -> ColumnMapping:
    """Return a mapping for a table with these columns.

    Where it names a column of whole dialogues, what it says of turns may hold of keys within the cells alone.
    """
    if "turns" not in mapping.columns:
        return mapping
    here = named_here(names, mapping).columns
    return replace(mapping, columns={k: given for k, given in mapping.columns.items() if k in here or k not in OF_TURN})


def paired(names: Sequence[str], mapping: ColumnMapping, found: Assignment) -> Assignment | None:
    """Return the columns of a table with a question and its answer in each row, None for any other.

    Both are known by name, and no column says who speaks; those that the mapping names are so in any case.
    """
    if "role" in found.fields and ("role" in mapping.columns or not set(PAIR) <= mapping.columns.keys()):
        return None
    known, folded = lexicon().pairs, {fold_name(name): at for at, name in reversed(list(enumerate(names)))}
    places = {}
    for key in PAIR:
        if key in mapping.columns:
            places[key] = position(names, key, mapping)
        else:
            places[key] = next((folded[fold_name(name)] for name in known[key] if fold_name(name) in folded), -1)
    if -1 in places.values():
        return None
    whole = assign(names, mapping, [*WHOLE, "sent_at"]).fields
    bare = set(map(fold_name, known["bare"]))
    guessed = any(fold_name(names[at]) in bare for key, at in places.items() if key not in mapping.columns)
    if guessed and not {"conversation_id", "agent_id", "agent_name"} & whole.keys():
        return None
    fields = {key: at for key, at in whole.items() if at not in places.values()} | places
    extras = assign(names, mapping, [key for key in fields if key not in PAIR]).extras
    return Assignment(fields, {key: at for key, at in extras.items() if at not in places.values()})


def _extras(
    names: Sequence[str], fields: Mapping[str, int], folded: Mapping[str, int], known: Lexicon
) -> dict[str, int]:
    """Name the columns that are left, known metadata by its own name."""
    renamed = {place: canonical for canonical, place in fields.items() if canonical in known.metadata}
    taken = {place for canonical, place in fields.items() if canonical not in known.metadata}
    for canonical, accepted in known.metadata.items():
        if canonical not in renamed.values():
            place = _first(accepted, folded, {}, taken | set(renamed))
            if place is not None:
                renamed[place] = canonical
    return {
        renamed.get(place, name.strip() or f"column_{place + 1}"): place
        for place, name in enumerate(names)
        if place not in taken
    }


def matched_name(name: str, canonical: str) -> str | None:
    """Return the accepted name by which a column is taken for ``canonical``; None where it goes by no known name."""
    known = lexicon()
    accepted = {**known.columns, **known.metadata, **known.pairs, "turns": known.turns}.get(canonical, ())
    for key in _KEYS if canonical in TIMES else _KEYS[:2]:
        found = next((one for one in accepted if fold_name(one) == key(name)), None)
        if found is not None:
            return found
    return None


def _first(accepted: Iterable[str], folded: Mapping[str, int], stems: Mapping[str, int], taken: set[int]) -> int | None:
    """Return the position of the first accepted name that is there and free."""
    for name in accepted:
        key = fold_name(name)
        for table in (folded, stems):
            place = table.get(key)
            if place is not None and place not in taken:
                return place
    return None


def position(names: Sequence[str], canonical: str, mapping: ColumnMapping) -> int:
    """Return the position of a column that the mapping names, as written or folded; of several names the first wins.

    Raises:
        KeyError: there is no such column (the argument is ``canonical``).
    """
    for given in names_of(mapping.columns[canonical]):
        if given in names:
            return names.index(given)
        for position, name in enumerate(names):
            if fold_name(name) == fold_name(given):
                return position
    raise KeyError(canonical)


def doubled(names: Sequence[str], mapping: ColumnMapping) -> dict[str, list[str]]:
    """Return the columns that a mapping takes for several things, by their names: with what each is taken for."""
    found: dict[str, list[str]] = {}
    here = named_here(names, mapping)
    for canonical in here.columns:
        found.setdefault(names[position(names, canonical, here)], []).append(canonical)
    return {name: keys for name, keys in found.items() if len(keys) > 1}


def named_here(names: Iterable[str], mapping: ColumnMapping) -> ColumnMapping:
    """Return a mapping as far as the columns that it names are there."""
    folded = {fold_name(name) for name in names}
    here = {
        canonical: given
        for canonical, given in mapping.columns.items()
        if any(fold_name(name) in folded for name in names_of(given))
    }
    return replace(mapping, columns=here)


def missing(canonical: str, names: Sequence[str]) -> str:
    """Return the message for a missing column: what was found and what it could be called."""
    accepted = lexicon().columns[canonical]
    return (
        f"no column for {canonical}; the file has: {shown(names)}; "
        f"accepted names: {', '.join(accepted[:12])}{' …' if len(accepted) > 12 else ''}; or give a column mapping"
    )


def needs() -> str:
    """Say which columns a table must have."""
    return "needed are " + ", ".join(f"{need} ({'/'.join(lexicon().columns[need][1:4])})" for need in NEEDED)


def shown(names: Sequence[str]) -> str:
    """List column names for a message, at most 30 of them."""
    shown = ", ".join(name[:40].strip() or f"column_{place + 1}" for place, name in enumerate(names[:30]))
    return shown + (" …" if len(names) > 30 else "")

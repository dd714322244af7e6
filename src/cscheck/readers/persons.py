"""Speakers who go by their names: who is the agent and who the customer, where what stands beside them tells it.

Nothing is concluded silently: what was is told by a ``ByName``, a warning unless the caller takes it otherwise.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import pyarrow as pa

from .cell import lines_of_talk
from .columns import Assignment
from .jsoncell import is_json, speakers_of
from .lexicon import ColumnMapping, fold_name, lexicon
from .parted import is_name, parted
from .raw import Raw
from .roles import SURNAMES, Speaker, names_thing, role_of_column, speaker_of, tells_apart
from .talk import speaks
from .values import column_text

T = TypeVar("T")
MOST = 3  # names that a speaker's cell may hold, and that a message shows of each side
_ENOUGH = 0.9  # of the conversations in which two speak
_ID_AND_NAME = re.compile(  # 7001 陈晓燕, 陈晓燕(7001), 7001-陈晓燕, 7001陈晓燕
    r"([A-Za-z]{0,4}\d{2,12})[\s\-_/|·(（]+([^\W\d_]{2,12})[)）]?|([^\W\d_]{2,12})[\s\-_/|·(（]+([A-Za-z]{0,4}\d{2,12})[)）]?"
    r"|([A-Za-z]{0,4}\d{3,12})([\u4e00-\u9fff]{2,4})|([\u4e00-\u9fff]{2,4})([A-Za-z]{0,4}\d{3,12})"
)
_PERSON = re.compile(
    f"(?:[{''.join(sorted(SURNAMES))}]|欧阳|司马|上官|诸葛)[\u4e00-\u9fff]{{1,2}}"
    r"|[^\W\d_]{1,8}(?:先生|女士|小姐|太太|阿姨|叔叔)|[A-Za-z0-9_*＊][^\s：:]*"
)


class ByName(UserWarning):
    """In ``file`` so many rows of each speaker, by name and role, were taken for that role by who else speaks there."""

    def __init__(self, file: str, rows: Mapping[tuple[str, str], int]) -> None:
        self.file, self.rows = file, rows
        super().__init__(str(self))

    def names(self, role: str) -> list[str]:
        """Return those who were taken for a role, the most frequent first."""
        return [name for (name, taken), _ in Counter(self.rows).most_common() if taken == role]

    def __str__(self) -> str:
        told = []
        for role in ("agent", "customer"):
            names = self.names(role)
            shown = ", ".join(names[:MOST]) + (" …" if len(names) > MOST else "")
            told += [f"{len(names)} as {role} ({shown})"] if names else []
        return (
            f"{self.file}: speakers without a role go by name: taken were {', '.join(told)}, by the row's agent and "
            "who else speaks; see cscheck columns, and name whom it got wrong under roles in a mapping"
        )


def warn(found: UserWarning) -> None:
    """Tell as a warning what was concluded."""
    warnings.warn(found, stacklevel=2)


class Beside(NamedTuple):
    """What rows say of conversations, by id: who speaks whom nobody knows, what the agents are called, who speaks at
    all but bots and systems, and who speaks as an agent by the word for it (坐席王小明).
    """

    strangers: dict[str, set[str]]
    agents: dict[str, set[str]]
    sides: dict[str, set[str]]
    staff: dict[str, set[str]]

    def customer(self, owner: str | None) -> str | None:
        """Return who alone speaks with an agent who says that he is one, if called as persons are; else None.

        A Latin word may be anybody (``supervisor``), so it must be more than letters (``tb_71``).
        """
        sides, staff = self.sides.get(owner or "", set()), self.staff.get(owner or "", set())
        others = sides - staff
        if len(sides) != 2 or len(staff) != 1 or not others <= self.strangers.get(owner or "", set()):
            return None
        return next(filter(_is_person, others), None)


def _is_person(name: str) -> bool:
    word = (name.isascii() and name.isalpha()) or not tells_apart(name)
    return _PERSON.fullmatch(name) is not None and not names_thing(name) and not word


def agents_of(raws: Sequence[Raw], mapping: ColumnMapping) -> frozenset[str] | None:
    """Return what the agents are called, where the first rows of a table allow to tell speakers by name; else None.

    They do where some column names the agent and, in nearly every conversation in which somebody speaks whom nobody
    knows, and two or more speak, exactly one such speaker is called as the agent is, or is alone with one who says that
    he is an agent. One letter or figure is no name.
    Whom a pattern of the mapping knows (``*先生``) counts only where he is called so.
    """
    found = beside(raws, mapping)
    several = [owner for owner, names in found.sides.items() if len(names) > 1 and owner in found.strangers]
    called = {owner: called_so(found.strangers[owner], found.agents.get(owner, set())) for owner in several}
    unknown = {name for names in found.strangers.values() for name in names if role_of_column(name, mapping) is None}
    told = [
        (len(names) == 1 and all(map(tells_apart, names))) or (not names and found.customer(owner) is not None)
        for owner, names in called.items()
        if names or found.strangers[owner] & unknown
    ]
    if not told or sum(told) < _ENOUGH * len(told):
        return None
    return frozenset().union(*found.agents.values())


def beside(raws: Iterable[Raw], mapping: ColumnMapping) -> Beside:
    """Return who speaks in the conversations of some rows; nothing where no column names the agent."""
    found = Beside({}, {}, {}, {})
    for raw in raws:
        columns = agent_columns(raw)
        if "role" not in raw.fields or "conversation_id" not in raw.fields or not columns:
            continue
        owners, speakers = (column_text(raw.fields[key].values).to_pylist() for key in ("conversation_id", "role"))
        known = {name: role_of_column(name, mapping, patterns=False) for name in set(speakers) if name}
        mapped = {name for name, who in known.items() if who is None and role_of_column(name, mapping)}
        if None not in known.values():
            continue
        for owner, name, agents in zip(owners, speakers, zip(*columns, strict=True), strict=True):
            if owner is None or name is None:
                continue
            who = known[name]
            if who is None:
                found.strangers.setdefault(owner, set()).add(name)
            if who is None or who.role in ("agent", "customer"):
                found.sides.setdefault(owner, set()).add(name)
            if who and who.role == "agent":
                found.staff.setdefault(owner, set()).add(name)
            own = {name} & mapped  # beside his own words a cell may name whoever speaks them
            found.agents.setdefault(owner, set()).update(names_of_agent(agents) - own)
    return found


def names_of_agent(cells: Iterable[str | None]) -> frozenset[str]:
    """Return what an agent may be called by the cells that name him; of ``7001 陈晓燕`` each part, too."""
    found = [cell for cell in cells if cell]
    parts = [_ID_AND_NAME.fullmatch(cell) for cell in found]
    return frozenset([*found, *(word for part in parts if part for word in part.groups() if word)])


def called_so(names: Collection[str], agents: Collection[str | None]) -> set[str]:
    """Return those of some names that are an agent's: as he is called, or by the id in ``王小明(8001)``.

    There the name alone tells him only where no id of his is known: two agents may have one name.
    """
    known = {agent for agent in agents if agent}
    found = {name for name in names if name in known}
    for name in set(names) - found:
        parts = names_of_agent([name]) - {name}
        ids = {part for part in parts if part[-1].isdigit()}
        if ids & known or (parts & known and not any(agent[-1].isdigit() for agent in known)):
            found.add(name)
    return found


def known_voices(cell: str, mapping: ColumnMapping, own: Collection[str], enough: int) -> bool:
    """True when a cell holds more than ``enough`` turns of known speakers, also of the row's agent, called ``own``.

    JSON that is broken counts where nothing is enough: such a cell is rejected by itself.
    """
    if is_json(cell):
        voices = speakers_of(cell, mapping)
        known = sum(name in own or role_of_column(name, mapping) is not None for name in voices)
        return known > enough or not (voices or enough)
    lines = lines_of_talk(cell, mapping)
    return sum(speaks(line, mapping) or bool(called_so([parted(line)[1]], own)) for line in lines) > enough


def customers_of(raw: Raw) -> list[frozenset[str]]:
    """Return for each row what its customer is called, by the columns of metadata that say it (买家昵称)."""
    known = set(map(fold_name, lexicon().customers)) | {fold_name("customer_id")}
    columns = [column_text(values).to_pylist() for name, values in raw.extras.items() if fold_name(name) in known]
    return [frozenset(filter(None, cells)) for cells in zip(*columns, strict=True)] or [frozenset()] * len(raw)


def agent_columns(raw: Raw) -> list[list[str | None]]:
    """Return the columns that name the agent of a row, by id or by name."""
    fields = {key: one.values for key, one in raw.fields.items()}
    return [column_text(values).to_pylist() for values in _of_agents(fields, raw.extras)]


def agent_places(found: Assignment) -> list[int]:
    """Return the places of the columns that name the agent, by id or by name."""
    return _of_agents(found.fields, found.extras)


def _of_agents(fields: Mapping[str, T], extras: Mapping[str, T]) -> list[T]:
    """Return those of the columns that name the agent; one beside the agent's id is among the metadata."""
    names = set(map(fold_name, lexicon().columns["agent_name"]))
    given = [fields[key] for key in ("agent_id", "agent_name") if key in fields]
    return [*given, *(values for key, values in extras.items() if fold_name(key) in names)]


def roles_by_name(raw: Raw, unknown: pa.Array, agents: Collection[str], mapping: ColumnMapping) -> list[str | None]:
    """Return for each row with an unknown speaker (``unknown`` holds the name) the role that follows; else None.

    Who is called as the agent of the conversation is the agent, and the one other there the customer, unless that is
    the name of another agent (perhaps of a transferred call) or a word for staff or a thing (主管, 物流提醒). Where no
    speaker is called as the agent, or several others speak, nothing follows: one of them may be a supervisor.
    """
    found = beside([raw], mapping)
    owners = column_text(raw.fields["conversation_id"].values).to_pylist()
    roles: list[str | None] = []
    for owner, name in zip(owners, unknown.to_pylist(), strict=True):
        there = found.strangers.get(owner, set()) if owner else set()
        called = called_so(there, found.agents.get(owner, set())) if owner else set()
        others = there - called - set(agents)
        alone = (called and others == {name} and not names_thing(name)) or (name and name == found.customer(owner))
        other = "customer" if alone and name not in agents else None
        roles.append(None if name is None else "agent" if name in called else other)
    return roles


def cast(
    names: Sequence[str], mapping: ColumnMapping, agents: Collection[str | None], customers: Collection[str] = ()
) -> dict[str, Speaker | None]:
    """Return who the names of those who speak in one cell are, of those whom nobody knows: None where nothing tells.

    Of two whose one is known the other is the other side, if it is called as persons are; ``agents`` are the names of
    the row's agent, without whom nobody is taken for the agent, ``customers`` those of its customer.
    """
    known = {name: Speaker("agent", name) if name in agents else speaker_of(name, mapping) for name in names}
    buyers = {name: Speaker("customer", None) for name, who in known.items() if who is None and name in customers}
    known |= buyers
    sides = {name: who for name, who in known.items() if who is None or who.role in ("agent", "customer")}
    strangers = [name for name, who in sides.items() if who is None]
    if not strangers or not 2 <= len(sides) <= MOST:
        return {**buyers}
    found: dict[str, Speaker | None] = {**buyers, **dict.fromkeys(strangers)}
    there = {who.role for who in sides.values() if who}
    person = buyers or _PERSON.fullmatch(strangers[0])
    if len(sides) == 2 and len(there) == 1 and person and not names_thing(strangers[0]):
        if "agent" in there:
            return {strangers[0]: Speaker("customer", None)}
        return found | ({strangers[0]: Speaker("agent", strangers[0])} if any(agents) else {})
    return found


def speakers_in(lines: Sequence[str]) -> list[str]:
    """Return who speaks in the lines of one cell: each line with a time names one, or, without any time, each line.

    Nobody where not every line that should names one.
    """
    parts = [parted(line) for line in lines]
    timed = [words for found, words in parts if found and (found["before"] or found["after"])]
    if timed:
        return list(dict.fromkeys(timed))
    named = [words for found, words in parts if found and is_name(found, words)]
    return list(dict.fromkeys(named)) if len(named) == len(lines) else []

"""What is understood of a file before it is scored: columns, roles, channels, times, a sample, what is rejected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from glob import escape
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import compute as pc

from ..checks import endless
from ..errors import InputError, Problem
from ..reasons import Counted
from .cell import plain_texts
from .columns import NEEDED
from .encoding import encoding_of
from .excel import other_sheets
from .files import parts_of
from .header import Part, Unread
from .kinds import kinds_of, read_as
from .lexicon import UNFOLDED, ColumnMapping, lexicon
from .persons import ByName
from .raw import Raw
from .roles import Speaker, calls, channel_of, role_alone, role_of_column
from .taken import Taken, keys, settled, taken_of
from .timing import WINDOW, timing_of
from .understand import understand
from .values import column_text
from .years import NoYear, rows_of

SAMPLE = 2
_TEXTS = (".csv", ".tsv", ".jsonl", ".ndjson", ".txt")


@dataclass(frozen=True)
class Account:
    """What was understood of one table: a file, or a sheet of a workbook.

    ``roles`` and ``channels`` give for each value what it was taken for (None: unknown) and how often it stands there;
    ``times`` for each column the kinds of its values (seconds, milliseconds, microseconds, days, offset, clock, date),
    and ``moments`` one value as written and as read;
    ``reasons`` for each reason, as met first, how many rows were rejected. ``mapping`` says all this of the file,
    ``given`` what the user said of it, and ``sections`` where: the keys of ``files`` that fit. ``ids`` gives the roles
    of agents that say more than the role in rows whose agent no column names: what serves as the agent's id, None where
    it cannot tell persons apart, and ``by_name`` the speakers whom only their names tell. ``lacking`` says why a sheet
    that is skipped is no transcript, ``talk`` which column of it may hold dialogues all the same. ``callers`` are
    speakers whom the direction of the call tells (主叫); ``html``: texts were rid of HTML; ``no_year`` tells of
    times without a year.
    """

    format: str
    file: str
    sheet: str = ""
    encoding: str = ""
    header_rows: tuple[int, ...] | None = None
    columns: tuple[Taken, ...] = ()
    roles: Mapping[str, tuple[str | None, int]] = field(default_factory=dict)
    channels: Mapping[str, tuple[str | None, int]] = field(default_factory=dict)
    times: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    moments: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    turns: int = 0
    conversations: int = 0
    agents: int = 0
    sample: tuple[Mapping[str, Any], ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)
    skipped: str = ""
    problems: tuple[Problem, ...] = ()
    lacking: tuple[Problem, ...] = ()
    mapping: ColumnMapping = field(default_factory=ColumnMapping)
    given: ColumnMapping = field(default_factory=ColumnMapping)
    sections: tuple[str, ...] = ()
    ids: Mapping[str, str | None] = field(default_factory=dict)
    by_name: ByName | None = None
    talk: Unread | None = None
    callers: tuple[str, ...] = ()
    html: bool = False
    no_year: tuple[NoYear, ...] = ()

    @property
    def name(self) -> str:
        """What to call the table: ``book.xlsx[Sheet1]``, or the file."""
        return f"{self.file}[{self.sheet}]" if self.sheet else self.file


def survey(path: Path, name: str, mapping: ColumnMapping) -> Iterator[Account]:
    """Yield what is understood of each table of a file; what cannot be read says so in its problems."""
    suffix = Path(path.name.lower().removesuffix(".gz")).suffix
    found = Account(suffix.removeprefix("."), name, sections=mapping.sections(name))
    accounts: list[Account] = []
    try:
        if suffix in _TEXTS and not endless(path):
            found = replace(found, encoding=encoding_of(path, name))
        for part in parts_of(path, name, mapping):
            sections = mapping.sections(name, part.sheet)
            one = replace(found, given=part.mapping, sheet=part.sheet, sections=sections)
            accounts.append(_voiced(_account(one, part), path, mapping))
        if suffix.startswith(".xls"):
            for title in other_sheets(path, name, mapping):
                skipped = "the mapping names other sheets (sheets)"
                accounts.append(replace(found, sheet=title, skipped=skipped))
    except InputError as error:
        lacking = {problem for one in accounts for problem in one.lacking}
        if set(error.problems) <= lacking:  # no sheet is a transcript: those that come nearest are at fault
            most = max(map(found_needed, accounts))
            least = [one for one in accounts if one.lacking and found_needed(one) == most]
            accounts = [replace(one, skipped="", problems=one.lacking) if one in least else one for one in accounts]
        else:
            accounts.append(replace(found, problems=error.problems))
    yield from accounts


@dataclass
class _Notes:
    """What is noted of the rows as they pass."""

    window: list[Raw] = field(default_factory=list)
    roles: Counter[str] = field(default_factory=Counter)
    callers: set[str] = field(default_factory=set)  # whom the direction of the call tells
    naming: set[str] = field(default_factory=set)  # roles in rows whose agent no column names
    channels: Counter[str] = field(default_factory=Counter)
    turns: int = 0
    conversations: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)
    sample: list[Mapping[str, Any]] = field(default_factory=list)
    reasons: Counted = field(default_factory=Counted)
    problems: tuple[Problem, ...] = ()
    by_name: ByName | None = None
    html: bool = False
    no_year: list[NoYear] = field(default_factory=list)

    def read(self, part: Part) -> None:
        """Read one table to its end."""
        raws = self.watched(rows_of(part, self.no_year.append))
        try:
            for some, rejects in understand(raws, part.name, part.mapping, self.tell):
                self.turns += len(some)
                self.conversations.update(some["conversation_id"].unique().to_pylist())
                self.agents.update(some["agent_id"].drop_null().unique().to_pylist())
                self.sample += some.slice(0, SAMPLE - len(self.sample)).to_pylist()
                self.reasons.update(rejects["reason"].to_pylist())
        except InputError as error:
            self.problems = error.problems

    def tell(self, found: ByName) -> None:
        """Note the speakers who are known by name."""
        self.by_name = found

    def watched(self, raws: Iterator[Raw]) -> Iterator[Raw]:
        """Hand on all batches, noting their first rows and the values of roles and channels."""
        for raw in raws:
            if sum(map(len, self.window)) < WINDOW:
                self.window.append(raw)
            text = column_text(raw.fields["text"].values).fill_null("") if "text" in raw.fields else None
            self.html = self.html or (text is not None and not plain_texts(text).equals(text))
            role = raw.fields.get("speaker") or raw.fields.get("role")
            for counts, given in ((self.roles, role), (self.channels, raw.fields.get("channel"))):
                if given:
                    pairs = column_text(given.values).drop_null().value_counts().to_pylist()
                    counts.update({pair["values"]: pair["counts"] for pair in pairs})
            self.roles.update(reject.speaker for reject in raw.rejects if reject.speaker)  # in lines of talk
            if role and "direction" in raw.extras:
                self.callers.update(filter(calls, column_text(role.values).drop_null().unique().to_pylist()))
            if role:
                self.naming.update(column_text(role.values.filter(_unnamed(raw))).unique().to_pylist())
            yield raw


def _unnamed(raw: Raw) -> pa.Array:
    """Return which rows have no column that names the agent; in lines of talk a name is but what the role says."""
    columns = ("agent_id",) if "speaker" in raw.fields else ("agent_id", "agent_name")
    unnamed = pa.repeat(True, len(raw))
    for given in (raw.fields[key] for key in columns if key in raw.fields):
        unnamed = pc.and_(unnamed, column_text(given.values).is_null())
    return unnamed


def _account(found: Account, part: Part) -> Account:
    """Return what is understood of one table; one that is skipped, or whose header is at fault, is not read."""
    given = part.mapping
    faults = part.header.problems if part.header else ()
    if part.header:
        found = replace(found, header_rows=part.header.rows, columns=tuple(taken_of(part.header, given)))
        found = replace(found, talk=part.header.talk)
    if part.skipped:
        return replace(found, skipped=part.skipped, lacking=faults, mapping=_mapping(found, {}, {}))
    if faults:
        return replace(found, problems=faults, mapping=_mapping(found, {}, {}))
    notes = _Notes()
    notes.read(part)
    timing = timing_of(notes.window)
    callers = tuple(value for value, _ in notes.roles.most_common() if value in notes.callers - given.roles.keys())
    speakers = {value: role_of_column(value, given) for value, _ in notes.roles.most_common() if value not in callers}
    channels = {value: channel_of(value, given) for value, _ in notes.channels.most_common()}
    columns = found.columns or keys(() if found.format == "txt" else notes.window, given)
    sent = {raw.fields["sent_at"].name for raw in notes.window if "sent_at" in raw.fields}
    found = replace(found, columns=tuple(settled(columns, timing, sent)))
    return replace(
        found,
        roles=dict(_roles(speakers, notes)),
        ids=dict(_ids(speakers, notes, given)),
        channels={value: (channel, notes.channels[value]) for value, (channel, _) in channels.items()},
        times=dict(kinds_of(notes.window, timing)),
        moments=dict(read_as(notes.window, timing)),
        turns=notes.turns,
        conversations=len(notes.conversations),
        agents=len(notes.agents),
        sample=tuple(notes.sample),
        reasons=dict(notes.reasons.most_common()),
        problems=notes.problems,
        mapping=_mapping(found, speakers, channels),
        by_name=notes.by_name,
        callers=callers,
        html=notes.html,
        no_year=tuple(notes.no_year),
    )


def _ids(
    speakers: Mapping[str, Speaker | None], notes: _Notes, given: ColumnMapping
) -> Iterator[tuple[str, str | None]]:
    """Yield for each role of an agent that no column names the id that it says, None where it says more but no id."""
    for value, who in speakers.items():
        if value in notes.naming and who and who.role == "agent" and (who.name or role_alone(value, given) is None):
            yield value, who.name


def _voiced(account: Account, path: Path, mapping: ColumnMapping) -> Account:
    """Return the account of a table; where a column may hold dialogues, with all who speak in them.

    The table is read once more for that, as if a mapping named the column; the first rows name those few that the
    fault tells of.
    """
    if account.talk is None:
        return account
    glob = escape(account.file.replace("\\", "/")) + (f"#{escape(account.sheet)}" if account.sheet else "")
    own = ColumnMapping({**account.given.columns, "turns": account.talk.column})
    said = replace(mapping, files={**mapping.files, glob: own})
    parts = (part for part in parts_of(path, account.file, said) if part.sheet == account.sheet)
    roles = next((dict(_account(account, part).roles) for part in parts), {})
    return replace(account, roles=roles | {name: (None, 0) for name in account.talk.speakers if name not in roles})


def _roles(speakers: Mapping[str, Speaker | None], notes: _Notes) -> Iterator[tuple[str, tuple[str | None, int]]]:
    """Yield for each speaker the role and the number of rows; of names that nobody knows those that are read."""
    by_name = notes.by_name.rows if notes.by_name else {}
    most = sorted(by_name.items(), key=lambda one: one[1])
    told = {name: (role, rows) for (name, role), rows in most}  # how he was read most often; other rows are rejected
    for value, who in speakers.items():
        role, rows = told.get(value, (None, 0))
        others = notes.roles[value] - rows
        yield value, (who.role, others) if who and others >= rows else (role, rows or others)
    yield from ((name, read) for name, read in told.items() if name not in speakers)


def found_needed(account: Account) -> int:
    """Return how many of the columns that a transcript needs a table has."""
    return sum(one.taken_for in NEEDED for one in account.columns)


def _mapping(
    found: Account, speakers: Mapping[str, Speaker | None], channels: Mapping[str, tuple[str | None, bool]]
) -> ColumnMapping:
    """Return the mapping that says what was understood of columns, of roles and of channels."""
    given = found.given
    names = {one.taken_for: one.column for one in found.columns if one.taken_for}
    columns = {key: names[key] for key in (*lexicon().columns, *UNFOLDED, *lexicon().metadata) if key in names}
    if found.talk and columns.get("text") == found.talk.column:
        del columns["text"]  # its cells are dialogues, as it seems
    # a value that says more (客服(A01), 电话呼出) is known by its first word; mapped as a whole it would hide the rest
    roles = {value: who.role for value, who in speakers.items() if who and who.name is None}
    whole = {value: channel for value, (channel, known) in channels.items() if channel and known}
    rows = found.header_rows if found.format in ("csv", "tsv") or found.sheet else None
    return replace(
        given,
        columns={**columns, **({"turns": given.columns["turns"]} if "turns" in given.columns else {})},
        roles={**roles, **given.roles},
        channels={**whole, **given.channels},
        header_rows=rows,
    )

"""Tables (Excel, CSV, Parquet) that people filled in: labelled turns, and reviewed findings (复核过的命中)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
from python_calamine import CalamineError

from ..errors import InputError, Problem
from ..gather import gather
from ..model import Conversation
from ..readers import ColumnMapping, from_frame
from ..readers.columns import assign
from ..readers.delimited import DELIMITERS
from ..readers.encoding import fault, utf8_blocks
from ..readers.excel import refuse_scattered
from ..readers.header import TOP, Row, find_header, named_header
from ..readers.lexicon import fold_name, names_of
from .labels import CODE_BOOK, SEPARATORS, Labelled, Labels, categories_in, category_of, unknown
from .review import review_columns

EXCEL = (".xlsx", ".xlsm", ".xls")
SHOWN = 5  # rows that a message names beside the first
_LABELS = ("labels", "label", "标注", "标签", "人工标注", "标注类别", "违规类别", "违规类型", "gold")
_DISPUTED = ("disputed", "存疑", "争议", "存疑类别")
Cells = tuple[frozenset[str], frozenset[str]]  # of one row: the categories given, and those that are disputed
_PLACE = ("line", "conversation_id", "turn_index", "role")
_YES = frozenset(map(fold_name, ("1", "1.0", "true", "yes", "y", "v", "是", "有", "√", "✓", "✔", "违规")))
_NO = frozenset(map(fold_name, ("", "0", "0.0", "false", "no", "n", "否", "无", "×", "-")))
_DOUBTS = ("?", "？", "存疑", "待定")
_DOUBT = frozenset(map(fold_name, _DOUBTS))
_DOUBTFUL = re.compile(  # among labels
    rf"(?:^|(?<=[{SEPARATORS}]))(?:{'|'.join(map(re.escape, _DOUBTS))})(?=[{SEPARATORS}]|$)"
)


class Filled(NamedTuple):
    """A table that people filled in: what to call it in messages, its cells, and what the mapping says of it."""

    title: str
    frame: pd.DataFrame
    mapping: ColumnMapping


def read_tables(path: Path, name: str, mapping: ColumnMapping | None = None) -> Iterator[Filled]:
    """Yield the sheets of a workbook, or the one table of a CSV, TSV or Parquet file, with all cells as text.

    An empty cell is an empty text; the index holds the row of the file, from 1 on. In a workbook titles may stand above
    the header; of its sheets those count that the mapping names, or all.

    Raises:
        InputError: the file cannot be read (I101, I103, I104), is not what its suffix says (I109), or a cell of a
            workbook lies far off (I111).
    """
    given, suffix = mapping or ColumnMapping(), path.suffix.lower()
    whole = given.at(name)
    if suffix in EXCEL:
        refuse_scattered(path, name)
    try:
        if suffix in EXCEL:
            wanted = list(whole.sheets) or None
            sheets = pd.read_excel(
                path, sheet_name=wanted, header=None, dtype=str, keep_default_na=False, engine="calamine"
            )
            for sheet, cells in sheets.items():
                title, said = f"{name}[{sheet}]", given.at(name, sheet)
                yield Filled(title, _headed(cells, title, said), said)
        elif suffix == ".parquet":
            cells = pd.read_parquet(path, dtype_backend="numpy_nullable")  # so that a gap makes no 1.0 of a 1
            yield Filled(name, _numbered_rows(cells.astype("string").fillna("").astype(object)), whole)
        else:
            data = b"".join(utf8_blocks(path, name))
            head = data.split(b"\n", 1)[0].decode()
            separator = max(DELIMITERS, key=head.count)
            cells = pd.read_csv(BytesIO(data), sep=separator, dtype=str, keep_default_na=False)
            yield Filled(name, _numbered_rows(cells), whole)
    except OSError as error:
        raise fault(name, "I101", f"the file cannot be read: {error.strerror or error}") from None
    except (ValueError, CalamineError, pa.ArrowException) as error:  # pandas' own errors are ValueErrors
        raise fault(name, "I109", f"the file is no {suffix} table that can be read: {error}") from None


def _numbered_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table, whose header is row 1, with the rows of the file as its index."""
    return frame.set_axis(range(2, len(frame) + 2), axis=0)


def _headed(cells: pd.DataFrame, name: str, mapping: ColumnMapping) -> pd.DataFrame:
    """Return what stands below the header of a sheet; the header is sought as in a transcript.

    Where no row has all that a transcript needs it is the row with the most names of columns or labels.
    """
    rows = [Row(line, texts) for line, texts in enumerate(cells.to_numpy().tolist(), 1) if any(map(str.strip, texts))]
    head = rows[: max(mapping.header_rows or (0,)) + TOP]
    if not head:
        return pd.DataFrame()
    header = find_header(head, name, mapping)
    if header.problems and mapping.header_rows is None:
        row = max(head, key=lambda row: _known(row.cells, mapping))
        names = [text.strip() or f"column_{place}" for place, text in enumerate(row.cells, 1)]
        header = named_header(names, name, mapping, (row.line,))
    # a name that is given twice must not hide a column
    again = [header.names[:place].count(title) for place, title in enumerate(header.names)]
    columns = [f"{title}.{times}" if times else title for title, times in zip(header.names, again, strict=True)]
    below = cells.iloc[header.last :].set_axis(columns, axis=1)
    return below.set_axis(range(header.last + 1, len(cells) + 1), axis=0)


def _known(cells: Sequence[str], mapping: ColumnMapping) -> int:
    """Return how many cells of a row are names of columns, of labels or of a review."""
    frame = pd.DataFrame(columns=list(cells))
    labels = {_column(frame, _LABELS), _column(frame, _DISPUTED), *_category_columns(frame)}
    return len((labels | {*review_columns(frame).values()} | _fields(cells, mapping)) - {None})


def _fields(names: Sequence[str], mapping: ColumnMapping) -> set[str]:
    """Return those of the names that are columns of a transcript."""
    try:
        return {names[place] for place in assign(names, mapping).fields.values()}
    except KeyError:  # the mapping names a column that is not among them
        return set()


def is_labelled(frame: pd.DataFrame) -> bool:
    """True where a table has a column of labels or a column for a category."""
    return bool(_column(frame, _LABELS)) or bool(_category_columns(frame))


def holds_words(frame: pd.DataFrame, mapping: ColumnMapping) -> bool:
    """True where a table has a column for what was said; statistics by category have none."""
    names = list(map(str, frame.columns))
    wanted = mapping.columns.get("text")
    return not set(names_of(wanted)).isdisjoint(names) if wanted else "text" in assign(names, ColumnMapping()).fields


def labelled_table(frame: pd.DataFrame, name: str, mapping: ColumnMapping | None) -> Labelled:
    """Read a table with one row a turn and labels beside it.

    The labels stand in one column (``labels`` / 标注: ``promise、推诿``; empty or 无 for a clean turn) with a column
    ``disputed`` / 存疑 beside it, or in a column for each category (``promise`` or 绝对化承诺: 1, 是, √; ``?`` is
    disputed): then the categories that have one count as judged. 存疑 among the labels, or 是 in the column 存疑, makes
    all labels of the row disputed, and where it has none every category. Every agent turn of the table is judged.
    Without a column for the conversation each row is a conversation of its own, without a role column the agent speaks.

    Raises:
        InputError: as the readers do; I151, a label is no category or stands at a turn that cannot be judged.
    """
    rows = frame.reset_index(drop=True)
    cells, judged = _cells(frame, name)
    lines = list(frame.index)
    turns, rejects = from_frame(_completed(rows, lines, mapping), name, mapping)
    turns = _numbered(turns)
    batches, _, again = gather(turns)
    conversations = tuple(chain.from_iterable(batches))
    given = _placed(dict(zip(lines, cells, strict=True)), turns, conversations, name)
    labels = {
        conversation.conversation_id: Labels(
            {index: found for index, (found, _) in given[conversation.conversation_id].items()},
            {index: doubts for index, (_, doubts) in given[conversation.conversation_id].items()},
            judged=judged,
        )
        for conversation in conversations
    }
    return Labelled(conversations, labels, len(rejects) + len(again))


def _placed(
    cells: Mapping[int, Cells], turns: pa.Table, conversations: Sequence[Conversation], name: str
) -> dict[str, dict[int, Cells]]:
    """Return the labels of each conversation's agent turns; a label that stands elsewhere is a fault."""
    lines, *others = (turns[key].to_pylist() for key in _PLACE)
    rows = dict(zip(lines, zip(*others, strict=True), strict=True))
    spoken = {(c.conversation_id, t.turn_index) for c in conversations for t in c.turns if t.role == "agent" and t.text}
    placed: dict[str, dict[int, Cells]] = {conversation.conversation_id: {} for conversation in conversations}
    problems = []
    for row, (line, found) in enumerate(cells.items(), 1):
        conversation, index, role = rows.get(row, ("", -1, "rejected"))
        if (conversation, index) in spoken and index not in placed[conversation]:
            placed[conversation][index] = found
        elif found[0]:
            what = f"a {role} turn" if role != "agent" else "an empty or doubled turn"
            problems.append(
                Problem(name, line, 0, "I151", f"a label (标注) at {what}: only what an agent says is judged")
            )
    if problems:
        raise InputError(problems)
    return placed


def _cells(frame: pd.DataFrame, name: str) -> tuple[list[Cells], frozenset[str]]:
    """Return (categories, disputed ones) for each row, and the categories that were looked for."""
    problems: list[Problem] = []

    def read(line: int, column: str | None, text: str) -> frozenset[str]:
        try:
            return categories_in(text)
        except ValueError as error:
            problems.append(Problem(name, line, 0, "I151", f"{column}: {unknown(str(error))}"))
            return frozenset()

    listed, doubted = _column(frame, _LABELS), _column(frame, _DISPUTED)
    columns = _category_columns(frame)
    judged = CODE_BOOK if listed else frozenset(columns.values())
    found = []
    for line, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        label, doubt = (cells[column] if column else "" for column in (listed, doubted))
        given = read(line, listed, _DOUBTFUL.sub("", label))
        if _DOUBTFUL.search(label) or fold_name(doubt) in _YES | _DOUBT:  # without labels all may be meant
            given, disputed = frozenset(), given or judged
        else:
            disputed = read(line, doubted, doubt)
        for column, category in columns.items():
            word = fold_name(cells[column])
            if word in _YES:
                given |= {category}
            elif word in _DOUBT:
                disputed |= {category}
            elif word not in _NO:
                message = f"{column}: {cells[column]!r} is neither yes (1, 是), no (0, 否, empty) nor disputed (?)"
                problems.append(Problem(name, line, 0, "I151", message))
        if given & disputed:
            message = f"{', '.join(sorted(given & disputed))} is labelled and disputed (存疑): keep one of them"
            problems.append(Problem(name, line, 0, "I151", message))
        found.append((given, disputed))
    if problems:
        raise InputError(_together(problems))
    return found, judged


def _together(problems: Sequence[Problem]) -> list[Problem]:
    """Return problems with one for all rows that have the same, at the first of them, with the places of the others."""
    rows: dict[tuple[str, str], list[int]] = {}
    for one in problems:
        rows.setdefault((one.code, one.message), []).append(one.line)
    found = []
    for (code, message), lines in rows.items():
        more = ", ".join(map(str, lines[1 : SHOWN + 1])) + (", …" if len(lines) > SHOWN + 1 else "")
        told = f"{message}; so in {len(lines)} rows, also in {more}" if more else message
        found.append(Problem(problems[0].path, lines[0], 0, code, told))
    return found


def _column(frame: pd.DataFrame, names: tuple[str, ...]) -> str | None:
    folded = {fold_name(name) for name in names}
    return next((column for column in map(str, frame.columns) if fold_name(column) in folded), None)


def _category_columns(frame: pd.DataFrame) -> Mapping[str, str]:
    found = {column: category_of(column) for column in map(str, frame.columns)}
    return {column: category for column, category in found.items() if category}


def _completed(frame: pd.DataFrame, lines: Sequence[int], mapping: ColumnMapping | None) -> pd.DataFrame:
    """Return the turns alone, with an id for each row and the agent's role where the table has no such column."""
    labelling = {_column(frame, _LABELS), _column(frame, _DISPUTED), *_category_columns(frame)}
    turns = frame.drop(columns=[column for column in frame.columns if column in labelling])
    try:
        known = assign(list(map(str, turns.columns)), mapping or ColumnMapping()).fields
    except KeyError:  # the readers say what is wrong with the mapping
        return turns
    if "conversation_id" not in known:
        turns = turns.assign(conversation_id=[f"row {line}" for line in lines])
    return turns if "role" in known else turns.assign(role="agent")


def _numbered(turns: pa.Table) -> pa.Table:
    """Number the turns of a conversation by their rows where the table gives no numbers at all."""
    if turns["turn_index"].null_count < len(turns):
        return turns
    seen: dict[str, int] = {}
    numbers = []
    for name in turns["conversation_id"].to_pylist():
        numbers.append(seen.get(name, 0))
        seen[name] = numbers[-1] + 1
    place = turns.schema.get_field_index("turn_index")
    return turns.set_column(place, turns.schema.field(place), pa.array(numbers, pa.int32()))

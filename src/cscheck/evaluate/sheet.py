"""Tables (Excel, CSV, Parquet) that people filled in: labelled turns, and reviewed findings (复核过的命中)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import chain
from pathlib import Path

import pandas as pd
import pyarrow as pa
from python_calamine import CalamineError

from ..errors import InputError, Problem
from ..gather import gather
from ..model import Conversation
from ..readers import ColumnMapping, from_frame
from ..readers.columns import assign
from ..readers.encoding import fault, utf8_blocks
from ..readers.lexicon import fold_name
from .labels import CODE_BOOK, Labelled, Labels, categories_in, category_of, unknown

EXCEL = (".xlsx", ".xlsm", ".xls")
_LABELS = ("labels", "label", "标注", "标签", "人工标注", "标注类别", "违规类别", "gold")
_DISPUTED = ("disputed", "存疑", "争议", "存疑类别")
Cells = tuple[frozenset[str], frozenset[str]]  # of one row: the categories given, and those that are disputed
_PLACE = ("line", "conversation_id", "turn_index", "role")
_SEPARATORS = ",\t;"
_YES = frozenset(map(fold_name, ("1", "1.0", "true", "yes", "y", "v", "是", "有", "√", "✓", "✔", "违规")))
_NO = frozenset(map(fold_name, ("", "0", "0.0", "false", "no", "n", "否", "无", "×", "-")))
_DOUBT = frozenset(map(fold_name, ("?", "？", "存疑", "待定")))


def read_tables(path: Path, name: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the sheets of a workbook, or the one table of a CSV, TSV or Parquet file, with all cells as text.

    An empty cell is an empty text. Each comes with what to call it in messages.

    Raises:
        InputError: the file cannot be read (I101, I103, I104) or is not what its suffix says (I109).
    """
    suffix = path.suffix.lower()
    try:
        if suffix in EXCEL:
            sheets = pd.read_excel(path, sheet_name=None, dtype=str, keep_default_na=False, engine="calamine")
            yield from ((f"{name}[{title}]", frame) for title, frame in sheets.items())
        elif suffix == ".parquet":
            whole = pd.read_parquet(path, dtype_backend="numpy_nullable")  # so that a gap makes no 1.0 of a 1
            yield name, whole.astype("string").fillna("").astype(object)
        else:
            data = b"".join(utf8_blocks(path, name))
            head = data.split(b"\n", 1)[0].decode()
            separator = max(_SEPARATORS, key=head.count)
            yield name, pd.read_csv(BytesIO(data), sep=separator, dtype=str, keep_default_na=False)
    except OSError as error:
        raise fault(name, "I101", f"the file cannot be read: {error.strerror or error}") from None
    except (ValueError, CalamineError, pa.ArrowException) as error:  # pandas' own errors are ValueErrors
        raise fault(name, "I109", f"the file is no {suffix} table that can be read: {error}") from None


def is_labelled(frame: pd.DataFrame) -> bool:
    """True where a table has a column of labels or a column for a category."""
    return bool(_column(frame, _LABELS)) or bool(_category_columns(frame))


def labelled_table(frame: pd.DataFrame, name: str, mapping: ColumnMapping | None) -> Labelled:
    """Read a table with one row a turn and labels beside it.

    The labels stand in one column (``labels`` / 标注: ``promise、推诿``; empty or 无 for a clean turn) with a column
    ``disputed`` / 存疑 beside it, or in a column for each category (``promise`` or 绝对化承诺: 1, 是, √; ``?`` is
    disputed): then the categories that have one count as judged. Every agent turn of the table is judged. Without a
    column for the conversation each row is a conversation of its own, without a role column the agent speaks.

    Raises:
        InputError: as the readers do; I151, a label is no category or stands at a turn that cannot be judged.
    """
    rows = frame.reset_index(drop=True)
    cells, judged = _cells(rows, name)
    turns, rejects = from_frame(_completed(rows, mapping), name, mapping)
    turns = _numbered(turns)
    batches, _, again = gather(turns)
    conversations = tuple(chain.from_iterable(batches))
    given = _placed(cells, turns, conversations, name)
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
    cells: Sequence[Cells], turns: pa.Table, conversations: Sequence[Conversation], name: str
) -> dict[str, dict[int, Cells]]:
    """Return the labels of each conversation's agent turns; a label that stands elsewhere is a fault."""
    lines, *others = (turns[key].to_pylist() for key in _PLACE)
    rows = dict(zip(lines, zip(*others, strict=True), strict=True))
    spoken = {(c.conversation_id, t.turn_index) for c in conversations for t in c.turns if t.role == "agent" and t.text}
    placed: dict[str, dict[int, Cells]] = {conversation.conversation_id: {} for conversation in conversations}
    problems = []
    for row, found in enumerate(cells, 1):
        conversation, index, role = rows.get(row, ("", -1, "rejected"))
        if (conversation, index) in spoken and index not in placed[conversation]:
            placed[conversation][index] = found
        elif found[0]:
            what = f"a {role} turn" if role != "agent" else "an empty or doubled turn"
            problems.append(Problem(name, row + 1, 0, "I151", f"a label at {what}: only what an agent says is judged"))
    if problems:
        raise InputError(problems)
    return placed


def _cells(frame: pd.DataFrame, name: str) -> tuple[list[Cells], frozenset[str]]:
    """Return (categories, disputed ones) for each row, and the categories that were looked for."""
    problems: list[Problem] = []

    def read(row: int, parse: Callable[[str], frozenset[str]], text: str) -> frozenset[str]:
        try:
            return parse(text)
        except ValueError as error:
            problems.append(Problem(name, row + 2, 0, "I151", unknown(str(error))))
            return frozenset()

    listed, doubted = _column(frame, _LABELS), _column(frame, _DISPUTED)
    columns = _category_columns(frame)
    found = []
    for row, cells in enumerate(frame.to_dict("records")):
        given = read(row, categories_in, cells[listed]) if listed else frozenset[str]()
        disputed = read(row, categories_in, cells[doubted]) if doubted else frozenset[str]()
        for column, category in columns.items():
            word = fold_name(cells[column])
            if word in _YES:
                given |= {category}
            elif word in _DOUBT:
                disputed |= {category}
            elif word not in _NO:
                message = f"{column}: {cells[column]!r} is neither yes (1, 是), no (0, 否, empty) nor disputed (?)"
                problems.append(Problem(name, row + 2, 0, "I151", message))
        found.append((given, disputed))
    if problems:
        raise InputError(problems)
    return found, CODE_BOOK if listed else frozenset(columns.values())


def _column(frame: pd.DataFrame, names: tuple[str, ...]) -> str | None:
    folded = {fold_name(name) for name in names}
    return next((column for column in map(str, frame.columns) if fold_name(column) in folded), None)


def _category_columns(frame: pd.DataFrame) -> Mapping[str, str]:
    found = {column: category_of(column) for column in map(str, frame.columns)}
    return {column: category for column, category in found.items() if category}


def _completed(frame: pd.DataFrame, mapping: ColumnMapping | None) -> pd.DataFrame:
    """Return the turns alone, with an id for each row and the agent's role where the table has no such column."""
    labelling = {_column(frame, _LABELS), _column(frame, _DISPUTED), *_category_columns(frame)}
    turns = frame.drop(columns=[column for column in frame.columns if column in labelling])
    try:
        known = assign(list(map(str, turns.columns)), mapping or ColumnMapping()).fields
    except KeyError:  # the readers say what is wrong with the mapping
        return turns
    if "conversation_id" not in known:
        turns = turns.assign(conversation_id=[f"row {row + 2}" for row in range(len(turns))])
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

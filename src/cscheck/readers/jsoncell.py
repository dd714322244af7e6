"""The dialogue in one cell as JSON: a list of turns, or an object that holds one, as platforms put it into a column."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

from .collected import EACH, SURROGATE, as_text, parsed
from .columns import assign, named_here
from .lexicon import ColumnMapping, fold_name, lexicon, names_of, unit_of
from .moments import read_time
from .raw import Reject
from .roles import role_of_column, unknown_role
from .talk import Talk, said_by, speaker_in

_LOOKS = re.compile(r"""\s*(?:\[\s*[{\]]|\{\s*["'])""")  # [09:03] and [客服] are no JSON
_PYTHON = re.compile(r"\s*\[?\s*\{\s*'")  # as Python prints lists and objects: single quotes
_FULL = 32_767  # characters: the most that a cell of Excel holds
_PER_SECOND = {"us": 1e6, "ms": 1e3, "s": 1.0}
_NO_KEY = "no text"
_NO_TEXT = "the text of the turn is not a text but a list or an object"


class Said(NamedTuple):
    """One turn of the list: who speaks, the agent's id or name, the text, its times, and why it cannot be used."""

    speaker: str | None
    agent: str | None
    text: str
    time: str | None
    end: str | None
    reason: str = ""


def is_json(cell: str) -> bool:
    """True for a cell that begins like a list of JSON objects, or like one object."""
    return _LOOKS.match(cell) is not None


def said_in(cell: str, mapping: ColumnMapping) -> list[Said]:
    """Return the turns of a dialogue as JSON; their keys go by the names that columns go by.

    Raises:
        ValueError: the cell holds no JSON, or no list of turns; the argument is the reason for the reject.
    """
    try:
        found = _loaded(cell)
    except ValueError as error:
        cut = f"; the cell is full ({_FULL} characters), it was cut" if len(cell) >= _FULL - 1 else ""
        raise ValueError(f"{error}{cut}") from None
    turns = found if isinstance(found, list) else _list_in(found, mapping)
    if not turns:
        raise ValueError("empty dialogue")
    said = [_said(turn, mapping) for turn in turns]
    if not any(one.speaker for one in said) or all(one.reason == _NO_KEY for one in said):
        keys = dict.fromkeys(key for turn in turns if isinstance(turn, dict) for key in turn)
        raise ValueError(f"no list of turns; the keys are: {', '.join(keys)[:200]}")
    return said


def speakers_of(cell: str, mapping: ColumnMapping) -> list[str]:
    """Return who speaks in a cell, turn by turn; nobody where it is no dialogue as JSON."""
    if not is_json(cell):
        return []
    try:
        return [one.speaker for one in said_in(cell, mapping) if one.speaker]
    except ValueError:
        return []


def hear_said(said: Sequence[Said], number: int, talk: Talk) -> None:
    """Add turns to the talk; ``number`` is the row of their cell."""
    for one in said:
        who = None
        if one.speaker and not one.reason:
            who = speaker_in(one.speaker, talk) or role_of_column(one.speaker, talk.mapping)
        if who is None:
            reason = one.reason or ("no role" if one.speaker is None else unknown_role(one.speaker))
            talk.rejects.append(Reject(number, 0, talk.conversation, None, reason, one.speaker))
            continue
        own = one.agent if who.role == "agent" else None
        heard_as = said_by(one.speaker or "", who, talk)
        talk.rows.append([talk.conversation, who.role, own or who.name, one.text, one.time, one.end, heard_as])
        talk.lines.append(number)


def _loaded(cell: str) -> Any:
    """Return what a cell holds as JSON, or as Python prints it (``{'role': '客服'}``).

    Raises:
        ValueError: it is neither; the argument says why it is no JSON.
    """
    try:
        return parsed(cell.encode("utf-8"))
    except ValueError:
        if not _PYTHON.match(cell):
            raise
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a backslash that means nothing
            return json.loads(json.dumps(ast.literal_eval(cell.strip())))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise ValueError("not valid JSON: it has single quotes, and cannot be read as Python's either") from None


def _list_in(found: Any, mapping: ColumnMapping) -> list[Any]:
    """Return the list of turns that an object holds; empty where it holds none."""
    given = mapping.columns.get("turns", ())
    names = {fold_name(name) for name in (*names_of(given), *lexicon().turns)}
    lists = [value for key, value in found.items() if fold_name(key) in names and isinstance(value, list)]
    if not lists:
        raise ValueError(f"no list of turns; the keys are: {', '.join(map(str, found))[:200]}")
    return next(filter(None, lists), [])


def _said(turn: Any, mapping: ColumnMapping) -> Said:
    """Return one turn by its keys."""
    if not isinstance(turn, dict):
        return Said(None, None, "", None, None, f"the turn is not a JSON object but {str(as_text(turn))[:40]}")
    names = [str(key) for key in turn]
    fields = {key: names[at] for key, at in assign(names, named_here(names, mapping), EACH).fields.items()}
    given = {key: turn[name] for key, name in fields.items()}
    text = given.get("text")
    reason = _NO_TEXT if isinstance(text, (list, dict)) else _NO_KEY if "text" not in fields else ""
    texts = [as_text(given.get(key)) for key in ("role", "agent_id", "agent_name")]
    if SURROGATE.search("".join(filter(None, [*texts, as_text(text)]))):
        return Said(None, None, "", None, None, "the turn holds a lone surrogate (half of a character)")
    times = {key: _time(fields[key], given[key]) for key in ("start", "end", "sent_at") if key in fields}
    moment = times.get("sent_at")
    kind, number = read_time(moment or "")
    if times.get("start") and not (kind == "stamp" or number >= 1e9):  # a moment on the calendar says more
        moment, end = times["start"], times.get("end")
    else:
        end = None
    role = (texts[0] or "").strip() or None
    return Said(role, texts[1] or texts[2], as_text(text) or "", moment, end, reason)


def _time(name: str, value: Any) -> str | None:
    """Return a time as text; a number whose key names its unit in seconds."""
    rate = _PER_SECOND.get(unit_of(name)[1] or "s", 1.0)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and rate != 1 and value < 1e9:
        return repr(value / rate)
    return as_text(value)

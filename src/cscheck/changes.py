"""What changed (前后对比) between two runs over the same transcripts: a rule is tried on the past before it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from .arguments import path_of
from .errors import InputError, Problem
from .outfolder import RECORD, record_in
from .tables import FINDINGS as SCHEMA

if TYPE_CHECKING:
    import pandas as pd

# Two findings are the same where they say the same of the same words; a finding whose words changed is gone and new.
SAME_FINDING = ["kind", "conversation_id", "agent_id", "turn_index", "rule_id", "start", "end"]
SAME_PART = ["conversation_id", "agent_id"]
FINDINGS = [*SAME_FINDING, "category", "polarity", "severity", "points", "confidence", "matched", "message"]
SHOWN = 3  # files that a message names
SCORES = ["score", "band", "passed", "fatal"]


class Changes(NamedTuple):
    """The differences of two runs, as DataFrames.

    ``findings``: a row for each finding that only one run has, with its columns in ``findings.parquet`` and ``change``
    (added, removed), in order of conversation and turn. ``rules``: a row for each rule with a changed finding:
    ``rule_id``, ``before``, ``after``, ``added``, ``removed`` (numbers of findings), the most changed first.
    ``conversations``: a row for each part of a conversation whose score, band or pass changed: ``conversation_id``,
    ``agent_id``, and ``score``, ``band``, ``passed``, ``fatal`` with ``_before`` and ``_after``. ``counts``: findings
    and parts that passed, each with ``_before`` and ``_after``; ``parts``, and ``touched`` of them by changed findings.
    ``schemes``: the scoring schemes of both runs, by name and digest.
    """

    findings: pd.DataFrame
    rules: pd.DataFrame
    conversations: pd.DataFrame
    counts: dict[str, int]
    schemes: tuple[tuple[str, str], tuple[str, str]]


def compare(before: str | Path, after: str | Path) -> Changes:
    """Compare two result folders of ``cscheck score`` over the same transcripts.

    Raises:
        InputError: I137, a folder holds no run, or the two runs did not read the same transcripts in the same way.
        TypeError: an argument is no path.
    """
    import pandas as pd  # a third of a second, which no other command needs

    old, new = Path(path_of(before, "before")), Path(path_of(after, "after"))
    records = _records(old, new)
    _refuse_others(*records, new)
    was, now = _table(old, "findings", FINDINGS), _table(new, "findings", FINDINGS)
    removed, added = _without(was, now).assign(change="removed"), _without(now, was).assign(change="added")
    found = pd.concat([removed, added], ignore_index=True)
    found = found[["change", *FINDINGS]].sort_values(
        ["conversation_id", "turn_index", "start", "rule_id", "change"], kind="stable", ignore_index=True
    )
    parts, rescored = _parts(old, new)
    touched = len(found[SAME_PART].drop_duplicates())
    counts = {"findings_before": len(was), "findings_after": len(now), "touched": touched, **parts}
    return Changes(found, _rules(found, was, now), rescored, counts, (_scheme(records[0]), _scheme(records[1])))


def _without(some: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return the findings that are not among the others."""
    known = others[SAME_FINDING].drop_duplicates()
    joined = some[SAME_FINDING].merge(known, how="left", on=SAME_FINDING, indicator="found")
    return some[(joined["found"] == "left_only").to_numpy()]


def _rules(found: pd.DataFrame, was: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Count the findings of each rule that has a changed one."""
    rules = found["rule_id"].drop_duplicates().sort_values().to_frame()
    changed = {change: found[found["change"] == change] for change in ("added", "removed")}
    for name, table in {"before": was, "after": now, **changed}.items():
        rules[name] = rules["rule_id"].map(table["rule_id"].value_counts()).fillna(0).astype(int)
    most = (-rules["added"] - rules["removed"]).sort_values(kind="stable").index
    return rules.loc[most].reset_index(drop=True)


def _parts(old: Path, new: Path) -> tuple[dict[str, int], pd.DataFrame]:
    """Return how many parts of conversations there are and passed, and those that are judged otherwise."""
    was, now = (_table(folder, "conversations", [*SAME_PART, *SCORES]) for folder in (old, new))
    both = was.merge(now, on=SAME_PART, suffixes=("_before", "_after"))
    before, after = (
        both[[f"{name}_{when}" for name in SCORES]].set_axis(SCORES, axis=1) for when in ("before", "after")
    )
    same = ((before == after) | (before.isna() & after.isna())).all(axis=1)
    passed = {
        f"passed_{when}": int(table["passed"].eq(True).sum()) for when, table in (("before", was), ("after", now))
    }
    if not len(was) == len(now) == len(both):
        message = "the runs know other conversations, though they read the same files: score both with one version"
        raise InputError(Problem(str(new), 0, 0, "I137", message))
    return {"parts": len(both), **passed}, both[~same].reset_index(drop=True)


def _table(folder: Path, name: str, columns: list[str]) -> pd.DataFrame:
    try:
        table = pq.read_table(folder / f"{name}.parquet", columns=columns)
        if name == "findings":
            table = table.cast(pa.schema([SCHEMA.field(column) for column in columns]))
        return table.to_pandas()
    except (OSError, ValueError, pa.ArrowException) as error:
        message = f"{name}.parquet cannot be read ({error}): score again into this folder"
        raise InputError(Problem(str(folder), 0, 0, "I137", message)) from None


def _records(old: Path, new: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the records of two runs; every folder without one is named."""
    was, now = ((record_in(folder) or {}) for folder in (old, new))
    lacking = [folder for folder, record in ((old, was), (new, now)) if record.get("command") != "score"]
    if lacking:
        message = f"no result of cscheck score: {RECORD} is missing, damaged or of another command"
        raise InputError([Problem(str(folder), 0, 0, "I137", message) for folder in lacking])
    return was, now


def _refuse_others(was: Mapping[str, Any], now: Mapping[str, Any], folder: Path) -> None:
    """Refuse runs that did not read the same transcripts: what changed between them may come from their input."""
    before, after = (Counter(map(str, _part(record, "inputs").values())) for record in (was, now))
    if before != after:
        only = (_only(was, before - after), _only(now, after - before))
        message = (
            f"the runs read other files: {only[0]} only before, {only[1]} only after; score the same files in both"
        )
        raise InputError(Problem(str(folder), 0, 0, "I137", message))
    old, new = (_part(record, "options").get("mapping") for record in (was, now))
    if old != new:
        message = f"the runs read the files by other mappings ({old} and {new}): use the same --map"
        raise InputError(Problem(str(folder), 0, 0, "I137", message))


def _only(record: Mapping[str, Any], digests: Counter[str]) -> str:
    """Return how many files only one run has read, and the first of them by name."""
    names = sorted(name for name, digest in _part(record, "inputs").items() if digest in digests)
    more = ", …" if len(names) > SHOWN else ""
    return f"{digests.total()} ({', '.join(names[:SHOWN])}{more})" if names else str(digests.total())


def _part(record: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = record.get(key)
    return found if isinstance(found, dict) else {}


def _scheme(record: Mapping[str, Any]) -> tuple[str, str]:
    return str(record.get("scheme")), str(record.get("scheme_digest"))

"""Input in which no agent speaks: a run that can judge nothing must not look clean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from .errors import InputError, Problem
from .reasons import Counted

SHOWN = 3  # reasons


def spoken_by(turns: pa.Table) -> Counter[str]:
    """Count the turns that are not empty by role."""
    roles = turns["role"].filter(pc.not_equal(turns["text"], "")).value_counts().to_pylist()
    return Counter({pair["values"]: pair["counts"] for pair in roles})


def refuse_unjudged(spoken: Counter[str], rejects: Iterable[pa.Table], where: str) -> None:
    """Refuse an input in which no agent speaks.

    Args:
        spoken: how many turns each role has.
        rejects: the rows that the readers rejected, among which the agent's may be.
        where: what to call the input.

    Raises:
        InputError: I132 no turn at all, I135 no turn of an agent; the rejected rows are told of.
    """
    if spoken["agent"]:
        return
    rejected = _told(rejects)
    if not spoken:
        raise InputError(Problem(where, 0, 0, "I132", "; ".join(["no usable turn", *rejected])))
    roles = ", ".join(f"{role} ({count} turns)" for role, count in spoken.most_common())
    mend = "check the role column, and name what means the agent in a mapping (roles: {value: agent})"
    message = f"no agent speaks, only {roles}, so nothing can be judged: {'; '.join([*rejected, mend])}"
    raise InputError(Problem(where, 0, 0, "I135", message))


def _told(rejects: Iterable[pa.Table]) -> list[str]:
    """Return how many rows were rejected, and the most frequent reasons, each with where it was met first."""
    reasons = Counted()
    for table in rejects:
        columns = (table[name].to_pylist() for name in ("file", "line", "reason"))
        for file, line, reason in zip(*columns, strict=True):
            reasons.add(reason, f"{file}:{line}: {reason}")
    if not reasons.counts:
        return []
    shown = [f"{reason} ({count} rows)" for reason, count in reasons.most_common(SHOWN)]
    return [f"{reasons.counts.total()} rows were rejected, for example {'; '.join(shown)}"]

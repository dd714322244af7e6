"""What a Checker returns: one checked conversation, or the tables of a frame; both show themselves in a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from .assess import Assessment, Assessor
from .display import checked_html, scored_html
from .errors import InputError, Problem
from .excerpts import excerpts_table
from .explain import explain
from .gather import gather
from .model import Finding
from .outfolder import workplace
from .pack import Library
from .record import record_of
from .tables import findings_table

if TYPE_CHECKING:
    import pandas as pd

FIRST = 8  # findings that a notebook shows, one a conversation


@dataclass(frozen=True, eq=False, repr=False)
class Checked:
    """One checked conversation: its findings, its scores, and all that was let go.

    In a notebook it shows the transcript with the evidence marked.
    """

    assessment: Assessment
    assessor: Assessor

    def __repr__(self) -> str:
        conversation_id = self.assessment.verdict.conversation.conversation_id
        return f"Checked({conversation_id!r}, score={self.score:g}, findings={len(self.findings)})"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, in order of the turns; missing things last."""
        return self.assessment.verdict.findings

    @property
    def score(self) -> float:
        """The score of the conversation, 0-100; where several agents took part, that of the first part."""
        return self.assessment.parts[0].score.score / 100

    @cached_property
    def explanation(self) -> str:
        """What was found, what was let go and why, what was not due, and how the score comes about, in Chinese."""
        return explain(self.assessment, self.assessor)

    def to_arrow(self) -> pa.Table:
        """Return the findings as an Arrow table with the columns of ``findings.parquet``."""
        return findings_table(self.findings)

    def to_pandas(self) -> pd.DataFrame:
        """Return the findings as a pandas frame with the columns of ``findings.parquet``."""
        return _frame(self.to_arrow())

    def _repr_html_(self) -> str:
        return checked_html(self.assessment, self.assessor)


@dataclass(frozen=True, eq=False, repr=False)
class Scored:
    """The result tables of one frame, as Arrow tables with the columns of the batch job's files.

    In a notebook it shows the counts and the first findings in their turns.
    """

    findings: pa.Table
    conversations: pa.Table
    agents: pa.Table
    teams: pa.Table
    weeks: pa.Table
    rejects: pa.Table
    _turns: pa.Table
    _assessor: Assessor
    _library: Library
    _scheme: str

    def __repr__(self) -> str:
        return f"Scored({', '.join(f'{name}={len(table)}' for name, table in self.to_arrow().items())})"

    def to_arrow(self) -> dict[str, pa.Table]:
        """Return the tables ``findings``, ``conversations``, ``agents``, ``teams``, ``weeks``, ``rejects`` by name."""
        names = ("findings", "conversations", "agents", "teams", "weeks", "rejects")
        return {name: getattr(self, name) for name in names}

    def to_pandas(self) -> dict[str, pd.DataFrame]:
        """Return the tables as pandas frames, by name."""
        return {name: _frame(table) for name, table in self.to_arrow().items()}

    def conversation(self, conversation_id: str) -> Checked:
        """Return one conversation of the frame, checked, with all that was let go.

        Raises:
            InputError: there is no conversation of this id.
        """
        turns = self._turns.filter(pc.equal(self._turns["conversation_id"], conversation_id))
        found = list(self._assessor.assess(gather(turns)[0], trace=True))
        if not found:
            known = self._turns["conversation_id"].unique()
            some = ", ".join(known[:8].to_pylist()) + (", …" if len(known) > 8 else "")
            message = f"no conversation {conversation_id!r} (there are: {some})"
            raise InputError(Problem("<frame>", 0, 0, "I134", message))
        return Checked(found[0], self._assessor)

    def to_excel(self, path: str | Path) -> None:
        """Write the workbook (质检工作簿) that ``cscheck score --excel`` writes; an existing file is replaced.

        The conversations are judged once more, for their texts: it takes about as long as scoring did.

        Raises:
            InputError: the file cannot be written.
        """
        from .workbook import Contents, write_workbook

        assessor = self._assessor
        excerpts = excerpts_table(assessor.assess(gather(self._turns)[0]), assessor.scheme, assessor.categories)
        rules = {rule.id: rule for rule in self._library.rules}
        record, categories = self._record(), assessor.categories
        contents = Contents(self.to_arrow(), excerpts, rules, categories, assessor.scheme, record)
        with workplace(Path(path)) as place:
            made = place / "qa.xlsx"
            write_workbook(made, contents)
            try:
                made.replace(path)
            except OSError as error:
                message = f"cannot be written: {error.strerror} (is it open in another program?)"
                raise InputError(Problem(str(path), 0, 0, "I133", message)) from None

    def _record(self) -> dict[str, object]:
        errors = pc.sum(self.conversations["errors"]).as_py() or 0
        counts = {
            "conversations": pc.count_distinct(self.conversations["conversation_id"]).as_py(),
            "turns": pc.sum(self.conversations["turns"]).as_py(),
            "findings": len(self.findings) - errors,
            "errors": errors,
            "rejects": len(self.rejects),
            "agents": len(self.agents),
        }
        return record_of(self._library, self._scheme, self._assessor.scheme, {}, {}, counts)

    def _repr_html_(self) -> str:
        ids = self.findings["conversation_id"].unique()[:FIRST].to_pylist()
        turns = self._turns.filter(pc.is_in(self._turns["conversation_id"], pa.array(ids, pa.string())))
        shown = list(self._assessor.assess(gather(turns)[0]))
        return scored_html(self.to_arrow(), shown, self._assessor)


def _frame(table: pa.Table) -> pd.DataFrame:
    import pandas as pd  # a third of a second, which no command needs

    integers = {pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype()}  # a missing turn stays a whole column
    return table.to_pandas(types_mapper=integers.get)

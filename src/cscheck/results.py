"""What a Checker returns: one checked conversation, or the tables of a frame; both show themselves in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from .arguments import id_of, path_of
from .assess import Assessment, Assessor
from .display import checked_html, scored_html
from .errors import InputError, Problem
from .excerpts import excerpts_table, names_beside, names_by_id
from .explain import explain
from .gather import gather
from .model import Evidence, Finding
from .outfolder import workplace
from .record import record_of
from .rulebook import Rulebook
from .tables import findings_table

if TYPE_CHECKING:
    import pandas as pd

FIRST = 8  # findings that a notebook shows, one a conversation


@dataclass(frozen=True, eq=False, repr=False)
class Checked:
    """One checked conversation: its findings, its scores, and all that was let go.

    In a notebook it shows the transcript with the evidence marked. It can be pickled and copied: a copy holds what was
    found and told, and has no ``assessment`` and no ``assessor``, which hold compiled rules.
    """

    assessment: Assessment
    assessor: Assessor

    def __repr__(self) -> str:
        return f"Checked({self.conversation_id!r}, score={self.score:g}, findings={len(self.findings)})"

    def __getstate__(self) -> dict[str, object]:
        names = ("conversation_id", "findings", "score", "explanation", "_html")
        return {name: getattr(self, name) for name in names}  # in the copy they stand where they are cached

    @cached_property
    def conversation_id(self) -> str:
        """The id of the conversation."""
        return self.assessment.verdict.conversation.conversation_id

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, in order of the turns; missing things last."""
        return self.assessment.verdict.findings

    @cached_property
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
        return self._html

    @cached_property
    def _html(self) -> str:
        return checked_html(self.assessment, self.assessor)


@dataclass(frozen=True, eq=False, repr=False)
class Scored:
    """The result tables of one frame, as Arrow tables with the columns of the batch job's files.

    In a notebook it shows the counts and the first findings in their turns. It can be pickled and copied: a copy in
    another process loads the packs again when a conversation or the workbook is asked for.
    """

    findings: pa.Table
    conversations: pa.Table
    agents: pa.Table
    teams: pa.Table
    weeks: pa.Table
    rejects: pa.Table
    _turns: pa.Table
    _rulebook: Rulebook

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
            TypeError: it is no text.
            PackError: in a copy, the packs are not what they were.
        """
        assessor = self._rulebook.assessor
        turns = self._turns.filter(pc.equal(self._turns["conversation_id"], id_of(conversation_id)))
        found = list(assessor.assess(gather(turns)[0], trace=True))
        if not found:
            known = self._turns["conversation_id"].unique()
            some = ", ".join(known[:8].to_pylist()) + (", …" if len(known) > 8 else "")
            message = f"no conversation {conversation_id!r} (there are: {some})"
            raise InputError(Problem("<frame>", 0, 0, "I134", message))
        return Checked(found[0], assessor)

    def to_excel(self, path: str | Path) -> None:
        """Write the workbook (质检工作簿) that ``cscheck score --excel`` writes; an existing file is replaced.

        The conversations are judged once more, for their texts: it takes about as long as scoring did. The findings
        and figures stay those of the tables, also where a rule that ran out of time would now be decided.

        Raises:
            InputError: the file cannot be written.
            TypeError: it is no path.
            PackError: in a copy, the packs are not what they were.
        """
        from .workbook import Contents, write_workbook

        path_of(path, "path")
        assessor, rules = self._rulebook.assessor, {rule.id: rule for rule in self._rulebook.library.rules}
        record, categories = self._record(), assessor.categories
        names = names_by_id(names_beside(self._turns))
        contents = Contents(self.to_arrow(), self._excerpts(), rules, categories, assessor.scheme, record, names)
        with workplace(Path(path)) as place:
            made = place / "qa.xlsx"
            write_workbook(made, contents)
            try:
                made.replace(path)
            except OSError as error:
                message = f"cannot be written: {error.strerror} (is it open in another program?)"
                raise InputError(Problem(str(path), 0, 0, "I133", message)) from None

    def _excerpts(self) -> pa.Table:
        """Return the excerpt of each finding of the table, from conversations that are looked at once more."""
        assessor = self._rulebook.assessor
        found: dict[str, list[Finding]] = {}
        for row in self.findings.to_pylist():
            evidence = tuple(Evidence(**one) for one in row["evidence"])
            found.setdefault(row["conversation_id"], []).append(Finding(**row | {"evidence": evidence}))
        again = assessor.assess(gather(self._turns)[0])
        same = (_with(one, found.get(one.verdict.conversation.conversation_id, ())) for one in again)
        return excerpts_table(same, assessor)

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
        book = self._rulebook
        return record_of(book.library, book.scheme, book.assessor.scheme, {}, {}, counts)

    def _repr_html_(self) -> str:
        ids = self.findings["conversation_id"].unique()[:FIRST].to_pylist()
        turns = self._turns.filter(pc.is_in(self._turns["conversation_id"], pa.array(ids, pa.string())))
        assessor = self._rulebook.assessor
        return scored_html(self.to_arrow(), assessor.assess(gather(turns)[0]), assessor)


def _with(assessment: Assessment, findings: Sequence[Finding]) -> Assessment:
    """Return an assessment with the findings of another look at the same conversation."""
    parts = (
        part._replace(findings=tuple(finding for finding in findings if finding.agent_id == part.agent_id))
        for part in assessment.parts
    )
    return Assessment(assessment.verdict._replace(findings=tuple(findings)), tuple(parts))


def _frame(table: pa.Table) -> pd.DataFrame:
    import pandas as pd  # a third of a second, which no command needs

    integers = {pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype()}  # a missing turn stays a whole column
    return table.to_pandas(types_mapper=integers.get)

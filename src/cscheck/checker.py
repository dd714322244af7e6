"""The Python API: a Checker holds packs and a scheme, and scores one conversation, a frame, or files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from .agents import AgentTally
from .assess import Assessment, Assessor, Part, uncollected
from .categories import load_categories
from .errors import InputError, PackError, Problem
from .explain import explain
from .gather import gather
from .job import Job, JobSummary, Step, refuse_unjudged, spoken_by
from .model import CHANNELS, ROLES, Conversation, Finding, Turn
from .pack import Library, read_packs
from .program import Program, compile_rules
from .readers import ColumnMapping, from_frame
from .readers.mapping import as_mapping
from .scheme import Scheme, load_scheme
from .segment import Segmenter, default_segmenter
from .tables import agents_table, conversations_table, findings_table, tally
from .turntable import REJECTS

Layout = ColumnMapping | Mapping[str, str] | str | Path


@dataclass(frozen=True)
class Scored:
    """The result tables of one frame, as Arrow tables with the columns of the batch job's files."""

    findings: pa.Table
    conversations: pa.Table
    agents: pa.Table
    rejects: pa.Table

    def to_pandas(self) -> dict[str, pd.DataFrame]:
        """Return the tables as pandas frames, by name."""
        integers = {
            pa.int32(): pd.Int32Dtype(),
            pa.int64(): pd.Int64Dtype(),
        }  # so that a missing turn stays a whole column
        return {name: table.to_pandas(types_mapper=integers.get) for name, table in vars(self).items()}


class Checker:
    """Judges what agents said, by rule packs, and scores it by a scheme.

    Args:
        packs: names of shipped packs (``base``; ``all`` is every one) or folders of your own, the nearest first.
        scheme: the name of a shipped scheme or the path of your own YAML file.
        segmenter: the word segmenter; by default rjieba, and jieba where that is not installed.

    Raises:
        PackError: a pack, cue or scheme is at fault; ``.problems`` lists all faults with file, line and column.

    A Checker is immutable: to change rules, make a new one.

    >>> checker = Checker()
    >>> checked = checker.check([("customer", "什么时候到"), ("agent", "放心，我们保证三天到货")])
    >>> [(f.rule_id, f.matched) for f in checked.findings if f.category == "promise"]
    [('banned.promise.absolute', '保证三天到货')]
    """

    def __init__(
        self,
        packs: str | Path | Sequence[str | Path] = ("base",),
        scheme: str | Path = "standard",
        segmenter: Segmenter | None = None,
    ) -> None:
        names = [packs] if isinstance(packs, str | Path) else packs
        self.packs: tuple[str, ...] = tuple(map(str, names))
        self.scheme_name = str(scheme)
        categories = load_categories()
        library, problems = read_packs(self.packs)
        try:  # what a faulty pack left out is not missed by the scheme
            known = None if problems else {rule.id for rule in library.rules}
            chosen = load_scheme(self.scheme_name, categories, known)
        except PackError as error:
            problems += error.problems
        if problems:
            raise PackError(problems)
        self.library: Library = library
        self._assessor = Assessor(
            compile_rules(library.rules, library.cues),
            chosen,
            categories,
            segmenter or default_segmenter(),
        )

    @property
    def program(self) -> Program:
        """The compiled rules."""
        return self._assessor.program

    @property
    def scheme(self) -> Scheme:
        """The scoring scheme."""
        return self._assessor.scheme

    def check(
        self,
        turns: Conversation | Iterable[Turn | Mapping[str, Any] | tuple[str, str]],
        *,
        conversation_id: str = "conversation",
        channel: str | None = None,
        meta: Mapping[str, object] | None = None,
    ) -> Checked:
        """Check one conversation.

        Args:
            turns: the turns in order, each a ``Turn``, a mapping with its fields, or ``(role, text)``; role is one of
                agent, customer, bot, system. Or a whole ``Conversation``, which brings its own id, channel and meta.
            conversation_id: shown in the findings.
            channel: ``call``, ``chat`` or None where it is not known.
            meta: the conversation's metadata (``{"excerpt": True}``: neither opening nor close can be expected).

        Raises:
            InputError: a role or channel is not known, or a text is no text or not valid Unicode.
        """
        if not isinstance(turns, Conversation):
            turns = Conversation(conversation_id, tuple(map(_turn, turns, count())), channel, dict(meta or {}))
        for index, turn in enumerate(turns.turns):
            _check(turn, index)
        if turns.channel not in (None, *CHANNELS):
            raise InputError(Problem("channel", 0, 0, "I120", f"must be call, chat or None (got {turns.channel!r})"))
        try:
            (assessment,) = self._assessor.assess([turns], trace=True)
        except ValueError as error:
            raise InputError(Problem(turns.conversation_id, 0, 0, "I121", str(error))) from None
        return Checked(assessment, self._assessor)

    def score(self, frame: Any, mapping: Layout | None = None) -> Scored:
        """Score all conversations of a frame with one row a turn.

        Args:
            frame: a pandas DataFrame, an Arrow table, or any dataframe with the Arrow interface
                (``__arrow_c_stream__``), with the columns of the turn table under English or Chinese names.
            mapping: for names that are not known: turn-table column -> column of the frame, a ColumnMapping (roles and
                channels too), or the path of a mapping file.

        Returns:
            the tables findings, conversations, agents and rejects, as the batch job writes them.

        Raises:
            InputError: the frame is not understood; the message says which columns are missing or cannot be read, or
                that no agent speaks.
        """
        turns, rejects = from_frame(frame, mapping=as_mapping(mapping))
        refuse_unjudged(spoken_by(turns), "<frame>")
        conversations, _, twins = gather(turns)
        findings: list[Finding] = []
        parts: list[Part] = []
        tallies: dict[str | None, AgentTally] = {}
        with uncollected():
            for assessment in self._assessor.assess(conversations):
                findings += assessment.verdict.findings
                parts += assessment.parts
        tally(parts, tallies)
        categories = self._assessor.categories
        return Scored(
            findings_table(findings),
            conversations_table(parts, categories),
            agents_table(tallies, categories, self.scheme, self._assessor.judged),
            pa.concat_tables([rejects.cast(REJECTS), twins]),
        )

    def score_files(
        self,
        paths: Iterable[str | Path],
        out: str | Path,
        *,
        mapping: Layout | None = None,
        workers: int = 1,
        progress: Callable[[Step], None] | None = None,
    ) -> JobSummary:
        """Score files as the command line does, streaming, and write the result tables to a folder.

        Args:
            paths: CSV, JSONL, Parquet or plain-text files.
            out: the folder to write; it must not exist, or must hold an earlier run's ``run.json``.
            mapping: as for ``score``; it holds for all files.
            workers: processes; scripts that ask for more than one need ``if __name__ == "__main__":``.
            progress: called with each step of the work.

        Raises:
            InputError: a file or the whole input is at fault; all faults are named and nothing is written.
        """
        job = Job(tuple(map(str, paths)), str(out), self.packs, self.scheme_name, workers, as_mapping(mapping))
        return job.run(self._assessor, self.library, progress)


@dataclass(frozen=True)
class Checked:
    """One checked conversation: its findings, its scores, and all that was let go."""

    assessment: Assessment
    assessor: Assessor

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


def _turn(given: Turn | Mapping[str, Any] | tuple[str, str], index: int) -> Turn:
    try:
        if isinstance(given, Turn):
            return given
        if isinstance(given, Mapping):
            return Turn(**{"turn_index": index, **given})
        role, text = given
    except (TypeError, ValueError) as error:
        raise InputError(Problem(f"turn {index}", 0, 0, "I122", f"not a turn: {error}")) from None
    return Turn(role, text, index)


def _check(turn: Turn, index: int) -> None:
    """Refuse what the stages behind would stumble over; also a Conversation may have been made of anything."""
    code, message = "I120", ""
    if not isinstance(turn, Turn):
        code, message = "I122", f"not a turn: a Conversation holds values of Turn (got {type(turn).__name__})"
    elif turn.role not in ROLES:
        message = f"role must be one of {', '.join(ROLES)} (got {turn.role!r})"
    elif not isinstance(turn.text, str):
        message = f"text must be a str, empty where nothing was said (got {turn.text!r})"
    if message:
        raise InputError(Problem(f"turn {index}", 0, 0, code, message))

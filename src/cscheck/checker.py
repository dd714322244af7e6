"""The Python API: a Checker holds packs and a scheme, and scores one conversation, a frame, or files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count, islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from .assess import Assessor, Part
from .batch import Batch
from .categories import load_categories
from .collector import uncollected
from .errors import InputError, PackError, Problem
from .gather import gather
from .job import Job, JobSummary, Step, refuse_unjudged, spoken_by
from .model import CHANNELS, ROLES, Conversation, Finding, Turn
from .pack import Library, read_packs
from .program import Program, compile_repaired
from .readers import ColumnMapping, from_frame
from .readers.mapping import as_mapping
from .results import Checked, Scored
from .scheme import Scheme
from .schemefile import load_scheme
from .segment import Segmenter, default_segmenter
from .tables import conversations_table, figure_tables, findings_table, tally
from .tallies import Group, Tally
from .turntable import REJECTS

Layout = ColumnMapping | Mapping[str, str] | str | Path
BATCH = 500  # conversations that check_many looks at together


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
            known = None if problems else {rule.id: rule.polarity for rule in library.rules}
            chosen = load_scheme(self.scheme_name, categories, known)
        except PackError as error:
            problems += error.problems
        if problems:
            raise PackError(problems)
        self.library: Library = library
        self._assessor = Assessor(
            compile_repaired(library.rules, library.cues),
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
        _check_conversation(turns)
        try:
            (assessment,) = self._assessor.assess([Batch.of([turns])], trace=True)
        except ValueError as error:
            raise InputError(Problem(turns.conversation_id, 0, 0, "I121", str(error))) from None
        return Checked(assessment, self._assessor)

    def check_many(self, conversations: Iterable[Conversation]) -> Iterator[Checked]:
        """Check conversations in batches: as ``check`` each, and many times faster than one by one.

        Raises:
            InputError: as for ``check``.
        """
        rest = iter(conversations)
        while some := list(islice(rest, BATCH)):
            for conversation in some:
                _check_conversation(conversation)
            try:
                assessments = list(self._assessor.assess([Batch.of(some)], trace=True))
            except ValueError:  # one by one, so that the fault names its conversation
                assessments = [self.check(conversation).assessment for conversation in some]
            yield from (Checked(assessment, self._assessor) for assessment in assessments)

    def score(self, frame: Any, mapping: Layout | None = None) -> Scored:
        """Score all conversations of a frame with one row a turn.

        Args:
            frame: a pandas DataFrame, an Arrow table, or any dataframe with the Arrow interface
                (``__arrow_c_stream__``), with the columns of the turn table under English or Chinese names.
            mapping: for names that are not known: turn-table column -> column of the frame, a ColumnMapping (roles and
                channels too), or the path of a mapping file.

        Returns:
            the tables findings, conversations, agents, teams, weeks and rejects, as the batch job writes them; it keeps
            the turns, to show a conversation or to write the workbook.

        Raises:
            InputError: the frame is not understood; the message says which columns are missing or cannot be read, or
                that no agent speaks.
        """
        turns, rejects = from_frame(frame, mapping=as_mapping(mapping))
        refuse_unjudged(spoken_by(turns), "<frame>")
        batches, _, twins = gather(turns)
        findings: list[Finding] = []
        parts: list[Part] = []
        tallies: dict[Group, Tally] = {}
        with uncollected():
            for assessment in self._assessor.assess(batches):
                findings += assessment.verdict.findings
                parts += assessment.parts
        tally(parts, tallies)
        categories = self._assessor.categories
        figures = figure_tables(tallies, categories, self.scheme, self._assessor.judged)
        return Scored(
            findings_table(findings),
            conversations_table(parts, categories),
            figures["agents"],
            figures["teams"],
            figures["weeks"],
            pa.concat_tables([rejects.cast(REJECTS), twins]),
            turns,
            self._assessor,
            self.library,
            self.scheme_name,
        )

    def score_files(
        self,
        paths: Iterable[str | Path],
        out: str | Path,
        *,
        mapping: Layout | None = None,
        workers: int = 1,
        excel: bool = False,
        progress: Callable[[Step], None] | None = None,
    ) -> JobSummary:
        """Score files as the command line does, streaming, and write the result tables to a folder.

        Args:
            paths: CSV, JSONL, Parquet or plain-text files.
            out: the folder to write; it must not exist, or must hold an earlier run's ``run.json``.
            mapping: as for ``score``; it holds for all files.
            excel: write the workbook ``qa.xlsx`` too.
            workers: processes; scripts that ask for more than one need ``if __name__ == "__main__":``.
            progress: called with each step of the work.

        Raises:
            InputError: a file or the whole input is at fault; all faults are named and nothing is written.
        """
        job = Job(tuple(map(str, paths)), str(out), self.packs, self.scheme_name, workers, as_mapping(mapping), excel)
        return job.run(self._assessor, self.library, progress)


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


def _check_conversation(conversation: Conversation) -> None:
    for index, turn in enumerate(conversation.turns):
        _check(turn, index)
    if conversation.channel not in (None, *CHANNELS):
        message = f"must be call, chat or None (got {conversation.channel!r})"
        raise InputError(Problem("channel", 0, 0, "I120", message))


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

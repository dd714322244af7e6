"""The Python API: a Checker holds packs and a scheme, and scores one conversation, a frame, or files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from .arguments import checked, conversation_of, conversations_of, mapping_of, path_of, paths_of, workers_of
from .assess import Part
from .batch import Batch
from .collector import uncollected
from .errors import InputError, Problem
from .gather import gather
from .job import Job, JobSummary, Step
from .model import Conversation, Finding, Turn
from .pack import Library
from .program import Program
from .readers import ColumnMapping, from_frame
from .results import Checked, Scored
from .rulebook import Rulebook
from .scheme import Scheme
from .segment import Segmenter
from .tables import conversations_table, figure_tables, findings_table, tally
from .tallies import Group, Tally
from .turntable import REJECTS
from .unjudged import refuse_unjudged, spoken_by

Layout = ColumnMapping | Mapping[str, str | Sequence[str]] | str | Path
BATCH = 500  # conversations that check_many looks at together


class Checker:
    """Judges what agents said, by rule packs, and scores it by a scheme.

    Args:
        packs: names of shipped packs (``base``; ``all`` is every one) or folders of your own, the nearest first.
        scheme: the name of a shipped scheme or the path of your own YAML file.
        segmenter: the word segmenter; by default rjieba, and jieba where that is not installed.

    Raises:
        PackError: a pack, cue or scheme is at fault; ``.problems`` lists all faults with file, line and column.

    A Checker is immutable: to change rules, make a new one. It can be pickled (``multiprocessing``): another process
    loads the packs there by their names, once, and refuses them (PackError) where they were changed meanwhile.

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
        names = paths_of([packs] if isinstance(packs, str | Path) else packs, "packs")
        if segmenter is not None and not isinstance(segmenter, Segmenter):
            raise TypeError(f"segmenter must be a cscheck.segment.Segmenter or None (got {type(segmenter).__name__})")
        self._open(Rulebook(names, path_of(scheme, "scheme"), segmenter))

    def _open(self, rulebook: Rulebook) -> None:
        self.packs, self.scheme_name = rulebook.packs, rulebook.scheme
        self.library: Library = rulebook.library
        self._rulebook, self._assessor = rulebook, rulebook.assessor

    def __reduce__(self) -> tuple[object, ...]:
        return _reopened, (self._rulebook,)

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
            InputError: a role or channel is not known, a text is not valid Unicode, or another value is not what it
                must be; the message says which.
        """
        conversation = conversation_of(turns, conversation_id, channel, meta)
        try:
            (assessment,) = self._assessor.assess([Batch.of([conversation])], trace=True)
        except ValueError as error:
            raise InputError(Problem(conversation.conversation_id, 0, 0, "I121", str(error))) from None
        return Checked(assessment, self._assessor)

    def check_many(self, conversations: Iterable[Conversation]) -> Iterator[Checked]:
        """Check conversations in batches: as ``check`` each, and many times faster than one by one.

        Raises:
            InputError: as for ``check``.
            TypeError: it is no iterable.
        """
        numbered = enumerate(conversations_of(conversations))
        rest = (checked(one, f"conversation {number}, ") for number, one in numbered)
        while some := list(islice(rest, BATCH)):
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
            TypeError: the mapping is none.
        """
        turns, rejects = from_frame(frame, mapping=mapping_of(mapping))
        refuse_unjudged(spoken_by(turns), [rejects], "<frame>")
        batches, _, twins = gather(turns)
        findings: list[Finding] = []
        parts: list[Part] = []
        tallies: dict[Group, Tally] = {}
        with uncollected():
            for assessment in self._assessor.assess(batches):
                findings += assessment.verdict.findings
                parts += assessment.parts
            categories = self._assessor.categories
            found, conversations = findings_table(findings), conversations_table(parts, categories)
        tally(parts, tallies)
        figures = figure_tables(tallies, categories, self.scheme, self._assessor.judged)
        return Scored(
            found,
            conversations,
            figures["agents"],
            figures["teams"],
            figures["weeks"],
            pa.concat_tables([rejects.cast(REJECTS), twins]),
            turns,
            self._rulebook,
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
            paths: files of the kinds ``.csv``, ``.tsv``, ``.xlsx``, ``.xlsm``, ``.xls``, ``.parquet``, ``.jsonl``,
                ``.ndjson`` and ``.txt``; those of text may be packed (``.gz``).
            out: the folder to write; it must not exist, or must hold an earlier run's ``run.json``.
            mapping: as for ``score``; it holds for all files.
            excel: write the workbook ``qa.xlsx`` too.
            workers: processes; scripts that ask for more than one need ``if __name__ == "__main__":``.
            progress: called with each step of the work.

        Raises:
            InputError: a file or the whole input is at fault; all faults are named and nothing is written.
            TypeError, ValueError: an argument is not what it must be.
        """
        inputs, count = paths_of(paths, "paths"), workers_of(workers)
        return Job(inputs, path_of(out, "out"), self._rulebook, count, mapping_of(mapping), excel).run(progress)


def _reopened(rulebook: Rulebook) -> Checker:
    """Return the copy of a Checker that was pickled."""
    checker = Checker.__new__(Checker)
    checker._open(rulebook)
    return checker

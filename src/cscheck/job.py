"""The batch job: files in, result tables out; all or nothing, and the same bytes in every run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, nullcontext
from dataclasses import asdict, dataclass
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from .assess import Assessment, Assessor
from .batch import Batch
from .collector import uncollected
from .errors import InputError, Problem
from .excerpts import EXCERPTS, excerpts_table, names_beside, names_by_id
from .gather import gather, partition
from .outfolder import RECORD, WORKBOOK, move_into_place, own_workbook, refuse_foreign, workplace
from .readers import ColumnMapping, Origins, read
from .record import digest_of, record_of
from .rulebook import Rulebook
from .tables import FINDINGS, conversations_schema, conversations_table, figure_tables, findings_table, tally
from .tallies import Group, Tally, merge_tallies
from .turntable import REJECTS, TURNS
from .unjudged import refuse_unjudged, spoken_by

PARTITION_BYTES = 24_000_000  # of input: what one worker holds at a time
PACKED = {".gz": 5, ".xlsx": 5, ".xlsm": 5, ".parquet": 3}  # how many times larger a file is once unpacked, roughly


@dataclass(frozen=True)
class Step:
    """One step of the work: ``stage`` read, score or write, ``done`` of ``total`` (files, partitions), ``name``."""

    stage: str
    done: int
    total: int
    name: str


@dataclass(frozen=True)
class JobSummary:
    """What a job did."""

    out: str
    files: int
    conversations: int
    turns: int
    findings: int
    errors: int
    rejects: int
    agents: int
    reproducible: bool


@dataclass(frozen=True)
class _Counts:
    turns: int
    conversations: int
    findings: int
    errors: int


_Result = tuple[_Counts, dict[Group, Tally], set[tuple[str, str]]]  # and the names of agents beside their ids


@dataclass(frozen=True)
class Job:
    """What to do: input files as given, the output folder, by which rules, number of processes, Excel or not."""

    inputs: tuple[str, ...]
    out: str
    rulebook: Rulebook
    workers: int = 1
    mapping: ColumnMapping | None = None
    excel: bool = False

    def run(self, progress: Callable[[Step], None] | None = None) -> JobSummary:
        """Run the job.

        The rows are first spread over partitions by conversation, so that a conversation that several files share is
        whole again; the number of partitions follows from the size of the input alone.

        Raises:
            InputError: with the faults of all files; nothing is written then.
            PackError: the packs were changed while other processes loaded them.
        """
        files = self._files()
        out = Path(self.out)
        refuse_foreign(out)
        obsolete = [WORKBOOK] if own_workbook(out, self.excel) and not self.excel else []
        out = out.resolve()  # so that a link keeps pointing to its folder, and "." can be replaced
        with workplace(out) as place:
            made = place / "out"
            made.mkdir()
            summary, record = self._make(files, place, made, progress or (lambda _: None))
            (made / RECORD).write_bytes(orjson.dumps(record, option=orjson.OPT_INDENT_2))
            move_into_place(made, out, obsolete)
        return summary

    def _make(
        self, files: dict[str, Path], place: Path, made: Path, report: Callable[[Step], None]
    ) -> tuple[JobSummary, dict[str, object]]:
        """Make all files but the record in the folder ``made``; return what was done, and the record of it."""
        assessor = self.rulebook.assessor
        size = sum(path.stat().st_size * PACKED.get(path.suffix.lower(), 1) for path in files.values())
        parts = 1 + size // PARTITION_BYTES
        unread = _spread(files, place, parts, self.mapping, report)
        results = []
        for done, result in enumerate(self._score(place, parts, assessor), 1):
            results.append(result)
            report(Step("score", done, parts, f"part {done}"))
        _join(place, "findings", parts, FINDINGS, made)
        _join(place, "conversations", parts, conversations_schema(assessor.categories), made)
        tallies = merge_tallies([result[1] for result in results])
        figures = figure_tables(tallies, assessor.categories, assessor.scheme, assessor.judged)
        for name, table in figures.items():
            pq.write_table(table, made / f"{name}.parquet")
        rejects = _write_rejects(unread, place, parts, made)
        summary = self._summary(len(files), [result[0] for result in results], rejects, len(figures["agents"]))
        record = self._record(files, summary)
        if self.excel:
            report(Step("write", 0, 1, WORKBOOK))
            names = names_by_id(chain.from_iterable(told for _, _, told in results))
            _write_workbook(place, made, parts, self.rulebook, record, names)
            record["workbook"] = digest_of(made / WORKBOOK)
            report(Step("write", 1, 1, WORKBOOK))
        return summary, record

    def _summary(self, files: int, counts: list[_Counts], rejects: int, agents: int) -> JobSummary:
        """Sum up the counts of all partitions."""
        errors = sum(c.errors for c in counts)
        return JobSummary(
            out=self.out,
            files=files,
            conversations=sum(c.conversations for c in counts),
            turns=sum(c.turns for c in counts),
            findings=sum(c.findings for c in counts),
            errors=errors,
            rejects=rejects,
            agents=agents,
            reproducible=not errors,
        )

    def _files(self) -> dict[str, Path]:
        """The input files by name as given, in order of name, each once."""
        found: dict[str, Path] = {}
        known: set[Path] = set()
        problems = []
        for name in sorted(set(self.inputs)):
            path = Path(name)
            if path.is_dir():
                problems.append(
                    Problem(name, 0, 0, "I131", f"a folder: name its files, for example {name.rstrip('/')}/*.csv")
                )
            elif not path.is_file():
                problems.append(Problem(name, 0, 0, "I131", "no such file"))
            elif path.resolve() not in known:
                known.add(path.resolve())
                found[name] = path
        if problems or not found:
            raise InputError(problems or [Problem("input", 0, 0, "I131", "no input file was given")])
        return found

    def _record(self, files: dict[str, Path], summary: JobSummary) -> dict[str, object]:
        mapping = self.mapping and asdict(self.mapping)
        book = self.rulebook
        options = {"packs": list(book.packs), "workers": self.workers, "mapping": mapping, "excel": self.excel}
        counts = {key: value for key, value in asdict(summary).items() if key not in ("out", "reproducible")}
        return record_of(book.library, book.scheme, book.assessor.scheme, options, files, counts)

    def _score(self, place: Path, parts: int, assessor: Assessor) -> Iterator[_Result]:
        if self.workers <= 1 or parts == 1:
            for index in range(parts):
                yield _score_part(assessor, place, index, self.excel)
            return
        # spawned, not forked: threads of the table libraries do not survive a fork
        context = get_context("spawn")
        with ProcessPoolExecutor(min(self.workers, parts), context) as pool:
            yield from pool.map(_work, [self.rulebook] * parts, [place] * parts, range(parts), [self.excel] * parts)


def _work(rulebook: Rulebook, place: Path, index: int, excel: bool) -> _Result:
    return _score_part(rulebook.assessor, place, index, excel)  # a process loads its copy once


def _spread(
    files: dict[str, Path], place: Path, parts: int, mapping: ColumnMapping | None, report: Callable[[Step], None]
) -> list[pa.Table]:
    """Read all files into partitions; return what the readers rejected."""
    problems: list[Problem] = []
    rejects = [REJECTS.empty_table()]
    usable: Counter[str] = Counter()
    origins = Origins()
    with ExitStack() as stack:
        sinks = [stack.enter_context(pa.ipc.new_file(str(place / f"turns-{i}.arrow"), TURNS)) for i in range(parts)]
        for done, (name, path) in enumerate(files.items(), 1):
            try:
                for turns, rejected in read(path, name, mapping, origins):
                    usable += spoken_by(turns)
                    rejects.append(rejected)
                    for sink, rows in zip(sinks, partition(turns, parts), strict=True):
                        sink.write_table(rows)
            except InputError as error:
                problems += error.problems
            report(Step("read", done, len(files), name))
    if problems:
        raise InputError(problems)
    refuse_unjudged(usable, rejects, "input")
    return rejects


def _score_part(assessor: Assessor, place: Path, index: int, excel: bool) -> _Result:
    """Score one partition and write its tables; the excerpts of its findings too where a workbook is wanted."""
    with pa.memory_map(str(place / f"turns-{index}.arrow")) as source:
        rows = pa.ipc.open_file(source).read_all()
        batches, number, rejects = gather(rows)
        tallies: dict[Group, Tally] = {}
        found = errors = 0
        schema = conversations_schema(assessor.categories)
        with ExitStack() as stack:
            findings_out = stack.enter_context(pq.ParquetWriter(place / f"findings-{index}.parquet", FINDINGS))
            conversations_out = stack.enter_context(pq.ParquetWriter(place / f"conversations-{index}.parquet", schema))
            excerpts = pq.ParquetWriter(place / f"excerpts-{index}.parquet", EXCERPTS) if excel else None
            excerpts_out = stack.enter_context(excerpts or nullcontext())
            stack.enter_context(uncollected())
            for chunk in _chunks(assessor, batches):
                findings = [finding for assessment in chunk for finding in assessment.verdict.findings]
                parts = [part for assessment in chunk for part in assessment.parts]
                tally(parts, tallies)
                failed = sum(finding.kind == "error" for finding in findings)
                found, errors = found + len(findings) - failed, errors + failed
                findings_out.write_table(findings_table(findings))
                conversations_out.write_table(conversations_table(parts, assessor.categories))
                if excerpts_out:
                    excerpts_out.write_table(excerpts_table(chunk, assessor))
        pq.write_table(rejects, place / f"rejects-{index}.parquet")
        counts = _Counts(len(rows) - len(rejects), number, found, errors)
        return counts, tallies, names_beside(rows) if excel else set()


def _chunks(assessor: Assessor, batches: Iterable[Batch], size: int = 4_000) -> Iterator[list[Assessment]]:
    """Assess conversations and yield the results in lists, so that tables are written piece by piece."""
    assessments = assessor.assess(batches)
    while chunk := list(islice(assessments, size)):
        yield chunk


def _join(place: Path, name: str, parts: int, schema: pa.Schema, made: Path) -> None:
    """Write the parts of a table into one file, in order of the partitions."""
    with pq.ParquetWriter(made / f"{name}.parquet", schema) as sink:
        for index in range(parts):
            with pq.ParquetFile(place / f"{name}-{index}.parquet", pre_buffer=False) as source:
                for group in range(source.num_row_groups):
                    rows = source.read_row_group(group)
                    if len(rows) or (parts == 1 and source.num_row_groups == 1):
                        sink.write_table(rows)


def _write_rejects(unread: list[pa.Table], place: Path, parts: int, made: Path) -> int:
    """Write the rows that no part of the run could use, in order of their places; return how many they are."""
    rejects = pa.concat_tables([*unread, *(pq.read_table(place / f"rejects-{i}.parquet") for i in range(parts))])
    order = [("file", "ascending"), ("line", "ascending"), ("turn_index", "ascending"), ("reason", "ascending")]
    pq.write_table(rejects.sort_by(order), made / "rejects.parquet")
    return len(rejects)


def _write_workbook(
    place: Path, made: Path, parts: int, rulebook: Rulebook, record: dict[str, object], names: dict[str, str]
) -> None:
    from .workbook import Contents, write_workbook

    _join(place, "excerpts", parts, EXCERPTS, place)
    tables = {file.stem: file for file in made.glob("*.parquet")}
    rules, assessor = {rule.id: rule for rule in rulebook.library.rules}, rulebook.assessor
    excerpts, categories, scheme = place / "excerpts.parquet", assessor.categories, assessor.scheme
    write_workbook(place / WORKBOOK, Contents(tables, excerpts, rules, categories, scheme, record, names))
    (place / WORKBOOK).replace(made / WORKBOOK)

"""The command line: ``cscheck score | lint | test | rules | explain``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from .categories import load_categories
from .checker import Checker
from .errors import CscheckError, InputError, Problem
from .gather import gather
from .job import JobSummary, Step
from .lint import lint as lint_packs
from .pack import load_packs
from .readers import read
from .readers.mapping import as_mapping
from .selftest import selftest, selftest_cues

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Speech-compliance checker for Chinese customer service (客服话术质检).",
)
Packs = Annotated[
    list[str] | None,
    typer.Option(
        "--pack", help="Rule pack (规则包): a shipped name, 'all', or your own folder; repeat it, nearest first."
    ),
]
Scheme = Annotated[str, typer.Option("--scheme", help="Scoring scheme (评分方案): a shipped name or a YAML file.")]

Layout = Annotated[
    str | None,
    typer.Option(
        "--map", help="Mapping file (列名映射, YAML): what columns, roles and channels are called in the input."
    ),
]


@contextmanager
def _faults() -> Iterator[None]:
    """Print all faults on standard error, one a line, and end with exit code 1."""
    try:
        yield
    except CscheckError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        raise typer.Exit(1) from None


def _version(asked: bool) -> None:
    if asked:
        print(f"cscheck {version('cscheck')}")
        raise typer.Exit


@app.callback()
def main(
    show: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Speech-compliance checker for Chinese customer service (客服话术质检)."""


@app.command()
def score(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT...", help="Transcripts (会话记录): .csv .jsonl .parquet .txt")
    ],
    out: Annotated[str, typer.Option("--out", help="Folder for the result tables; new, or that of an earlier run.")],
    pack: Packs = None,
    scheme: Scheme = "standard",
    layout: Layout = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes to score with.")] = 1,
    strict: Annotated[bool, typer.Option("--strict", help="End with exit code 1 when a row was rejected.")] = False,
) -> None:
    """Score transcripts: findings (命中), conversations (会话) and agents (坐席) as Parquet tables."""
    with _faults():
        checker = Checker(pack or ["base"], scheme)
        with _progress() as progress:
            summary = checker.score_files(inputs, out, mapping=layout, workers=workers, progress=progress)
    _say(summary)
    if strict and summary.rejects:
        raise typer.Exit(1)


@contextmanager
def _progress() -> Iterator[Callable[[Step], None] | None]:
    """A progress bar on a terminal; nothing in a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        tasks = {stage: bar.add_task(title, total=None) for stage, title in (("read", "reading"), ("score", "scoring"))}
        yield lambda step: bar.update(tasks[step.stage], completed=step.done, total=step.total)


def _say(summary: JobSummary) -> None:
    print(
        f"{summary.files} files, {summary.conversations} conversations, {summary.turns} turns: "
        f"{summary.findings} findings, {summary.agents} agents -> {summary.out}"
    )
    if summary.rejects:
        print(f"{summary.rejects} input rows rejected: see {Path(summary.out) / 'rejects.parquet'}", file=sys.stderr)
    if summary.errors:
        message = f"{summary.errors} rules ran out of time (rows of kind 'error'): the result is not reproducible"
        print(message, file=sys.stderr)


@app.command()
def lint(
    packs: Annotated[list[str], typer.Argument(metavar="PACK...", help="Pack folders, shipped names, or 'all'.")],
) -> None:
    """Name all faults of rule packs: what cannot be loaded, is shadowed, can never match, or takes too long."""
    with _faults():
        library, problems = lint_packs(packs)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(library.packs)} packs, {len(library.rules)} usable rules, {len(problems)} problems")
    if problems:
        raise typer.Exit(1)


@app.command()
def test(
    packs: Annotated[list[str], typer.Argument(metavar="PACK...", help="Pack folders, shipped names, or 'all'.")],
    known: Annotated[bool, typer.Option("--known", help="List the known misses (已知漏判).")] = False,
) -> None:
    """Run the examples inside the rules and cues of packs."""
    with _faults():
        library = load_packs(packs)
    report = selftest(library.rules, library.cues)
    problems = (*report.problems, *selftest_cues(library.cues, library.own_cues))
    for problem in problems:
        print(problem, file=sys.stderr)
    for miss in report.known_misses if known else ():
        print(miss)
    print(
        f"{len(library.rules)} rules, {report.examples} examples: {len(problems)} wrong, "
        f"{len(report.known_misses)} known misses"
    )
    if problems:
        raise typer.Exit(1)


@app.command()
def rules(
    pack: Packs = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the rules of packs with category, severity and norms."""
    with _faults():
        library = load_packs(pack or ["base"])
    categories = load_categories()
    rows: list[dict[str, Any]] = [
        {
            "id": rule.id,
            "title": rule.title,
            "category": rule.category,
            "category_title": categories.of(rule.polarity)[rule.category].title,
            "polarity": rule.polarity,
            "severity": rule.severity,
            "fatal": rule.fatal,
            "pack": rule.pack,
            "norms": list(rule.norms),
            "advice": rule.advice,
            "place": f"{rule.path}:{rule.line}",
        }
        for rule in library.rules
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not sys.stdout.isatty():
        for row in rows:
            print(
                *(row[key] for key in ("id", "title", "category", "severity")),
                ",".join(map(str, row["norms"])),
                sep="\t",
            )
        return
    table = Table()
    for title in ("规则 rule", "标题", "类别 category", "级别", "规范 norms"):
        table.add_column(title, overflow="fold")
    for row in rows:
        severity = row["severity"] + (" 致命" if row["fatal"] else "")
        category = f"{row['category_title']} {row['category']}"
        table.add_row(row["id"], row["title"], category, severity, "\n".join(row["norms"]))
    Console().print(table)


@app.command()
def explain(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", help="Transcripts (会话记录).")],
    conversation: Annotated[str | None, typer.Option("--conversation", help="The conversation's id (会话ID).")] = None,
    pack: Packs = None,
    scheme: Scheme = "standard",
    layout: Layout = None,
) -> None:
    """Tell one conversation: what was found, what was let go and why, what was not due, how the score comes about."""
    with _faults():
        checker = Checker(pack or ["base"], scheme)
        batches = [turns for name in sorted(set(inputs)) for turns, _ in read(Path(name), name, as_mapping(layout))]
        conversations = {c.conversation_id: c for c in gather(pa.concat_tables(batches))[0]}
        if conversation is None and len(conversations) == 1:
            conversation = next(iter(conversations))
        if conversation not in conversations:
            some = ", ".join(list(conversations)[:8]) + (", …" if len(conversations) > 8 else "")
            what = "name one with --conversation" if conversation is None else f"no conversation {conversation!r}"
            raise InputError(Problem(" ".join(inputs), 0, 0, "I134", f"{what} (there are: {some})"))
        print(checker.check(conversations[conversation]).explanation)


if __name__ == "__main__":
    app()

"""``cscheck train``: a small model from labelled sentences."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from .options import faults, filled, tell

Labelled = Annotated[
    list[str],
    typer.Argument(
        metavar="LABELLED...",
        help="Labelled sentences (训练语句: text, labels) or reviewed findings (复核过的命中): .jsonl .csv .xlsx …",
        callback=filled,
    ),
]


def train(
    labelled: Labelled,
    out: Annotated[
        str,
        typer.Option(
            "--out",
            help="The model to write (.npz); its card goes beside it (.json).",
            metavar="FILE",
            callback=filled,
        ),
    ],
    date: Annotated[
        str, typer.Option("--date", help="The date on the card; the clock is not asked.", metavar="DATE")
    ] = "",
    seed: Annotated[int, typer.Option("--seed", help="Seed of the folds held out.", metavar="N")] = 0,
) -> None:
    """Train a small model (小模型) from labelled sentences.

    For rules with the condition 'learned'; prints how it does on sentence patterns (句式) that it has not seen: the
    column construct (句式) names them, else sentences are taken together that are alike. A category needs sentences of
    10 patterns with it and 10 without.
    """
    from ..errors import InputError, Problem
    from ..learn import save_model
    from ..training import Settings, contradictions, read_sentences
    from ..training import train as train_model

    with faults():
        target = Path(out)
        if target.suffix != ".npz" or not target.parent.is_dir():
            raise InputError(Problem(out, 0, 0, "I163", "--out must name a file .npz in a folder that exists"))
        if find_spec("sklearn") is None:
            raise InputError(Problem(out, 0, 0, "I164", "training needs scikit-learn: pip install 'cscheck[train]'"))
        given = read_sentences(map(Path, sorted(set(labelled))))
        for problem in contradictions(given):
            print(problem, file=sys.stderr)
        model = train_model(given, date, Settings(seed=seed))
        save_model(model, target)
    tell("\n".join(_told(model.card, out)))


def _told(card: Mapping[str, Any], out: str) -> Iterator[str]:
    """Yield what a terminal shows of a card; NA where a figure has nothing to stand on."""
    yield f"{card['sentences']} sentences of {card['constructs']} constructs -> {out}"
    if card["by_likeness"]:
        yield (
            f"{card['by_likeness']} sentences name no construct (句式): those alike were held out together, "
            "which is a guess; trust the figures only where it is right"
        )
    figures = {name: _shown(value) for name, value in card["held_out"].items()}
    yield f"held out: precision {figures['precision']}, recall {figures['recall']}, clean {figures['clean_found']}"
    for name, one in card["categories"].items():
        held_out = ", ".join(f"{figure} {_shown(value)}" for figure, value in one["held_out"].items())
        yield f"  {name:<14}{one['sentences']:>6}  threshold {_shown(one['threshold'])}  {held_out}"
    for name, (has, lacks) in card["left_out"].items():
        yield f"  {name:<14}not learned: {has} constructs with it and {lacks} without are too few"


def _shown(value: object) -> str:
    return "NA" if value is None else str(value)

"""``cscheck train``: a small model from labelled sentences."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from .options import faults


def train(
    labelled: Annotated[
        list[str],
        typer.Argument(
            metavar="LABELLED...",
            help="Labelled sentences (训练语句: text, labels) or reviewed findings (复核过的命中): .jsonl .csv .xlsx …",
        ),
    ],
    out: Annotated[str, typer.Option("--out", help="The model to write (.npz); its card goes beside it (.json).")],
    date: Annotated[str, typer.Option("--date", help="The date on the card; the clock is not asked.")] = "",
    seed: Annotated[int, typer.Option("--seed", help="Seed of the folds held out.")] = 0,
) -> None:
    """Train a small model (小模型) from labelled sentences.

    For rules with the condition 'learned'; prints how it does on sentence patterns (句式) that it has not seen.
    """
    from ..errors import InputError, Problem
    from ..learn import save_model
    from ..training import Settings, read_sentences
    from ..training import train as train_model

    with faults():
        target = Path(out)
        if target.suffix != ".npz" or not target.parent.is_dir():
            raise InputError(Problem(out, 0, 0, "I163", "--out must name a file .npz in a folder that exists"))
        if find_spec("sklearn") is None:
            raise InputError(Problem(out, 0, 0, "I164", "training needs scikit-learn: pip install 'cscheck[train]'"))
        model = train_model(read_sentences(map(Path, sorted(set(labelled)))), date, Settings(seed=seed))
        save_model(model, target)
    figures = model.card["held_out"]
    print(f"{model.card['sentences']} sentences of {model.card['constructs']} constructs -> {out}")
    print(f"held out: precision {figures['precision']}, recall {figures['recall']}, clean {figures['clean_found']}")
    for name, one in model.card["categories"].items():
        print(f"  {name:<14}{one['sentences']:>6}  threshold {one['threshold']}  {one['held_out']}")

"""What each mechanism brings: a labelled set measured with everything on, and with one mechanism switched off.

    python tools/ablation.py LABELLED... [--pack all]

Prints, for forbidden findings, F1 with its interval, precision, recall and the share of clean turns in which anything
is found. ``context`` is what rules ask of other turns; ``sound``, ``shape`` and ``model`` are what their names say.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

from cscheck import Checker
from cscheck.evaluate import evaluate, read_labelled
from cscheck.operators import Learned
from cscheck.program import Program, compile_rules

MECHANISMS = ("nothing", "sound", "shape", "model", "context")


def without(program: Program, mechanism: str) -> Program:
    """Return the program with one mechanism switched off."""
    rules, repairs = program.rules, program.repairs
    if mechanism == "model":
        rules = tuple(rule for rule in rules if not isinstance(rule.when, Learned))
    if mechanism == "context":
        rules = tuple(replace(rule, context=(), excuses=()) if rule.polarity == "forbidden" else rule for rule in rules)
    if repairs is not None and mechanism in ("sound", "shape"):
        repairs = replace(repairs, **{f"{mechanism}s": None})
    return compile_rules(rules, program.cues, repairs)


def main() -> None:
    """Print one line a mechanism."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("labelled", nargs="+")
    asked.add_argument("--pack", action="append")
    args = asked.parse_args()
    labelled, _ = read_labelled(args.labelled)
    checker = Checker(args.pack or ["all"])
    whole, assessor = checker.program, checker._assessor
    for mechanism in MECHANISMS:
        checker._assessor = replace(assessor, program=without(whole, mechanism))
        found = evaluate(checker, labelled.conversations, labelled.labels).summary.to_pylist()
        row = next(row for row in found if row["polarity"] == "forbidden")
        figures = {key: row[key] for key in ("f1", "f1_low", "f1_high", "precision", "recall", "clean_flagged")}
        shown = ", ".join(
            f"{key} {value:.3f}" if isinstance(value, float) else f"{key} {value}" for key, value in figures.items()
        )
        print(f"without {mechanism}: {shown}")


if __name__ == "__main__":
    main()

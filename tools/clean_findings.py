"""Writes tests/corpus/findings.jsonl: what the shipped packs find in the clean conversations of tests/corpus.

Run by hand after a rule changed on purpose, and read the difference before it is committed: a new line is a false
alarm that was let in, or a flaw of the corpus::

    python tools/clean_findings.py
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import orjson

from cscheck import Checker
from cscheck.gather import gather
from cscheck.readers import read

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "corpus"


def found(checker: Checker, corpus: Path = CORPUS) -> list[dict[str, object]]:
    """Return one row a finding, in order of conversations and turns."""
    ((turns, _),) = read(corpus / "clean.jsonl", "clean.jsonl")
    return [
        {
            "conversation": finding.conversation_id,
            "turn": finding.turn_index,
            "rule": finding.rule_id,
            "category": finding.category,
            "matched": finding.matched,
            "points": finding.points,
        }
        for checked in checker.check_many(chain.from_iterable(gather(turns)[0]))
        for finding in checked.findings
    ]


if __name__ == "__main__":
    lines = [orjson.dumps(row).decode() for row in found(Checker("all"))]
    (CORPUS / "findings.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{len(lines)} findings -> {CORPUS / 'findings.jsonl'}")

"""Throughput of ``Checker.score``: turns per second, memory, time by stage, and ratios to two baselines in one run.

    python benchmarks/bench_score.py [FILES...] [--turns 500000] [--pack all] [--seed 0]

Without files it makes its own conversations (seeded). The turns are repeated up to ``--turns`` with new ids and
their digits changed, so that no cache of texts flatters. Baselines, on a random sample of these turns, scaled by
characters: ``jieba.lcut`` of every turn (fixed, independent of the rules), and the plain script, which does what
a QA script does today: ``pandas.apply`` with lcut, ``in`` loops over the same phrases, ``re.search`` of the patterns.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import random
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
from make_data import conversations as made_conversations

from cscheck import Checker
from cscheck.decide import decide
from cscheck.gather import gather
from cscheck.operators import Pattern, Phrases
from cscheck.program import leaves_of
from cscheck.readers import from_frame, read
from cscheck.scan import scan
from cscheck.segment import default_segmenter
from cscheck.tables import conversations_table, findings_table
from cscheck.turntable import TURNS

COLUMNS = ["conversation_id", "turn_index", "role", "agent_id", "text", "channel"]


def load(inputs: list[str], seed: int) -> pd.DataFrame:
    """Return the turns of the files, or of made conversations, as a frame."""
    if not inputs:
        return pd.DataFrame(made_conversations(2_000, seed), columns=COLUMNS)
    paths = [
        p for name in inputs for p in (sorted(Path(name).glob("*.jsonl")) if Path(name).is_dir() else [Path(name)])
    ]
    table = pa.concat_tables([TURNS.empty_table(), *(turns for path in paths for turns, _ in read(path, str(path)))])
    frame = table.to_pandas()
    frame["turn_index"] = frame.groupby("conversation_id").cumcount()
    frame["excerpt"] = ["excerpt" in (meta or "") for meta in table["meta"].to_pylist()]
    return frame[[*COLUMNS, "excerpt"]]


def repeat(frame: pd.DataFrame, turns: int, seed: int) -> pd.DataFrame:
    """Repeat the conversations with changed digits and new ids until there are ``turns`` turns."""
    rng = random.Random(seed)
    copies = []
    for copy in range(-(-turns // len(frame))):
        shift = rng.sample("0123456789", 10)
        table = str.maketrans("0123456789", "".join(shift))
        again = frame.copy()
        again["conversation_id"] = again["conversation_id"] + f"/{copy}"
        again["text"] = [text.translate(table) for text in again["text"]]
        copies.append(again)
    return pd.concat(copies, ignore_index=True).iloc[:turns]


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Return the seconds a call took, and its result."""
    gc.collect()
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def stages(checker: Checker, table: pa.Table) -> dict[str, float]:
    """Return seconds by stage of one pass over the table."""
    spent: dict[str, float] = {}
    spent["understand columns"], (turns, _) = timed(lambda: from_frame(table))  # type: ignore[misc]
    spent["gather"], batches = timed(lambda: list(gather(turns)[0]))
    program, segmenter = checker.program, default_segmenter()
    spent["fold and scan"], views = timed(
        lambda: [view for batch in batches for view in scan(program, batch)]  # type: ignore[attr-defined]
    )
    spent["judge and decide"], verdicts = timed(
        lambda: [decide(program, view, segmenter, lambda _: 0.0) for view in views]  # type: ignore[attr-defined]
    )
    assessor = checker._assessor
    spent["score"], parts = timed(lambda: [part for v in verdicts for part in assessor._parts(v)])  # type: ignore[attr-defined]
    findings = [finding for verdict in verdicts for finding in verdict.findings]  # type: ignore[attr-defined]
    spent["tables"], _ = timed(lambda: (findings_table(findings), conversations_table(parts, assessor.categories)))  # type: ignore[arg-type]
    return spent


def lcut_all(texts: list[str]) -> None:
    """The fixed baseline."""
    import jieba

    for text in texts:
        jieba.lcut(text)


def plain_script(texts: list[str], checker: Checker) -> None:
    """The script of today: every phrase and every pattern on every turn."""
    import jieba

    leaves = [leaf for rule in checker.program.rules for leaf in leaves_of(rule)]
    phrases = [phrase for leaf in leaves if isinstance(leaf, Phrases) for phrase in leaf.phrases]
    both = [zip(leaf.quick, leaf.compiled, strict=True) for leaf in leaves if isinstance(leaf, Pattern)]
    patterns = [quick or slow for pairs in both for quick, slow in pairs]  # by re where it can do the pattern

    def row(text: str) -> int:
        jieba.lcut(text)
        hits = sum(phrase in text for phrase in phrases)
        return hits + sum(pattern.search(text) is not None for pattern in patterns)

    pd.Series(texts).apply(row)


def main() -> None:
    """Run the benchmark and print one JSON object."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("inputs", nargs="*")
    asked.add_argument("--turns", type=int, default=500_000)
    asked.add_argument("--sample", type=int, default=20_000)
    asked.add_argument("--pack", action="append")
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--rounds", type=int, default=3)
    args = asked.parse_args()
    import jieba

    frame = repeat(load(args.inputs, args.seed), args.turns, args.seed)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    cold, checker = timed(lambda: Checker(args.pack or ["all"]))
    assert isinstance(checker, Checker)
    checker.check([("agent", "您好")])
    jieba.initialize()
    rng = random.Random(args.seed)
    texts = frame["text"].tolist()
    sample = rng.sample(texts, min(args.sample, len(texts)))
    small = sample[: max(1, len(sample) // 20)]
    scores, lcuts = [], []
    for _ in range(args.rounds):  # interleaved, so that both meet the same neighbours
        scores.append(timed(lambda: checker.score(table))[0])
        lcuts.append(timed(lambda: lcut_all(sample))[0])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    characters = sum(map(len, texts))
    ours = sorted(scores)[len(scores) // 2]
    lcut = sorted(lcuts)[len(lcuts) // 2] * characters / sum(map(len, sample))
    plain = timed(lambda: plain_script(small, checker))[0] * characters / sum(map(len, small))
    print(
        json.dumps(
            {
                "date": date.today().isoformat(),
                "machine": f"{platform.machine()} {platform.system()}, Python {platform.python_version()}",
                "seed": args.seed,
                "turns": len(frame),
                "characters": characters,
                "rules": len(checker.program.rules),
                "literals": len(checker.program.literals),
                "load_seconds": round(cold, 2),
                "turns_per_second": round(len(frame) / ours),
                "seconds": [round(s, 2) for s in scores],
                "peak_memory_mb": peak,
                "times_jieba_lcut": round(lcut / ours, 1),
                "times_plain_script": round(plain / ours, 1),
                "stage_seconds": {name: round(s, 2) for name, s in stages(checker, table).items()},
            },
            ensure_ascii=False,
            indent=2,
        )
    )


if __name__ == "__main__":
    sys.exit(main())

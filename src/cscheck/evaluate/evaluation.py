"""Evaluation (评测): the figures of one measurement as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from ..categories import POLARITIES, load_categories
from ..checker import Checker
from ..model import Conversation
from .labels import Labelled, Labels
from .measure import Averages, Counts, averages, confusion, count, figures, fired, named, overlaps, rounded, share
from .misses import misses
from .noise import LEVELS, SEEDS, load_homophones, noisy
from .observe import Unit, observe

Row = dict[str, Any]


def _spread(*names: str) -> list[tuple[str, pa.DataType]]:
    """Columns of figures, each with the ends of its interval."""
    return [(f"{name}{end}", pa.float64()) for name in names for end in ("", "_low", "_high")]


_TEXT, _WHOLE, _LIST = pa.string(), pa.int64(), pa.list_(pa.string())
_COUNTS = [("support", _WHOLE), ("tp", _WHOLE), ("fp", _WHOLE), ("fn", _WHOLE), *_spread("precision", "recall", "f1")]
_CLEAN = [("clean", _WHOLE), ("clean_flagged", _WHOLE), *_spread("clean_flagged_share")]
_FIRED = [("units", _WHOLE), ("hits", _WHOLE), *_spread("coverage"), ("alone", _WHOLE), ("redundant", pa.bool_())]
_PAIR = [("both", _WHOLE), ("hits_a", _WHOLE), ("hits_b", _WHOLE), ("jaccard", pa.float64())]
_WHERE = [("conversation_id", _TEXT), ("turn_index", pa.int32()), ("kind", _TEXT)]
_WHY = [("gold", _LIST), ("found", _LIST), ("text", _TEXT), ("rules", _LIST), ("evidence", _LIST)]
SUMMARY = pa.schema(
    [("polarity", _TEXT), ("conversations", _WHOLE), ("units", _WHOLE), *_COUNTS, *_spread("macro_f1"), *_CLEAN]
)
CATEGORIES = pa.schema([("polarity", _TEXT), ("category", _TEXT), ("title", _TEXT), *_COUNTS])
RULES = pa.schema([("rule_id", _TEXT), ("title", _TEXT), ("polarity", _TEXT), ("category", _TEXT), *_FIRED, *_COUNTS])
OVERLAP = pa.schema([("polarity", _TEXT), ("rule_a", _TEXT), ("rule_b", _TEXT), ("same_category", pa.bool_()), *_PAIR])
CONFUSION = pa.schema([("gold", _TEXT), ("found", _TEXT), ("turns", _WHOLE)])
MISSES = pa.schema([*_WHERE, ("polarity", _TEXT), ("category", _TEXT), ("title", _TEXT), *_WHY])
NOISE = pa.schema([("level", pa.float64()), ("heard", _WHOLE), ("characters", _WHOLE), ("replaced", _WHOLE), *SUMMARY])


@dataclass(frozen=True)
class Evaluation:
    """The figures of one measurement, as Arrow tables. Null stands where nothing was seen (NA).

    ``summary``: one row a polarity: micro averages, macro F1, how many clean units were flagged.
    ``categories``: one row a category: support, tp, fp, fn, precision, recall, F1 with 95 % intervals.
    ``rules``: one row a rule: on how many units it fires (``hits``, ``coverage``), on how many no other rule of its
    category does (``alone``; ``redundant`` where that is none), and the figures of the category with this rule alone.
    ``overlap``: pairs of rules that fire on the same unit. ``confusion``: gold and found category of turns.
    ``misses``: each difference between labels and findings, with what explains it.
    A *unit* is a judged agent turn (forbidden) or a conversation with judged duties (required).
    """

    summary: pa.Table
    categories: pa.Table
    rules: pa.Table
    overlap: pa.Table
    confusion: pa.Table
    misses: pa.Table

    def to_arrow(self) -> dict[str, pa.Table]:
        """Return the tables by name."""
        return dict(vars(self))

    def to_pandas(self) -> dict[str, pd.DataFrame]:
        """Return the tables as pandas frames, by name."""
        return {name: to_pandas(table) for name, table in self.to_arrow().items()}


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """Return a table as a frame in which whole numbers and truth values with gaps stay what they are."""
    kinds = {pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    return table.to_pandas(types_mapper=kinds.get)


def evaluate(checker: Checker, conversations: Iterable[Conversation], labels: Mapping[str, Labels]) -> Evaluation:
    """Measure a checker on labelled conversations.

    Args:
        checker: what is measured.
        conversations: conversations with distinct ids; those without labels are left out.
        labels: what annotators said, by conversation id.

    Returns:
        the tables of ``Evaluation``, the same in every run.

    Raises:
        InputError: I153 nothing is labelled; I154 labels name a turn or a conversation that is not there; or a
            conversation cannot be checked.

    >>> from cscheck import Checker
    >>> from cscheck.model import Turn
    >>> talk = Conversation("a", (Turn("agent", "我们保证三天到货"),))
    >>> found = evaluate(Checker(), [talk], {"a": Labels({0: frozenset({"promise"})})})
    >>> found.summary["f1"].to_pylist()
    [1.0]
    """
    rules = {rule.id: rule for rule in checker.program.rules}
    units: list[Unit] = []
    differences: list[Row] = []
    for one in observe(checker, Labelled(tuple(conversations), labels)):
        units += one.units
        differences += misses(one, rules)
    return Evaluation(
        pa.Table.from_pylist(_summary(units), SUMMARY),
        pa.Table.from_pylist(_categories(units), CATEGORIES),
        pa.Table.from_pylist(_rules(checker, units), RULES),
        pa.Table.from_pylist(_overlap(checker, units), OVERLAP),
        pa.Table.from_pylist(_confusion(units), CONFUSION),
        pa.Table.from_pylist(differences, MISSES),
    )


def noise_curve(
    checker: Checker,
    conversations: Iterable[Conversation],
    labels: Mapping[str, Labels],
    levels: Sequence[float] = LEVELS,
    seeds: Sequence[int] = SEEDS,
) -> pa.Table:
    """Measure a checker on the same conversations at rising shares of replaced characters (see ``noise``).

    At each level the conversations are misheard once for each seed, and all are counted: which characters are hit is
    chance, by which one hearing of a few hundred turns differs from another by several points of F1.

    Returns:
        one row a level and polarity: ``level``, ``heard`` (how many times), the Han characters of agent turns, how many
        of them were replaced, and the columns of ``Evaluation.summary``.

    Raises:
        InputError: as for ``evaluate``.
    """
    plain = tuple(conversations)
    rows: list[Row] = []
    for level in levels:
        units: list[Unit] = []
        changed: list[bool] = []
        hearings = seeds if level else seeds[:1]
        for seed in hearings:
            heard = tuple(noisy(plain, level, load_homophones(), seed))
            changed += _replaced(plain, heard)
            units += [unit for one in observe(checker, Labelled(heard, labels)) for unit in one.units]
        told = {"level": level, "heard": len(hearings), "characters": len(changed), "replaced": sum(changed)}
        rows += [told | row for row in _summary(units, len(hearings))]
    return pa.Table.from_pylist(rows, NOISE)


def _replaced(plain: Sequence[Conversation], heard: Sequence[Conversation]) -> list[bool]:
    """Return of each Han character of agent turns whether another one stands in its place."""
    return [
        before != after
        for old, new in zip(plain, heard, strict=True)
        for turn, other in zip(old.turns, new.turns, strict=True)
        if turn.role == "agent"
        for before, after in zip(turn.text, other.text, strict=True)
        if "\u4e00" <= before <= "\u9fff"
    ]


def _of(units: Sequence[Unit], polarity: str) -> list[Unit]:
    return [unit for unit in units if unit.polarity == polarity]


def _judged(units: Iterable[Unit]) -> frozenset[str]:
    return frozenset[str]().union(*(unit.judged for unit in units))


def _places(units: Iterable[Unit]) -> int:
    return 1 + max(unit.place for unit in units)


def _summary(units: Sequence[Unit], times: int = 1) -> list[Row]:
    """Return a row a polarity; ``times`` is how often each unit was looked at."""
    rows = []
    for polarity in POLARITIES:
        mine = _of(units, polarity)
        if not mine:
            continue
        counts = count(mine, _places(units))
        found = averages(counts, [(polarity, category) for category in sorted(_judged(mine))], times)
        clean = [unit for unit in mine if not unit.gold and not unit.disputed]
        flagged = sum(bool(unit.found) for unit in clean)
        conversations = len({unit.place for unit in mine})
        row = {"polarity": polarity, "conversations": conversations, "units": len(mine), **_averaged(found)}
        row |= {"clean": len(clean), "clean_flagged": flagged}
        row |= share("clean_flagged_share", flagged / times, len(clean) / times)
        rows.append(row)
    return rows


def _averaged(found: Averages) -> Row:
    tp, fp, fn = found.micro
    row: Row = {"support": tp + fn, "tp": tp, "fp": fp, "fn": fn}
    for name in ("precision", "recall", "f1", "macro_f1"):
        row |= named(name, getattr(found, name))
    return row


def _categories(units: Sequence[Unit]) -> list[Row]:
    counts, categories = count(units, _places(units)), load_categories()
    judged = {polarity: _judged(_of(units, polarity)) for polarity in POLARITIES}
    keys = [(polarity, name) for polarity in POLARITIES for name in categories.of(polarity)]
    draws = counts.resampled(keys)
    return [
        {"polarity": polarity, "category": name, "title": categories.of(polarity)[name].title}
        | (figures(*counts.total((polarity, name)), draws[:, place]) if name in judged[polarity] else {})
        for place, (polarity, name) in enumerate(keys)
    ]


def _rules(checker: Checker, units: Sequence[Unit]) -> list[Row]:
    counts = _with_missed(count(units, _places(units)), units, checker)
    rules = sorted(checker.program.rules, key=lambda rule: (POLARITIES.index(rule.polarity), rule.category, rule.id))
    keys = [(rule.polarity, rule.category, rule.id) for rule in rules]
    draws = counts.resampled(keys)
    known = {polarity: _of(units, polarity) for polarity in POLARITIES}
    judged = {polarity: _judged(mine) for polarity, mine in known.items()}
    hits = {polarity: fired(mine) for polarity, mine in known.items()}
    rows = []
    for place, rule in enumerate(rules):
        number, (seen, alone) = len(known[rule.polarity]), hits[rule.polarity].get(rule.id, (0, 0))
        row: Row = {"rule_id": rule.id, "title": rule.title, "polarity": rule.polarity, "category": rule.category}
        row |= {"units": number, "hits": seen, **share("coverage", seen, number), "alone": alone}
        row["redundant"] = alone == 0 if seen else None
        if rule.category in judged[rule.polarity]:
            row |= figures(*counts.total(keys[place]), draws[:, place])
        rows.append(row)
    return rows


def _with_missed(counts: Counts, units: Sequence[Unit], checker: Checker) -> Counts:
    """Count for each rule what it leaves of its category's violations."""
    siblings: dict[tuple[str, str], list[str]] = {}
    for rule in checker.program.rules:
        siblings.setdefault((rule.polarity, rule.category), []).append(rule.id)
    for unit in units:
        for category in unit.gold:
            for rule_id in siblings.get((unit.polarity, category), ()):
                if rule_id not in unit.rules.get(category, ()):
                    counts.add((unit.polarity, category, rule_id), unit.place, 0, 0, 1)
    return counts


def _overlap(checker: Checker, units: Sequence[Unit]) -> list[Row]:
    category = {rule.id: rule.category for rule in checker.program.rules}
    return [
        {
            "polarity": polarity,
            "rule_a": first,
            "rule_b": second,
            "same_category": category[first] == category[second],
            "both": both,
            "hits_a": hits_a,
            "hits_b": hits_b,
            "jaccard": rounded(both / (hits_a + hits_b - both)),
        }
        for polarity in POLARITIES
        for first, second, both, hits_a, hits_b in overlaps(_of(units, polarity))
    ]


def _confusion(units: Sequence[Unit]) -> list[Row]:
    pairs = confusion(_of(units, "forbidden"))
    return [{"gold": gold, "found": found, "turns": number} for (gold, found), number in sorted(pairs.items())]

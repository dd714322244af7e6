"""Evaluation: the tables of figures are exact, honest about what was not seen, and the same in every run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from cscheck import Checker
from cscheck.errors import InputError
from cscheck.evaluate import Evaluation, Labelled, Labels, evaluate, noise_curve
from cscheck.model import Conversation, Turn

Label = Callable[..., Labelled]


def measured(checker: Checker, given: Labelled) -> Evaluation:
    return evaluate(checker, given.conversations, given.labels)


def row(table: pa.Table, **keys: object) -> dict[str, Any]:
    """Return the one row with these values."""
    (found,) = (row for row in table.to_pylist() if all(row[key] == value for key, value in keys.items()))
    return found  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def example(checker: Checker, labelled: Label) -> Evaluation:
    """Three promises of which two are found, one false alarm, one insult called promise, two clean turns."""
    said = [
        ("我给您打包票", {"promise"}),
        ("保准行，打包票没问题", {"promise"}),
        ("您放一百个心，准能到", {"promise"}),
        ("保准备好了", set()),
        ("笨蛋", {"blame"}),
        ("好的", set()),
        ("亲爱哒在的", set()),
    ]
    return measured(checker, labelled(*said))


def test_figures_of_a_category(example: Evaluation) -> None:
    """Support, counts, precision and recall follow from the turns; the intervals are Wilson's."""
    found = row(example.categories, category="promise")
    assert [found[key] for key in ("support", "tp", "fp", "fn")] == [3, 2, 1, 1]
    assert [found[key] for key in ("precision", "precision_low", "precision_high")] == [0.666667, 0.20766, 0.938508]
    assert [found[key] for key in ("recall", "recall_low", "recall_high")] == [0.666667, 0.20766, 0.938508]
    assert found["f1"] == 0.666667
    assert 0 <= found["f1_low"] < 0.666667 < found["f1_high"] <= 1


def test_nothing_seen_is_null(example: Evaluation) -> None:
    """A category judged but never seen has counts of 0 and no figures; one that nobody judged has no counts."""
    threat, style = row(example.categories, category="threat"), row(example.categories, category="style")
    assert [threat[key] for key in ("support", "tp", "precision", "recall", "f1", "f1_low")] == [0, 0, *(None,) * 4]
    assert [style[key] for key in ("support", "tp", "fp", "precision")] == [None] * 4


def test_only_missed_or_only_wrong(example: Evaluation) -> None:
    """What was only missed has a recall of 0 and no precision; what was only wrongly found the reverse."""
    blame, insult = row(example.categories, category="blame"), row(example.categories, category="insult")
    assert (blame["precision"], blame["recall"], blame["f1"]) == (None, 0.0, 0.0)
    assert (insult["precision"], insult["recall"], insult["f1"]) == (0.0, None, 0.0)


def test_the_summary(example: Evaluation) -> None:
    """Micro averages count decisions, macro F1 categories, and a clean turn is flagged only in judged categories."""
    found = row(example.summary, polarity="forbidden")
    assert [found[key] for key in ("conversations", "units", "tp", "fp", "fn")] == [7, 7, 2, 2, 2]
    assert [found[key] for key in ("precision", "recall", "f1")] == [0.5, 0.5, 0.5]
    assert found["macro_f1"] == round((2 / 3 + 0 + 0) / 3, 6)
    assert [found[key] for key in ("clean", "clean_flagged", "clean_flagged_share")] == [3, 1, 0.333333]


def test_a_rule_is_measured_against_its_category(example: Evaluation) -> None:
    """A rule's recall is its own share of the category; coverage is the share of turns on which it fires."""
    promise, sure = row(example.rules, rule_id="own.promise"), row(example.rules, rule_id="own.sure")
    assert [promise[key] for key in ("units", "hits", "tp", "fp", "fn", "alone")] == [7, 2, 2, 0, 1, 1]
    assert [sure[key] for key in ("units", "hits", "tp", "fp", "fn", "alone")] == [7, 2, 1, 1, 2, 1]
    assert (promise["coverage"], promise["precision"], promise["recall"]) == (0.285714, 1.0, 0.666667)


def test_a_rule_of_an_unjudged_category_has_coverage_alone(example: Evaluation) -> None:
    """What nobody labelled has no precision, yet it shows how often the rule fires."""
    dear = row(example.rules, rule_id="own.dear")
    assert [dear[key] for key in ("hits", "coverage", "tp", "precision")] == [1, 0.142857, None, None]


def test_overlap_and_confusion(example: Evaluation) -> None:
    """Rules that fire on one turn are a pair; a turn found as another category is a confusion."""
    assert example.overlap.to_pylist() == [
        {
            **{"polarity": "forbidden", "rule_a": "own.promise", "rule_b": "own.sure", "same_category": True},
            **{"both": 1, "hits_a": 2, "hits_b": 2, "jaccard": 0.333333},
        }
    ]
    assert [tuple(row.values()) for row in example.confusion.to_pylist()] == [
        ("blame", "insult", 1),
        ("none", "promise", 1),
        ("promise", "none", 1),
        ("promise", "promise", 2),
    ]


def test_a_rule_whose_hits_others_find_is_redundant(checker: Checker, labelled: Label) -> None:
    """A rule is redundant where on each of its turns another rule of its category fires; one without hits is NA."""
    rules = measured(checker, labelled(("打包票没问题", {"promise"}), ("保准", {"promise"}))).rules
    assert row(rules, rule_id="own.promise")["redundant"] is True
    assert row(rules, rule_id="own.sure")["redundant"] is False
    assert row(rules, rule_id="own.fool")["redundant"] is None


def test_disputed_counts_neither_way(checker: Checker, labelled: Label) -> None:
    """A disputed category is no false alarm, and its turn is not among the clean ones."""
    given = labelled(("打包票", set()), ("好的", set()), disputed={0: {"promise"}})
    found = row(measured(checker, given).summary, polarity="forbidden")
    assert [found[key] for key in ("tp", "fp", "fn", "clean", "clean_flagged")] == [0, 0, 0, 1, 0]


def test_required_items(checker: Checker) -> None:
    """An absent duty that is found missing is right; one present or not due that is found missing is a false alarm."""
    talk = [Conversation(name, (Turn("agent", text),)) for name, text in (("a", "说"), ("b", "嗯"), ("c", "您好"))]
    statuses = {"a": "absent", "b": "na", "c": "absent"}
    labels = {name: Labels(required={"greeting": status}) for name, status in statuses.items()}
    found = evaluate(checker, talk, labels)
    greeting = row(found.categories, polarity="required", category="greeting")
    assert [greeting[key] for key in ("tp", "fp", "fn")] == [1, 1, 1]
    assert found.summary["polarity"].to_pylist() == ["required"]
    assert [(m["conversation_id"], m["kind"], m["rules"]) for m in found.misses.to_pylist()] == [
        ("b", "false_alarm", ["own.greeting"]),
        ("c", "missed", []),
    ]


def test_unlabelled_conversations_are_left_out(checker: Checker, labelled: Label) -> None:
    """A conversation without labels changes no figure."""
    given = labelled(("打包票", {"promise"}))
    more = (*given.conversations, Conversation("other", (Turn("agent", "笨蛋"),)))
    assert evaluate(checker, more, given.labels).summary.equals(measured(checker, given).summary)


def test_the_order_of_conversations_changes_no_count(checker: Checker, labelled: Label) -> None:
    """Counts and figures are the same whatever the order; the same order gives equal tables."""
    given = labelled(("打包票", {"promise"}), ("保准", set()), ("笨蛋", {"insult"}))
    once, again = measured(checker, given), measured(checker, given)
    turned = evaluate(checker, given.conversations[::-1], given.labels)
    assert all(table.equals(again.to_arrow()[name]) for name, table in once.to_arrow().items())
    for name in ("tp", "fp", "fn", "precision", "recall", "f1"):
        assert turned.categories[name].equals(once.categories[name])


@pytest.mark.parametrize(
    ("labels", "problem"),
    [
        ({}, "labels: [I153] no turn and no duty is labelled: nothing can be measured"),
        ({"x": Labels({0: frozenset()})}, "labels of x: [I154] there is no such conversation"),
        (
            {"c0": Labels({3: frozenset()})},
            "labels of c0: [I154] no agent speaks in turn 3: correct its turn_index (轮次)",
        ),
    ],
)
def test_labels_that_fit_nothing_are_refused(
    checker: Checker, labelled: Label, labels: dict[str, Labels], problem: str
) -> None:
    """Labels of a turn or conversation that is not there would be lost, so they are an error."""
    with pytest.raises(InputError) as caught:
        evaluate(checker, labelled(("好的", set())).conversations, labels)
    assert problem in str(caught.value).split("\n")


def test_frames_keep_whole_numbers(example: Evaluation) -> None:
    """In the pandas frames a count with a gap stays a whole number, and NA stays NA."""
    frame = example.to_pandas()["categories"].set_index("category")
    assert str(frame["tp"].dtype) == "Int64"
    assert frame["tp"].isna()["style"] and frame["tp"]["promise"] == 2


def test_hearing_again_makes_no_figure_surer(checker: Checker, labelled: Label) -> None:
    """A turn that is heard five times is one turn still: the intervals are those of one hearing."""
    given = labelled(("我给您打包票没问题的", {"promise"}), ("好的呢", set()))
    plain, heard = noise_curve(checker, given.conversations, given.labels, levels=(0.0, 1e-9)).to_pylist()
    assert (plain["clean"], heard["clean"], heard["heard"]) == (1, 5, 5)
    for name in ("precision_low", "recall_low", "f1_low", "macro_f1_low", "clean_flagged_share_high"):
        assert (name, heard[name]) == (name, plain[name])


def test_the_noise_curve(checker: Checker, labelled: Label) -> None:
    """At level 0 nothing is replaced and the figures are the plain ones; more noise replaces more, finds no more."""
    given = labelled(*[("我给您打包票没问题的", {"promise"})] * 20, ("好的呢", set()))
    curve = noise_curve(checker, given.conversations, given.labels, levels=(0.0, 0.2, 0.8), seeds=(0, 1)).to_pylist()
    assert [(row["level"], row["heard"], row["characters"]) for row in curve] == [
        (0, 1, 203),
        (0.2, 2, 406),
        (0.8, 2, 406),
    ]
    assert (curve[0]["replaced"], curve[0]["f1"], curve[0]["support"], curve[1]["support"]) == (0, 1.0, 20, 40)
    assert 0 < curve[1]["replaced"] < curve[2]["replaced"] < 406
    assert curve[0]["recall"] > curve[1]["recall"] > curve[2]["recall"]

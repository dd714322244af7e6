"""Training a model: its card, and that the same sentences give the same model."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from cscheck.cli import commands as app
from cscheck.errors import InputError
from cscheck.learn import load_model, score
from cscheck.normalize import fold_many
from cscheck.training import Settings, read_sentences, train


def test_a_model_finds_what_it_learned(sentences: Callable[..., Path]) -> None:
    """It tells new sentences apart that are made of the words it has seen."""
    model = train(read_sentences([sentences()]), "2026-01-01")
    folded = fold_many(["押金保證沒問題", "请问押金的进度"])
    sure = score(model, folded.codes, folded.starts)[:, 0]
    assert model.categories == ("promise",)
    assert sure[0] > 0.9
    assert sure[1] < 0.1


def test_the_card(sentences: Callable[..., Path]) -> None:
    """It says what the model was trained on, when, how, and how well it does."""
    path = sentences()
    card = train(read_sentences([path]), "2026-01-01", Settings(seed=3)).card
    assert (card["date"], card["sentences"], card["constructs"], card["settings"]["seed"]) == ("2026-01-01", 72, 24, 3)
    digest = sha256(path.read_bytes()).hexdigest()
    assert card["data"] == [{"file": "talk.jsonl", "sha256": digest, "sentences": 72, "constructs": 24}]
    promise = card["categories"]["promise"]
    assert promise["sentences"] == 36
    assert promise["held_out"] == {"average_precision": 1.0, "found": 36, "precision": 1.0, "recall": 1.0}
    assert card["held_out"] == {"precision": 1.0, "recall": 1.0, "clean_found": 0.0, "f1_at_half": 1.0}


def test_no_threshold_where_the_model_is_not_sure(sentences: Callable[..., Path]) -> None:
    """A category whose sentences look like any others is never found."""
    rng = np.random.default_rng(0)
    rows = [
        {"text": "".join(rng.choice(list("天地玄黄宇宙洪荒"), 6)), "labels": ["promise"] * (i % 2), "construct": str(i)}
        for i in range(80)
    ]
    assert train(read_sentences([sentences(rows)]), "").thresholds == (None,)


def test_too_little(sentences: Callable[..., Path]) -> None:
    """A category needs sentences in ten constructs, for and against."""
    rows = [{"text": f"保证{i}", "labels": ["promise"] if i % 9 == 0 else [], "construct": str(i)} for i in range(50)]
    with pytest.raises(InputError) as error:
        train(read_sentences([sentences(rows)]), "")
    (problem,) = error.value.problems
    assert (problem.code, problem.message) == (
        "I162",
        "too few sentences to learn from: a category needs sentences of 10 constructs (句式) with it and 10 without "
        "(found promise: 6 with it, 44 without)",
    )


def test_templates_without_constructs_are_no_proof(sentences: Callable[..., Path], tmp_path: Path) -> None:
    """Sixty sentences of six templates are six constructs, which are too few, where each wording was one of its own."""
    forms = (
        "我保证{}没问题",
        "放心，{}包在我身上",
        "{}我打包票给您办妥",
        "我帮您查一下{}",
        "{}的进度稍后回复您",
        "请问{}是哪天办的",
    )
    rows = [
        {"text": form.format(what), "labels": ["promise"] * (place < 3)}
        for place, form in enumerate(forms)
        for what in ("宽带", "空调", "洗衣机", "退款", "发票", "会员", "订单", "电表", "路由器", "机票")
    ]
    with pytest.raises(InputError, match="promise: 3 with it, 3 without"):
        train(read_sentences([sentences(rows)]), "")


def test_what_is_told_of_the_figures(sentences: Callable[..., Path], tmp_path: Path) -> None:
    """Sentences without a construct, contradictory labels and categories that were left out are told."""
    loose = sentences(
        [{"text": "我马上核实", "labels": []}, {"text": "我马上核实", "labels": ["evade"]}], "loose.jsonl"
    )
    result = CliRunner().invoke(app, ["train", str(sentences()), str(loose), "--out", str(tmp_path / "m.npz")])
    assert result.exit_code == 0, result.output
    assert "2 sentences name no construct (句式): those alike were held out together" in result.output
    assert "  evade         not learned: 1 constructs with it and 25 without are too few\n" in result.output
    assert (
        f"{loose}:2: [I165] contradiction (标注矛盾): '我马上核实' is evade here and not in {loose}:1" in result.output
    )
    card = load_model(tmp_path / "m.npz").card
    assert (card["by_likeness"], card["left_out"]) == (2, {"evade": [1, 25]})


def test_the_command(sentences: Callable[..., Path], tmp_path: Path) -> None:
    """The same sentences give the same bytes, whatever the order of files."""
    talk = sentences()
    more = sentences([{"text": "我马上核实", "labels": []}], "more.jsonl")
    for name, files in (("one", (talk, more)), ("two", (more, talk))):
        made = [*map(str, files), "--out", str(tmp_path / f"{name}.npz"), "--date", "2026-01-01"]
        result = CliRunner().invoke(app, ["train", *made])
        assert result.exit_code == 0, result.output
        assert result.output.startswith("73 sentences of 25 constructs -> ")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert load_model(tmp_path / "one.npz").card["date"] == "2026-01-01"


@pytest.mark.parametrize("out", ["model.txt", "no/such/folder/model.npz"])
def test_where_no_model_can_be_written(sentences: Callable[..., Path], tmp_path: Path, out: str) -> None:
    """The target is checked before training."""
    result = CliRunner().invoke(app, ["train", str(sentences()), "--out", str(tmp_path / out)])
    assert (result.exit_code, "[I163]" in result.output) == (1, True)

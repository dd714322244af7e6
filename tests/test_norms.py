"""The register of norms is complete, well formed and read-only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields

import pytest
import yaml

from cscheck.data import lexicons
from cscheck.model import CHANNELS, SEVERITIES
from cscheck.norms import Norm, load_norms


def read(name: str) -> object:
    """Return the parsed data file ``name``."""
    return yaml.safe_load((lexicons() / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def entries() -> list[dict[str, object]]:
    """The entries of the register as they are written."""
    written = read("norms.yaml")
    assert isinstance(written, list)
    return written


@pytest.fixture(scope="module")
def categories() -> dict[str, set[str]]:
    """The category names that a norm of each polarity may have."""
    known = read("categories.yaml")
    assert isinstance(known, Mapping)
    forbidden, required = set(known["forbidden"]), set(known["required"])
    return {
        "forbidden": forbidden,
        "discouraged": forbidden,
        "required": required,
        "encouraged": required | {"style", "process"},
    }


def test_the_register_holds_every_written_entry_once(entries: list[dict[str, object]]) -> None:
    """All 171 entries have an id of their own, and the register keeps them in the order of the file."""
    assert len(entries) == 171
    assert list(load_norms()) == [entry["id"] for entry in entries]


def test_every_norm_stands_under_its_own_id() -> None:
    """The keys of the register are the ids of its norms."""
    assert [norm.id for norm in load_norms().values()] == list(load_norms())


def test_no_group_of_norms_is_short() -> None:
    """Each group, the part of the id before the first dot, has the norms the source documents give it."""
    assert Counter(norm.partition(".")[0] for norm in load_norms()) == {
        "courtesy": 20,
        "taboo": 14,
        "banned": 41,
        "flow": 47,
        "timing": 13,
        "style": 17,
        "privacy": 5,
        "cross": 14,
    }


def test_polarities_and_severities_are_those_of_the_sources() -> None:
    """The numbers of duties, bans, pieces of advice and severities are those of the source register."""
    norms = load_norms().values()
    assert Counter(norm.polarity for norm in norms) == {
        "required": 51,
        "forbidden": 67,
        "encouraged": 40,
        "discouraged": 13,
    }
    assert Counter(norm.severity for norm in norms) == dict(zip(SEVERITIES, (38, 64, 69), strict=True))


def test_channels_packs_and_observability_are_closed_lists() -> None:
    """Every norm names a channel, a pack and what a check needs, each from its closed list."""
    norms = load_norms().values()
    assert {norm.channel for norm in norms} == {*CHANNELS, "both"}
    assert {norm.pack for norm in norms} == {"core", "taobao", "property", "hotline", "aftersales"}
    assert {norm.observable for norm in norms} == {"text", "text+time", "metadata", "cross-conversation", "partly"}


def test_every_category_is_known_for_the_polarity(categories: dict[str, set[str]]) -> None:
    """A ban has a forbidden category, a duty a required one, and advice a required one or style."""
    wrong = [norm.id for norm in load_norms().values() if norm.category not in categories[norm.polarity]]
    assert wrong == []


def test_every_field_is_text_without_blank_ends(entries: list[dict[str, object]]) -> None:
    """Each entry has exactly the fields of a norm, all of them text that YAML has not guessed into something else."""
    names = [field.name for field in fields(Norm)]
    faulty = [
        entry["id"]
        for entry in entries
        if list(entry) != names
        or not all(isinstance(text, str) and text == text.strip() != "" for text in entry.values())
    ]
    assert faulty == []


def test_titles_are_short_and_unique() -> None:
    """A title of four to ten characters tells each norm from every other."""
    titles = [norm.title for norm in load_norms().values()]
    assert [title for title, times in Counter(titles).items() if times > 1 or not 4 <= len(title) <= 10] == []


def test_the_absolute_promise_rests_on_its_sentence() -> None:
    """A norm carries title, category, document and quoted sentence together."""
    assert load_norms()["banned.promise.absolute"] == Norm(
        id="banned.promise.absolute",
        title="绝对化承诺",
        category="promise",
        polarity="forbidden",
        severity="major",
        channel="both",
        pack="core",
        observable="text",
        document="淘宝开店必备",
        quote="商城客服在与顾客交流中,不要用:肯定,保证,绝对等等字样",
    )


@pytest.mark.parametrize(
    ("norm", "category"),
    [
        ("taboo.calm-down", "command"),
        ("taboo.belittle.too-simple", "blame"),
        ("taboo.brushoff.busy", "deferral"),
        ("privacy.disclose-contact", "offplatform"),
        ("banned.interrupt", "impatient"),
        ("courtesy.thank-feedback", "process"),
        ("courtesy.closing.anything-else", "further_help"),
    ],
)
def test_borderline_norms_fall_where_the_code_book_puts_them(norm: str, category: str) -> None:
    """Norms that could stand in two categories stand in the one whose definition names their wording."""
    assert load_norms()[norm].category == category


def test_the_register_cannot_be_changed() -> None:
    """Neither the mapping nor a norm can be altered by a caller."""
    norms = load_norms()
    with pytest.raises(TypeError):
        norms["x"] = norms["taboo.mockery"]  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        norms["taboo.mockery"].title = "x"  # type: ignore[misc]

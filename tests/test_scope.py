"""Scope: where clauses end, how far a cue reaches, and where a cue acts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cscheck.cues import Cue, load_cues
from cscheck.model import Conversation, Finding
from cscheck.normalize import fold_phrase
from cscheck.scope import after, before, clauses, find_cue
from cscheck.source import Faults
from cscheck.view import View


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("我们保证。三天到", ["我们保证", "三天到"]),
        ("好的！是吗？是；好…行", ["好的", "是吗", "是", "好", "行"]),
        ("您好，请问、您是", ["您好", "请问", "您是"]),
        ("好的\n再见", ["好的", "再见"]),
        ("您好 请问 ", ["您好", "请问"]),
        ("ok 好的 ok", ["ok 好的 ok"]),
        ("一共3.5元.谢谢", ["一共3.5元", "谢谢"]),
        ("亲~在的~~", ["亲", "在的"]),
        ("不但便宜不过来拿", ["不但便宜不过来拿"]),
        ("", []),
        ("。。，", []),
    ],
)
def test_clauses(text: str, pieces: list[str]) -> None:
    """A clause ends at a hard mark, a comma, a line break or a blank after Han; marks belong to no clause."""
    folded = fold_phrase(text)
    assert [folded[start:end] for start, end in clauses(folded)] == pieces


@pytest.mark.parametrize("connective", ["但是", "但", "不过", "可是", "然而", "而是", "所以", "因此"])
def test_a_connective_ends_a_clause(connective: str) -> None:
    """What stands before a connective is a clause of its own; the connective opens the next."""
    text = f"这个办不了,{connective}我帮您换"
    assert [text[start:end] for start, end in clauses(text)] == ["这个办不了", f"{connective}我帮您换"]
    text = f"{connective}这个办不了{connective}我帮您换。{connective}"
    pieces = [f"{connective}这个办不了", f"{connective}我帮您换", connective]
    assert [text[start:end] for start, end in clauses(text)] == pieces


def test_unpunctuated_text_is_cut_at_thirty() -> None:
    """Speech without punctuation is cut into clauses of thirty characters at most."""
    assert clauses("好" * 65) == [(0, 30), (30, 60), (60, 65)]


@pytest.mark.parametrize(
    ("text", "commas", "reach"),
    [
        ("一,二,三⟦保证⟧", 0, "三"),
        ("一,二,三⟦保证⟧", 1, "二,三"),
        ("一,二,三⟦保证⟧", 2, "一,二,三"),
        ("一。二,三⟦保证⟧", 5, "二,三"),
        ("不贵但是好⟦保证⟧", 1, "好"),
        ("您好 我们⟦保证⟧", 1, "我们"),
        ("好" * 40 + "⟦保证⟧", 0, "好" * 30),
        ("⟦保证⟧", 0, ""),
    ],
)
def test_reach_to_the_left(text: str, commas: int, reach: str) -> None:
    """A cue may stand left of a match up to the clause's beginning, the commas allowed crossed, 30 characters."""
    start, plain = text.index("⟦"), text.replace("⟦", "").replace("⟧", "")
    assert plain[before(plain, start, commas) : start] == reach


@pytest.mark.parametrize(
    ("text", "commas", "reach"),
    [
        ("⟦保证⟧一,二,三", 0, "一"),
        ("⟦保证⟧一,二,三", 1, "一,二"),
        ("⟦保证⟧一,二,三", 2, "一,二,三"),
        ("⟦保证⟧吗?三,", 1, "吗?"),  # the closing mark belongs to it: it may be the cue
        ("⟦保证⟧一但是二", 1, "一"),
        ("⟦保证⟧" + "好" * 40, 0, "好" * 30),
        ("⟦保证⟧", 0, ""),
    ],
)
def test_reach_to_the_right(text: str, commas: int, reach: str) -> None:
    """A cue may stand right of a match up to the clause's end, its closing mark included."""
    end, plain = text.index("⟧") - 1, text.replace("⟦", "").replace("⟧", "")
    assert plain[end : after(plain, end, commas)] == reach


@pytest.fixture
def seen(tmp_path: Path, talk: Callable[..., Conversation], view: Callable[..., View]) -> Callable[..., str | None]:
    """Return what a cue with one part sees of the match marked in some lines of talk: ``turn:words``, or None."""

    def see(part: str, *lines: str) -> str | None:
        (tmp_path / "cue.yaml").write_text(f"- {{id: cue, title: 线索, parts: [{{{part}}}]}}", "utf-8")
        faults = Faults([])
        cue: Cue = load_cues(tmp_path, faults)["cue"]
        assert faults.problems == []
        marked = talk([line if "：" in line else f"客服：{line}" for line in lines])
        place = next(p for p, turn in enumerate(marked.turns) if "⟦" in turn.text)
        start, end = marked.turns[place].text.index("⟦"), marked.turns[place].text.index("⟧") - 1
        plain = tuple(t._replace(text=t.text.replace("⟦", "").replace("⟧", "")) for t in marked.turns)
        shown = view(Conversation("c", plain))
        hit = find_cue(shown, cue, place, start, end)
        assert hit is None or hit.cue == "cue"
        return hit and f"{hit.place}:{shown.text(hit.place)[hit.start : hit.end]}"

    return see


@pytest.mark.parametrize(
    ("part", "text", "found"),
    [
        # before: in the clause, near enough, ended by the match
        ("side: before, phrases: [不能]", "我们不能⟦保证⟧", "0:不能"),
        ("side: before, phrases: [不能]", "⟦保证⟧不能", None),
        ("side: before, phrases: [不能]", "不能。我们⟦保证⟧", None),
        ("side: before, phrases: [不能]", "不能的,我们⟦保证⟧", "0:不能"),
        ("side: before, phrases: [不能], commas: 0", "不能的,我们⟦保证⟧", None),
        ("side: before, phrases: [不能]", "不能的,好,我们⟦保证⟧", None),
        ("side: before, phrases: [不能], window: 2", "不能跟您⟦保证⟧", "0:不能"),
        ("side: before, phrases: [不能], window: 1", "不能跟您⟦保证⟧", None),
        ("side: before, phrases: [不能, 没有]", "不能没有⟦保证⟧", "0:没有"),  # the nearest
        ("side: before, phrases: [不, 不能]", "不能⟦保证⟧", "0:不能"),  # the longest
        ("side: before, phrases: [没有, 有保]", "没有⟦保证⟧", "0:没有"),
        ("side: before, phrases: [不], except: [不好意思]", "不好意思⟦保证⟧", None),
        ("side: before, phrases: [不], except: [不保证]", "不⟦保证⟧", "0:不"),
        ("side: before, phrases: [不能], terminators: [就是]", "不能说就是⟦保证⟧", None),
        ("side: before, phrases: [不能], terminators: [就是]", "就是不能⟦保证⟧", "0:不能"),
        ("side: before, pattern: '谁(也|都)?敢'", "谁都敢⟦保证⟧", "0:谁都敢"),
        # after
        ("side: after, phrases: [不了]", "⟦保证⟧不了", "0:不了"),
        ("side: after, phrases: [不了]", "不了⟦保证⟧", None),
        ("side: after, phrases: [吗]", "⟦保证⟧三天到吗", "0:吗"),
        ("side: after, phrases: [吗], window: 2", "⟦保证⟧三天到吗", None),
        ("side: after, pattern: '[?]'", "⟦保证⟧能到？", "0:?"),
        ("side: after, phrases: [吗]", "⟦保证⟧到。是吗", None),
        ("side: after, phrases: [吗], commas: 0", "⟦保证⟧到,是吗", None),
        ("side: after, phrases: [吗]", "⟦保证⟧到,是吗", "0:吗"),
        ("side: after, phrases: [吗], except: [什么吗]", "⟦保证⟧什么吗", None),
        ("side: after, phrases: [吗], terminators: [再]", "⟦保证⟧再问吗", None),
        # inside and overlapping
        ("side: inside, phrases: [不敢]", "⟦保证不敢说到⟧", "0:不敢"),
        ("side: inside, phrases: [不敢]", "不敢⟦保证⟧", None),
        ("side: overlap, phrases: [保证金]", "退⟦保证⟧金", "0:保证金"),
        ("side: overlap, phrases: [保证金]", "⟦保证⟧退保证金", None),
        # quoted: an opening mark that is still open, or words that open a quotation
        ("side: quoted, phrases: [您说]", "您说“我们⟦保证⟧到”", "0:“"),
        ("side: quoted, phrases: [您说]", "您说「我们⟦保证⟧到」", "0:“"),
        ("side: quoted, phrases: [您说]", "“好的”我们⟦保证⟧到", None),
        ("side: quoted, phrases: [您说]", '提到"我们⟦保证⟧到"了', '0:"'),
        ("side: quoted, phrases: [您说]", '"好的"我们⟦保证⟧到', None),
        ("side: quoted, phrases: [网上]", "您说“我们。可是⟦保证⟧到”", "0:“"),  # closed, however far behind
        ("side: quoted, phrases: [网上]", "您说“我们,都⟦保证⟧到", "0:“"),  # unclosed: to the end of the clause
        ("side: quoted, phrases: [网上]", "您说“我们。都⟦保证⟧到", None),
        ("side: quoted, phrases: [网上]", "您说“我们但是⟦保证⟧到", None),
        ("side: quoted, phrases: [网上]", "您说“" + "好" * 30 + "⟦保证⟧到", None),
        ("side: quoted, phrases: [网上]", "您说“我们。⟦保证⟧到。“好”", None),  # what is closed later is another
        ("side: quoted, phrases: [网上]", "您说“看《合同》我们⟦保证⟧到”", "0:“"),
        ("side: quoted, phrases: [网上]", "您说“看‘合同’,我们⟦保证⟧到”", "0:“"),
        ("side: quoted, phrases: [网上]", "《合同“一”我们⟦保证⟧到》", "0:《"),
        ("side: quoted, phrases: [网上]", "《合同》我们⟦保证⟧到", None),
        ("side: quoted, phrases: [网上]", "“说‘好’，“我们⟦保证⟧到””", "0:“"),
        ("side: quoted, phrases: [网上]", "提到'我们⟦保证⟧到'了", "0:'"),
        ("side: quoted, phrases: [网上]", "提到‘我们⟦保证⟧到’了", "0:'"),
        ("side: quoted, phrases: [网上]", "'好的'我们⟦保证⟧到'", None),
        ("side: quoted, phrases: [网上]", "that's我们⟦保证⟧到don't", None),
        ("side: quoted, phrases: [网上]", "ok'我们⟦保证⟧到'ok", "0:'"),
        ("side: quoted, phrases: [您说]", "您说⟦保证⟧到", "0:您说"),
        # anywhere in the clause, the match itself left out
        ("side: anywhere, phrases: [抱歉]", "抱歉⟦办不了⟧", "0:抱歉"),
        ("side: anywhere, phrases: [抱歉]", "⟦办不了⟧抱歉", "0:抱歉"),
        ("side: anywhere, phrases: [抱歉]", "⟦办不了⟧。抱歉", None),
        ("side: anywhere, phrases: [办不]", "⟦办不了⟧", None),
    ],
)
def test_a_cue_in_the_clause(seen: Callable[..., str | None], part: str, text: str, found: str | None) -> None:
    """A cue acts from its side of the match, within its window, and across as many commas as it says."""
    assert seen(part, text) == found


@pytest.mark.parametrize(
    ("part", "lines", "found"),
    [
        ("reach: turn, side: anywhere, phrases: [因为]", ["因为过期。⟦退不了⟧"], "0:因为"),
        ("reach: turn, side: anywhere, phrases: [退不]", ["⟦退不了⟧"], None),
        ("reach: turn, side: before, phrases: [因为]", ["⟦退不了⟧。因为过期"], None),
        ("reach: turn, side: after, phrases: [因为]", ["⟦退不了⟧。因为过期"], "0:因为"),
        ("reach: turn, side: after, phrases: [因为]", ["因为过期。⟦退不了⟧"], None),
        ("reach: turn, side: anywhere, phrases: [因为], except: [因为您]", ["因为您。⟦退不了⟧"], None),
        ("reach: turn, side: anywhere, phrases: [因为]", ["⟦退不了⟧", "因为过期"], None),
        ("reach: burst, side: anywhere, phrases: [因为]", ["⟦退不了⟧", "因为过期"], "1:因为"),
        ("reach: burst, side: before, phrases: [因为]", ["⟦退不了⟧", "因为过期"], None),
        ("reach: burst, side: before, phrases: [因为]", ["因为过期", "⟦退不了⟧"], "0:因为"),
        ("reach: burst, side: after, phrases: [因为]", ["因为过期", "⟦退不了⟧"], None),
        ("reach: burst, side: anywhere, phrases: [因为]", ["⟦退不了⟧", "客户：啊", "因为过期"], None),
        ("reach: burst, side: anywhere, phrases: [因为]", ["因为一", "因为二", "⟦退不了⟧"], "1:因为"),  # the nearest
        ("reach: near, side: anywhere, phrases: [因为]", ["⟦退不了⟧", "客户：因为？", "因为过期"], "2:因为"),
        ("reach: near, side: anywhere, phrases: [因为]", ["⟦退不了⟧", "好", "因为过期"], None),
        ("reach: near, near: 2, side: anywhere, phrases: [因为]", ["⟦退不了⟧", "好", "因为过期"], "2:因为"),
        ("reach: near, side: before, phrases: [因为]", ["⟦退不了⟧", "客户：啊", "因为过期"], None),
        ("reach: near, side: anywhere, phrases: [因为]", ["客户：⟦退不了⟧", "因为过期", "客户：因为"], "2:因为"),
    ],
)
def test_a_cue_beyond_the_clause(
    seen: Callable[..., str | None], part: str, lines: list[str], found: str | None
) -> None:
    """A cue may reach over the turn, the burst, or the same speaker's turns near by, and its nearest place is told."""
    assert seen(part, *lines) == found


def test_a_long_turn_full_of_quotations(findings: Callable[..., tuple[Finding, ...]]) -> None:
    """Each of thousands of matches is judged by the quotation that it stands in."""
    rule = "{boundary: none, when: {phrases: [保证]}, unless: [quoted]}"
    cues = "- {id: quoted, title: 引用, parts: [{side: quoted, phrases: [他说]}]}"
    found = findings(rule, "“保证”保证'保证'" * 1000, cues=cues)
    assert [finding.start for finding in found] == [start + 4 for start in range(0, 10_000, 10)]

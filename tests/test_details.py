"""Details: what a customer gives as data, in a form in which two turns can be compared."""

from __future__ import annotations

import pytest

from cscheck.details import Given, find_details


def found(text: str) -> list[tuple[str, str]]:
    """Return kind and key of each detail of a folded text."""
    return [(detail.kind, detail.key) for detail in find_details(text)]


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("尾号四七幺零", [("number", "4710")]),
        ("单号ab六六零二", [("number", "ab6602")]),
        ("电话是幺五零 零零零零", [("number", "1500000")]),
        ("型号kx-30b", [("number", "kx30b")]),
        ("订单[订单x]", [("number", "[订单x]")]),
        ("尾号[数字x]", [("number", "[数字x]")]),
        ("买了[数字x]个", []),  # any number at all may be hidden there
        ("[图片]", []),
        ("九栋二单元三零一", [("address", "9栋"), ("address", "2单元"), ("number", "301")]),
        ("白云区松柏路", [("address", "松柏路")]),
        ("停在马路边", []),
        ("下个月五号", [("time", "5号")]),
        ("周六下午三点", [("time", "周六"), ("time", "下午3点")]),
        ("三月十二号", [("time", "3月12号")]),
        ("换大一号", []),
        ("有一点慢", []),
        ("一百二十九块", [("amount", "129块")]),
        ("两万五千三百元", [("amount", "25300元")]),
        ("大概四十公斤", [("amount", "40公斤")]),
        ("想问一下运费", []),
    ],
)
def test_details_of_a_text(text: str, details: list[tuple[str, str]]) -> None:
    """Numbers, addresses, times and amounts are found, with spoken digits as figures."""
    assert found(text) == details


def test_where_a_detail_stands() -> None:
    """A detail knows its place in the folded text."""
    (detail,) = find_details("尾号四七幺零的卡")
    assert (detail.start, detail.end) == (2, 6)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("卡号62227710", "尾号七七幺零", True),
        ("幺三八零零零", "138开头", True),
        ("62227710", "尾号7711", False),
        ("七栋", "7栋", True),
        ("七栋", "七单元", False),
        ("五号", "五天", False),
        ("6222771", "尾号二二二", False),
        ("12点", "112", False),
    ],
)
def test_same(one: str, other: str, equal: bool) -> None:
    """Two details are the same with equal keys; a number also with its beginning or end, whichever came first."""
    for first, second in ((one, other), (other, one)):
        given = Given()
        given.add(0, find_details(first))
        assert list(given.before(1, find_details(second)[0])) == ([(0, find_details(first)[0])] if equal else [])


def test_the_nearest_is_given_first() -> None:
    """Of all earlier turns that gave the same the nearest comes first, and in a turn what stands on the left."""
    given = Given()
    for place, text in enumerate(["尾号7710", "七栋", "卡号62227710", "7710和62227710", "7710"]):
        given.add(place, find_details(text))
    (asked,) = find_details("62227710")
    found = [(place, detail.start) for place, detail in given.before(4, asked)]
    assert found == [(3, 0), (3, 5), (2, 2), (0, 2)]


def test_a_number_beyond_all_measure_is_told_as_a_whole_only() -> None:
    """The end of a number of more than thirty-two characters names nothing."""
    given = Given()
    given.add(0, find_details("4" * 29 + "7710"))
    assert list(given.before(1, find_details("7710")[0])) == []
    assert len(list(given.before(1, find_details("4" * 29 + "7710")[0]))) == 1


def test_a_public_hotline_is_nobodys_number() -> None:
    """Numbers that everybody dials, such as 12315, identify nothing that could be repeated."""
    assert find_details("再不处理我打12315") == ()
    assert [detail.key for detail in find_details("单号123155")] == ["123155"]

"""A mapping file drafted from what was understood of files: what holds for all, what for some, and what is missing.

What is missing stands there as remarks, each a line that holds once its first ``#`` is taken away.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from glob import escape
from typing import Any

from ..model import CHANNEL_NAMES, ROLE_NAMES
from .columns import NEEDED
from .lexicon import ColumnMapping, fold_name, lexicon, names_of
from .mapping import blocks
from .roles import pasted
from .survey import Account, found_needed

MOST = 20  # candidates for a column that are written out
WHOLE = ("sheets", "header_rows", "line_separator", "channel")  # keys of a mapping that are not said name by name
_CHOICE = {  # under each key the meanings of a value
    key: "、".join(f"{title} {name}" for name, title in names.items() if name)
    for key, names in (("roles", ROLE_NAMES), ("channels", CHANNEL_NAMES))
}


def common_mapping(accounts: Sequence[Account]) -> ColumnMapping:
    """Return the mapping of several tables: what holds for all of them, and under ``files`` what holds for some.

    Columns that all have stand on top, with all their names where one order of these fits every table; likewise values
    that mean the same wherever they stand.
    """
    read = _read(accounts)
    if not read:
        return ColumnMapping()
    each = [account.mapping for account in read]
    columns = {key: names for key in each[0].columns if (names := _shared(key, read)) is not None}
    roles = _agreed([one.roles for one in each], [one.roles for one in read])
    channels = _agreed([one.channels for one in each], [one.channels for one in read])
    top = ColumnMapping(columns, roles, channels, **{key: _same(key, each) for key in WHOLE})
    keys = patterns(read)
    books = [key.removesuffix(f"#{escape(account.sheet)}") for key, account in zip(keys, read, strict=True)]
    own = [(book, ColumnMapping(sheets=one.sheets)) for book, one in zip(books, each, strict=True)]
    rest = zip(keys, (_rest(account, top) for account in read), strict=True)
    sections = {key: said for key, said in ([] if top.sheets else own) if said.sheets} | dict(rest)
    return replace(top, files={key: said for key, said in sections.items() if said != ColumnMapping()})


def drafted(accounts: Sequence[Account]) -> Iterator[str]:
    """Yield the lines of a mapping file for these tables."""
    yield f"# cscheck columns 写出，描述：{'、'.join(account.name for account in accounts)[:200]}"
    yield "# 改正后传回：cscheck score … --map 本文件；要用的行去掉行首的 #（只去 #，不动空格）"
    common, read = common_mapping(accounts), _read(accounts)
    lacking = [list(_columns_lacking(account)) for account in read]
    remarks = {"columns": lacking[0] if len(read) == 1 else []}
    remarks["roles"] = [*_values_lacking("roles", [one.roles for one in read]), *_by_name(read)]
    remarks["channels"] = list(_values_lacking("channels", [one.channels for one in read]))
    yield from _blocks(replace(common, files={}), remarks, "")
    if any(one.turns and not (one.mapping.channel or one.mapping.channels) for one in read):
        yield "#channel: call    # 渠道未知：都是电话写 call，都是在线写 chat；只是某些文件或工作表的，写进 files"
    sought = {} if len(read) == 1 else {key: lines for key, lines in zip(patterns(read), lacking, strict=True) if lines}
    sections = {**common.files, **{key: common.files.get(key, ColumnMapping()) for key in sought}}
    if sections:
        yield "# files 的键是文件名（工作表写成 文件名#表名），可用 * 代表任意字；更具体的优先"
        yield "files:" if common.files else "#files:"
    for key, section in sections.items():
        yield ("  " if key in common.files else "  #") + _key(key)
        yield from _blocks(section, {"columns": sought.get(key, [])}, "    ")
    yield from _near(accounts, bool(sections))


def _near(accounts: Sequence[Account], below: bool) -> Iterator[str]:
    """Yield remarks on the sheets that were skipped though they lack but one column: what there is to add."""
    near = [account for account in accounts if account.lacking and account.skipped and found_needed(account) > 1]
    if near and not below:
        yield "#files:"
    for key, account in zip(patterns(near), near, strict=True):
        columns = ColumnMapping(account.mapping.columns)
        yield f"  #{_key(key)}    # 没有读取；若是会话记录，补全后去掉 #"
        lines = _blocks(columns, {"columns": list(_columns_lacking(account))}, "    ")
        yield from (line if line.lstrip().startswith("#") else re.sub(r"^ *", r"\g<0>#", line) for line in lines)


def patterns(accounts: Sequence[Account]) -> list[str]:
    """Return the keys of ``files`` that fit each table alone; files of one name in two folders go by their paths."""
    paths = [account.file.replace("\\", "/") for account in accounts]
    owners: dict[str, set[str]] = {}
    for path in paths:
        owners.setdefault(path.rpartition("/")[2], set()).add(path)
    names = [path if len(owners[path.rpartition("/")[2]]) > 1 else path.rpartition("/")[2] for path in paths]
    return [
        escape(name) + (f"#{escape(account.sheet)}" if account.sheet else "")
        for name, account in zip(names, accounts, strict=True)
    ]


def _key(glob: str) -> str:
    """Return a key of ``files`` as YAML, with its colon."""
    return pasted(glob, "x").removesuffix(" x")


def _read(accounts: Sequence[Account]) -> list[Account]:
    """Return the tables that are transcripts, or should be."""
    return [account for account in accounts if not account.skipped and (account.columns or account.roles)]


def _shared(key: str, accounts: Sequence[Account]) -> str | tuple[str, ...] | None:
    """Return the names of a column that every table has; None where one lacks it or would take another of the names."""
    if not all(key in account.mapping.columns for account in accounts):
        return None
    own = [names_of(account.mapping.columns[key]) for account in accounts]
    names = tuple(dict.fromkeys(name for some in own for name in some))
    for account, some in zip(accounts, own, strict=True):
        here = {fold_name(one.column) for one in account.columns}
        if next((name for name in names if fold_name(name) in here), some[0]) not in some:
            return None
    return names[0] if len(names) == 1 else names


def _same(key: str, each: Sequence[ColumnMapping]) -> Any:
    """Return what all say under a key; what a mapping says that leaves it open where they differ."""
    first = getattr(each[0], key)
    return first if all(getattr(one, key) == first for one in each) else getattr(ColumnMapping(), key)


def _agreed(each: Sequence[Mapping[str, str]], seen: Sequence[Mapping[str, tuple[str | None, int]]]) -> dict[str, str]:
    """Return the values that no two tables understand differently, as one that does not understand them would."""
    meanings: dict[str, set[str | None]] = {}
    for one in each:
        for value, meaning in one.items():
            meanings.setdefault(value, set()).add(meaning)
    for values in seen:
        for value, (found, _) in values.items():
            if found is None and value in meanings:
                meanings[value].add(None)
    return {value: meaning for value, found in meanings.items() if len(found) == 1 for meaning in found if meaning}


def _rest(account: Account, top: ColumnMapping) -> ColumnMapping:
    """Return what is said of one table beyond what stands on top; header rows only where the user named them."""
    mapping = account.mapping
    return ColumnMapping(
        {key: names for key, names in mapping.columns.items() if key not in top.columns},
        {value: role for value, role in mapping.roles.items() if value not in top.roles},
        {value: channel for value, channel in mapping.channels.items() if value not in top.channels},
        (),
        None if top.header_rows == mapping.header_rows else account.given.header_rows,
        "" if top.line_separator == mapping.line_separator else mapping.line_separator,
        "" if top.channel == mapping.channel else mapping.channel,
    )


def _blocks(mapping: ColumnMapping, remarks: Mapping[str, Sequence[str]], indent: str) -> Iterator[str]:
    """Yield the lines of a mapping, each key with its remarks below it; a key that has only these is a remark too."""
    said = {key: text.rstrip("\n").split("\n") for key, text in blocks(mapping).items()}
    for key in dict.fromkeys(["columns", *said, *remarks]):
        block, lines = said.get(key, []), remarks.get(key, ())
        yield from (f"{indent}{line}" for line in block)
        if lines and not block:
            yield f"{indent}#{key}:"
        yield from (f"{indent}  #{line}" for line in lines)


def _columns_lacking(account: Account) -> Iterator[str]:
    """Yield a line for each column that is needed and was not found, or that an unknown one may well be by its name."""
    known, accepted = account.mapping.columns, lexicon().columns
    free = [one.column for one in account.columns if not one.taken_for and one.why not in ("named", "numbered")]
    lacks = bool(account.columns and (account.problems or account.lacking) and "turns" not in known)
    needed: Sequence[str] = NEEDED if lacks else ()
    if account.talk:
        seen = "、".join(account.talk.speakers)
        yield f"{pasted('turns', account.talk.column)}    # 像是整段对话（{seen} 说话）：是的话，在 roles 里写明各是谁"
        needed = needed[:1]
    for key in dict.fromkeys((*needed, *lexicon().hints)):
        likely = [column for column in free if _hints(column, key)]
        if key in known or (key == "agent_id" and "agent_name" in known) or not (key in needed or likely):
            continue
        shown, found = (free, "没有找到，未认出的列有") if key in needed else (likely, "没有找到，也许是")
        some = "、".join(shown[:MOST]) + ("…" if len(shown) > MOST else "")
        yield f"{pasted(key, [*likely, *free, accepted[key][1]][0])}    # {found}：{some or '无'}"


def _hints(column: str, key: str) -> bool:
    """True when an unknown column holds a word of those that mean a column of the turn table."""
    name = fold_name(column)
    words = lexicon().hints.get(key, ())
    return any(name.endswith(word) if word.isascii() and len(word) == 2 else word in name for word in words)


def _by_name(accounts: Sequence[Account]) -> Iterator[str]:
    """Yield a remark on the speakers who are known by who else speaks there, and a line for each, agents first."""
    names = {name: role for one in accounts if one.by_name for name, role in one.by_name.rows}
    if names:
        yield f"（以下 {len(names)} 个名字按同一会话的坐席认出，不必写；认错的才改，并去掉行首的 #）"
    yield from (pasted(name, role) for name, role in sorted(names.items(), key=lambda one: one[1] != "agent"))


def _values_lacking(key: str, values: Sequence[Mapping[str, tuple[str | None, int]]]) -> Iterator[str]:
    """Yield a line for each value that was not understood, the most frequent first.

    The choice stands beside one that is alone, else above them all.
    """
    rows: Counter[str] = Counter()
    for one in values:
        rows.update({value: count for value, (found, count) in one.items() if found is None})
    unknown = sorted(rows.items(), key=lambda one: (-one[1], one[0]))
    if len(unknown) == 1:
        yield f"{pasted(unknown[0][0], '?')}    # 没有认出，问号换成：{_CHOICE[key]}"
        return
    if unknown:
        yield f"（以下 {len(unknown)} 个没有认出，行数多的在前；问号换成：{_CHOICE[key]}）"
    if unknown and key == "roles":
        yield f"{pasted('*', 'customer')}    # 没有写明的都是客户：用了这一行，下面只需写明客服"
    yield from (f"{pasted(value, '?')}    # {count} 行" for value, count in unknown)

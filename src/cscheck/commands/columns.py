"""``cscheck columns``: what is understood of files before they are scored, and a mapping file that says the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError, Problem
from ..model import CHANNEL_NAMES, ROLE_NAMES
from ..reasons import in_chinese, most_frequent
from .options import Inputs, Layout, faults, filled, mapping_of, tell

if TYPE_CHECKING:
    from ..readers.lexicon import ColumnMapping
    from ..readers.survey import Account
    from ..readers.taken import Taken
    from ..readers.years import NoYear

TIMES = {
    "seconds": "数字按秒计",
    "milliseconds": "数字按毫秒计",
    "microseconds": "数字按微秒计",
    "days": "数字是电子表格的日期或时刻",
    "offset": "时:分:秒或分:秒，从会话开始计",
    "clock": "时:分:秒或时:分，是钟点（没有日期的会话从第一句起计秒）",
    "date": "日期时间",
}
_TURNS = "在映射文件的 columns 里写 turns，在 roles 里写明各是谁"
WHY = {
    "mapping": "映射文件指定",
    "dialogue": "单元格里是多行对话",
    "changing": "会话内逐句变化，是每句话的时间",
    "constant": "每个会话内不变或另有发送时间，作为元数据",
    "named": "坐席另有编号，结果表按编号算；姓名作为元数据保留",
    "numbered": "映射文件指定按姓名算坐席；编号作为元数据",
    "unknown": "未知列名，按原名留作元数据",
}


def columns(
    inputs: Inputs,
    layout: Layout = None,
    yaml: Annotated[bool, typer.Option("--yaml", help="Print the mapping file (列名映射) alone.")] = False,
    target: Annotated[
        str | None,
        typer.Option(
            "--write-map", help="Write the mapping file (列名映射) to this new file.", metavar="FILE", callback=filled
        ),
    ] = None,
) -> None:
    """Show what is understood of files before they are scored (列名识别).

    Columns (列), roles (角色), times (时间), a sample, and what is rejected; as a mapping file, too.
    """
    from ..readers.draft import drafted
    from ..readers.lexicon import ColumnMapping
    from ..readers.survey import survey

    with faults():
        if target is not None and Path(target).exists():
            raise InputError(Problem(target, 0, 0, "I136", "the file exists already: name a new one"))
        mapping = mapping_of(layout) or ColumnMapping()
        accounts = [account for name in dict.fromkeys(inputs) for account in survey(Path(name), name, mapping)]
        text = "\n".join(drafted(accounts)) + "\n"
        if target is not None:
            _write(Path(target), text)
        told = text.rstrip() if yaml else "\n".join([*chain(*map(_told, accounts)), *_unused(mapping, accounts)])
        (print if target is None else tell)(told)
        problems = [problem for account in accounts for problem in account.problems]
        if problems:
            raise InputError(problems)


def _write(path: Path, text: str) -> None:
    """Write the mapping file."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(Problem(str(path), 0, 0, "I136", f"cannot be written: {error.strerror}")) from None


def _told(account: Account) -> Iterator[str]:
    """Yield the lines that tell of one table."""
    yield account.name
    rows = [f"表头在第 {'、'.join(map(str, account.header_rows))} 行"] if account.header_rows else []
    whole = account.header_rows is not None and any(one.taken_for == "turns" for one in account.columns)
    pair = any(one.taken_for == "question" for one in account.columns)
    layout = ["一行一通会话"] if whole else ["一行一问一答：先客户，后客服"] if pair else []
    said = [f"{account.format} {account.encoding}".strip(), *rows, *layout]
    yield f"  格式  {'，'.join(said)}"
    if account.sections:
        yield f"  映射  files 里用于本表的：{'、'.join(account.sections)}"
    if account.skipped:
        yield f"  未读取  {in_chinese(account.skipped)}"
        return
    yield from (f"  列    {_column(one)}" for one in account.columns)
    if account.talk:
        seen = "、".join(account.talk.speakers)
        yield f"  对话  {account.talk.column} 的单元格像是整段对话（{seen} 说话），没有当作对话读：{_TURNS}"
    yield from _values("角色", account.roles, ROLE_NAMES)
    if account.callers:
        yield f"  角色  {_some(account.callers)}：按呼叫方向认出（呼入的主叫是客户，呼出的主叫是客服）"
    yield from _by_name(account)
    yield from _ids(account)
    yield from _values("渠道", account.channels, CHANNEL_NAMES)
    if account.mapping.channel:
        yield f"  渠道  {CHANNEL_NAMES[account.mapping.channel]}（映射文件指定）"
    elif account.turns and not any(found for found, _ in account.channels.values()):
        yield "  渠道  未知：按在线处理，只对电话的规则（如自报家门）不检查；在映射文件里写 channel: call 或 chat"
    yield from _times(account)
    if account.html:
        yield "  内容  有 HTML 标签或转义（<br>、&nbsp;），已去掉：检查和报告的是去掉后的文字"
    if not (account.turns or account.reasons):
        return
    yield f"  读得  {account.turns} 个话轮，{account.conversations} 通会话，{account.agents} 名坐席"
    for turn in account.sample:
        yield f"  样例  [{turn['conversation_id']}] {ROLE_NAMES[turn['role']]}：{turn['text'][:60]}".replace("\n", " ")
    yield f"  拒收  {sum(account.reasons.values())} 行"
    yield from (f"        {line}" for line in most_frequent([*account.reasons.items()]))


def _times(account: Account) -> Iterator[str]:
    """Tell what the times are: how they are read, and where the year of those without one comes from."""
    short = {one.column: one for one in account.no_year}
    for column in dict.fromkeys([*account.times, *short]):
        if column in short:
            yield f"  时间  {column}：{_no_year(short[column])}"
            continue
        written, read = account.moments.get(column, ("", ""))
        example = f"，如 {written} 读作 {read}" if written != read else ""
        yield f"  时间  {column}：{'；'.join(TIMES[kind] for kind in account.times[column])}{example}"


def _no_year(found: NoYear) -> str:
    """Tell what became of dates without a year."""
    from ..readers.years import OF_FILE

    if found.years:
        source = "表名、标题或文件名" if found.source == OF_FILE else "会话的日期"
        return f"月、日、时刻，没有年份：按{source}补为 {'、'.join(map(str, found.years))} 年"
    lost = "不知道会话属于哪一周" if found.whole else "只用来算会话里的间隔，没有日期"
    return f"月、日、时刻，没有年份，也没有写明年份的地方（标题、表名、文件名）：{lost}"


def _column(one: Taken) -> str:
    """Tell of one column."""
    if one.why == "name":
        return f"{one.taken_for} ← {one.column}" + (f"（即“{one.known}”）" if one.known != one.column else "")
    return f"{one.taken_for or '元数据'} ← {one.column}（{WHY[one.why]}）"


def _values(title: str, values: Mapping[str, tuple[str | None, int]], names: Mapping[Any, str]) -> Iterator[str]:
    """Tell what the values of a column were taken for, the most frequent first."""
    shown = [f"{value} → {names[found] if found else '未识别'} {count}" for value, (found, count) in values.items()]
    if shown:
        yield f"  {title}  {'；'.join(shown[:20])}{' ……' if len(shown) > 20 else ''}"


def _ids(account: Account) -> Iterator[str]:
    """Tell which roles give the agent's id, and which say more but no id."""
    ids = [f"{value} → {name}" for value, name in account.ids.items() if name]
    none = [value for value, name in account.ids.items() if not name]
    if ids:
        yield f"  坐席  没有坐席列（或该格为空）时，编号取自角色：{_some(ids)}"
    if none:
        yield f"  坐席  单个字母、数字或称呼分不出是谁，不当作坐席编号：{_some(none)}"


def _by_name(account: Account) -> Iterator[str]:
    """Tell which speakers were known by who else speaks in their conversations."""
    if account.by_name:
        sides = {ROLE_NAMES[role]: account.by_name.names(role) for role in ("agent", "customer")}
        told = "；".join(f"{side}：{_some(names)}" for side, names in sides.items() if names)
        yield f"  推断  没有写角色的名字，按本行坐席和会话里的另一方认出：{told}；不对就在映射文件的 roles 里写明"


def _some(found: Sequence[str]) -> str:
    """List values, at most 20 of them."""
    return "、".join(found[:20]) + ("……" if len(found) > 20 else "")


def _unused(mapping: ColumnMapping, accounts: Sequence[Account]) -> Iterator[str]:
    """Tell which sections of the mapping no table fits."""
    used = {glob for account in accounts for glob in account.sections}
    unused = [glob for glob in mapping.files if glob not in used]
    if unused:
        yield f"映射文件 files 里没有文件或工作表符合的：{'、'.join(unused)}"

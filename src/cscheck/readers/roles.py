"""Who speaks and over which channel: the values of the role and channel columns."""

from __future__ import annotations

import re
from typing import NamedTuple

from .lexicon import ColumnMapping, fold_name, lexicon

# An id or name behind the role: in brackets, set off by a blank, dash or #, or Latin letters and digits at once.
_TAIL = re.compile(
    r"""\s*(?:
        [(（\[【<]\s*(?P<inside>[^()（）\[\]【】<>]{1,30}?)\s*[)）\]】>]
      | [\s\-_#—]+(?P<after>[^\s\-_#—:：，。,()（）]{1,12})
      | (?P<joined>[0-9A-Za-z]{1,20})
    )\s*(?:号)?\s*""",
    re.VERBOSE,
)

_NAME = re.compile(r"(?=[\u4e00-\u9fffA-Za-z0-9]{1,10}\Z)[A-Za-z0-9]{0,8}(?P<han>[\u4e00-\u9fff]{1,6})[A-Za-z0-9]{0,4}")
_LABELS = re.compile(
    "说|问|讲|反映|表示|称|答|要求|姓名|名字|名称|地址|电话|手机|号码|工号|编号|单号|热线|中心|平台|系统|部门|服务|咨询|投诉|"
    "需求|诉求|意见|建议|反馈|备注|情况|类型|类别|等级|级别|来源|原因|满意|评价|评分|体验|资料|信息|记录|时间|日期|方案|措施|"
    "流程|规范|话术|经理|主管|专员|代表|顾问|助理|总监|经办|关系|管理|提示|结论|小结|总结|处理|操作|账号|账户|余额|金额|"
    "身份|权益|年龄|性别|画像|标签|回复|回访|工作|接听|自动|会员|小区|高端|金卡|留言|来电|转接|确认|核实|补充|解释|群|组$|部$|端$|方$|处$|侧$"
)
# The most frequent surnames of China, and what stands before a familiar one.
_SURNAMES = frozenset(
    "小老阿王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜"
    "崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤欧"
)


class Speaker(NamedTuple):
    """A role and, where the value names one, the speaker's id or name."""

    role: str
    name: str | None


def speaker_of(value: str, mapping: ColumnMapping) -> Speaker | None:
    """Return who a role value means, or None where it is unknown.

    The mapping goes first, then the lexicon's words, then a word with an id or name behind it
    (``客服(A01)``, ``坐席1001``, ``客服 小林``). Numbers are never guessed: channel 0 is the agent in one
    system and the customer in the next.
    """
    known = {fold_name(word): role for word, role in mapping.roles.items()}
    roles = {**lexicon().roles, **known}
    whole = roles.get(fold_name(value))
    if whole is not None:
        return Speaker(whole, None)
    for length in range(min(len(value) - 1, 24), 0, -1):
        role = roles.get(fold_name(value[:length]))
        tail = _TAIL.fullmatch(value, length) if role else None
        if role and tail:
            joined = tail["joined"]
            if joined and joined[0].isalpha() and value[length - 1].isascii() and value[length - 1].isalpha():
                continue  # the word goes on: "agents", "userlist"
            return Speaker(role, tail["inside"] or tail["after"] or joined)
    return None


def named_speaker(value: str, mapping: ColumnMapping) -> Speaker | None:
    """Return who a role word with a name right behind it means (``客服小李``, ``客户张三``, ``坐席0071王芳``), or None.

    Only plain text is read so. Words that make a label of it (客服热线, 客户姓名) or a report (客户反映) are no names,
    and a customer's name must begin with a surname, because 客户 stands before many a thing that is no person.
    """
    known = {fold_name(word): role for word, role in mapping.roles.items()}
    roles = {**lexicon().roles, **known}
    for length in range(len(value) - 1, 1, -1):
        role = roles.get(fold_name(value[:length]))
        name = _NAME.fullmatch(value, length) if role and not value[length - 1].isascii() else None
        if role and name and not _LABELS.search(name[0]):
            if role == "agent" or (
                role in ("bot", "customer") and len(name["han"]) > 1 and name["han"][0] in _SURNAMES
            ):
                return Speaker(role, name[0])
            return None
    return None


def channel_of(value: str, mapping: ColumnMapping) -> tuple[str | None, bool]:
    """Return ``call``, ``chat`` or None for the value of a channel column, and whether a listed word is all of it.

    A value that begins with a listed word counts too (电话呼入, call-sentence).
    """
    known = {fold_name(word): channel for word, channel in mapping.channels.items()}
    channels = {**lexicon().channels, **known}
    text = fold_name(value)
    if text in channels:
        return channels[text], True
    for word in sorted(channels, key=len, reverse=True):
        rest = value.strip()[len(word) :]
        latin = word.isascii() and rest[:1].isascii() and rest[:1].isalnum()
        if text.startswith(word) and not latin:
            return channels[word], False
    return None, False


def unknown_role(value: str) -> str:
    """Return the reason for the rejection of a row whose role is not known."""
    words = lexicon().role_words
    known = "; ".join(f"{role}: {', '.join(words[role][1:4])}" for role in words)
    hint = "; speaker numbers need a role mapping" if value.strip().isdigit() else ""
    return f"unknown role {value[:40]!r} (known are {known} …{hint})"

"""Who speaks and over which channel: the values of the role and channel columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

import yaml

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

_TITLED = re.compile(
    r"(?P<name>[^()（）\[\]【】<>:：]{1,20}?)\s*[(（\[【<]\s*(?P<role>[^()（）\[\]【】<>]{1,12}?)\s*[)）\]】>]"
)

_NUMBER = re.compile(r"\s*[(（\[【]([A-Za-z]{0,4}\d{3,12})[)）\]】]\Z")
_NAME = re.compile(r"(?=[\u4e00-\u9fffA-Za-z0-9]{1,10}\Z)[A-Za-z0-9]{0,8}(?P<han>[\u4e00-\u9fff]{1,6})[A-Za-z0-9]{0,4}")
_LABELS = re.compile(
    "说|问|讲|反映|态度|质量|语气|原话|表示|称|答|要求|姓名|名字|名称|地址|电话|手机|号码|工号|编号|单号|热线|中心|平台|系统|部门|服务|咨询|投诉|"
    "需求|诉求|意见|建议|反馈|备注|情况|类型|类别|等级|级别|来源|原因|满意|评价|评分|体验|资料|信息|记录|时间|日期|方案|措施|"
    "流程|规范|话术|经理|主管|专员|代表|顾问|助理|总监|经办|关系|管理|提示|结论|小结|总结|处理|操作|账号|账户|余额|金额|"
    "身份|权益|年龄|性别|画像|标签|回复|回访|工作|接听|自动|会员|小区|高端|金卡|留言|来电|转接|确认|核实|补充|解释|群|组$|部$|端$|方$|处$|侧$"
)
# One letter or figure tells two voices of one call apart, and a title is nobody's name: neither is a person's id.
_NO_ID = re.compile(
    r"[A-Za-z0-9甲乙丙丁一二三四]|老师|同事|同学|先生|女士|小姐姐?|小哥哥?|小妹|妹妹|师傅|班长|组长|主任|本人|人员|某某?|[xX*＊]+"
)
_SIDE = re.compile(r"(.+?)(?:一?方|端|侧|本人|声道)")  # 客服方, 用户端
_VOICE = re.compile(
    r"(?:speaker|spk|channel|ch|voice|role|agent|seller|左|右|声道|通道|说话人|发言人|讲话人|角色|声音)[\W_]*[0-9A-Za-z]?\d?|\d{1,2}",
    re.IGNORECASE,
)  # one of the voices of a recording: Speaker 1, 说话人2
_NO_BOT = re.compile("非|人工(?!智能)|转|部|组|中心|平台|运营|训练|管理|客户|用户|说|反映|表示|经理|主管")
# Behind 客户 it makes staff of the customer (客户-服务, customer care); 主叫 says who called, not who speaks.
_STAFF = re.compile(
    "服务|经理|主管|专员|代表|助理|总监|经办|关系|管理|运营|热线|中心|"
    "(?<![a-z])(?:agents?|support|services?|care|desk|staff|team|rep|representative|relations|success|advis[eo]r|manager|"
    "specialist|assistant)(?![a-z])",
    re.IGNORECASE,
)
_THINGS = re.compile(
    "姓名|名字|名称|地址|电话|手机|号码|编号|单号|账号|资料|信息|时间|日期|类型|备注|情况|原因|您好|你好"
)
_WORD = re.compile(r"[^\W\d_]{2}|[^\W\d_a-zA-Z]")
_CALLS = frozenset(("主叫", "caller"))
# The most frequent surnames of China, and what stands before a familiar one.
SURNAMES = frozenset(
    "小老阿王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜"
    "崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤欧"
)


class Speaker(NamedTuple):
    """A role and, where the value names one, the speaker's id or name (an agent's only if it tells persons apart)."""

    role: str
    name: str | None


def speaker_of(value: str, mapping: ColumnMapping, patterns: bool = True) -> Speaker | None:
    """Return who a role value means, or None where it is unknown.

    The mapping goes first (a name as it stands before a pattern, ``*先生``, which counts only with ``patterns``), then
    the lexicon's words, then a bot's word anywhere (``机器人客服``, ``智能客服小蜜``), then a word with an id or name
    behind it (``客服(A01)``, ``坐席1001``, ``客服 小林``, ``客服小美``, ``客户李女士``).
    What names two sides (客户 坐席, Customer Support) is unknown, unless it is known as a whole (客户代表).
    Numbers are never guessed: channel 0 is the agent in one system and the customer in the next.
    """
    folded = fold_name(value)
    exact = {fold_name(word): role for word, role in mapping.roles.items()}.get(folded)
    if exact is not None:
        return Speaker(exact, _own_name(value) if exact == "agent" else None)
    fitting = _fitting(folded, tuple(mapping.roles.items())) if patterns else None
    found = _understood(value, _roles(mapping))
    if fitting is None or (found and found.role == fitting):
        return found
    return Speaker(fitting, value.strip() if fitting == "agent" and tells_apart(value) else None)


def _own_name(value: str) -> str | None:
    """Return the name of an agent whom a mapping names as a whole; None for what is a role, a side or a channel."""
    known = _understood(value, lexicon().roles)
    word = (known.name if known.role == "agent" else None) if known else value.strip()
    if not word:
        return None
    role = (
        _SIDE.fullmatch(word) or _VOICE.fullmatch(word) or _STAFF.fullmatch(word) or word.endswith(_words_of_agents())
    )
    return word if not role and tells_apart(word) else None


@cache
def _words_of_agents() -> tuple[str, ...]:
    """Return the Chinese words for agents: a name that ends with one (售后客服) tells the post and not the person."""
    return tuple(word for word in lexicon().role_words["agent"] if not word.isascii())


def anybody(mapping: ColumnMapping) -> str | None:
    """Return the role that a mapping gives to whoever is not known otherwise (``*``); None where it gives none."""
    return mapping.roles.get("*")


@lru_cache(maxsize=4096)
def _fitting(value: str, roles: tuple[tuple[str, str], ...]) -> str | None:
    """Return the role of the pattern that fits a folded value: the one that says most, of two alike the later.

    In a pattern ``*`` stands for any characters; ``*`` alone is no pattern but whoever is not known otherwise.
    """
    found = [
        (len(folded.replace("*", "")), place, role)
        for place, (word, role) in enumerate(roles)
        if "*" in (folded := fold_name(word)) and folded.strip("*")
        if re.fullmatch(".*".join(map(re.escape, folded.split("*"))), value)
    ]
    return max(found)[2] if found else None


def _understood(value: str, roles: Mapping[str, str]) -> Speaker | None:
    """Return who a value means by the words for roles alone."""
    whole = roles.get(fold_name(value))
    if whole is not None:
        return Speaker(whole, None)
    bot = _bots().search(value)
    if bot:
        unsure = _NO_BOT.search(value[: bot.start()] + value[bot.end() :])
        return None if unsure else Speaker(roles.get(fold_name(bot[0]), "bot"), None)
    found = _followed(value, roles) or _named(value, roles) or _titled(value, roles)
    if found and found.role == "agent" and found.name and not tells_apart(found.name):
        return Speaker("agent", None)
    return found


def speaker_words(mapping: ColumnMapping) -> list[str]:
    """Return the words for speakers, as they are written, that are more than a figure or a Latin letter."""
    listed = [word for words in lexicon().role_words.values() for word in words]
    return [word.replace("_", " ") for word in dict.fromkeys([*listed, *mapping.roles]) if _WORD.search(word)]


def is_label(words: str) -> bool:
    """True when words that begin with a role ask for or name a thing (客户姓名) and no person (客户经理)."""
    return _THINGS.search(words) is not None and _STAFF.search(words) is None


def tells_apart(name: str) -> bool:
    """True for a name or number that tells one agent from another: 小美, 0012, and not A, 3 or 老师."""
    return not _NO_ID.fullmatch(name.strip())


def names_thing(words: str) -> bool:
    """True when a word for a thing, or for staff, stands among words that might be a name (地址, 订单编号, 主管)."""
    return any(pattern.search(words) for pattern in (_LABELS, _THINGS, _STAFF))


def role_of_column(value: str, mapping: ColumnMapping, patterns: bool = True) -> Speaker | None:
    """Return who a value of a role column means; there a side (客服方, 用户端) is a speaker too, or None.

    Patterns of the mapping, and what it says of anybody, are left out unless ``patterns``.
    """
    found = speaker_of(value, mapping, patterns)
    role = None if found else role_alone(value, mapping) or (anybody(mapping) if patterns else None)
    return Speaker(role, None) if role else found


def calls(value: str) -> bool:
    """True for a speaker who calls or is called (主叫, 被叫): the direction of the call says which side that is."""
    return lexicon().calls.get(fold_name(value)) in ("calling", "called")


def role_by_call(value: str, direction: str | None, mapping: ColumnMapping) -> str | None:
    """Return who calls or is called (主叫, 被叫) in a call of this direction; None for others, or without direction."""
    known, mapped = lexicon().calls, set(map(fold_name, mapping.roles))
    place, way = known.get(fold_name(value)), known.get(fold_name(direction or ""))
    if place not in ("calling", "called") or way not in ("inbound", "outbound") or fold_name(value) in mapped:
        return None
    return "customer" if (place == "calling") == (way == "inbound") else "agent"


def role_alone(value: str, mapping: ColumnMapping) -> str | None:
    """Return the role that a value, or its side, is without saying more; None for any other."""
    roles, side = _roles(mapping), _SIDE.fullmatch(value.strip())
    return roles.get(fold_name(value)) or (roles.get(fold_name(side[1])) if side else None)


def _roles(mapping: ColumnMapping) -> dict[str, str]:
    """Return the folded words for roles, those of the mapping before the lexicon's."""
    return {**lexicon().roles, **{fold_name(word): role for word, role in mapping.roles.items() if word != "*"}}


@cache
def _bots() -> re.Pattern[str]:
    """Return the pattern of a bot's words wherever they stand; of Latin ones those that cannot mean a person."""
    words = [word for word in lexicon().role_words["bot"] if not word.isascii() or re.search("bot|ivr", word)]
    ends = [re.sub(r"^(?=[A-Za-z])", "(?<![A-Za-z])", re.escape(word)) for word in sorted(words, key=len, reverse=True)]
    return re.compile("|".join(f"{word}(?![A-Za-z])" for word in ends), re.IGNORECASE)


def _followed(value: str, roles: Mapping[str, str]) -> Speaker | None:
    """Return who a role word means with an id or name set off behind it, or with Latin letters and figures."""
    for length in range(min(len(value) - 1, 24), 0, -1):
        role = roles.get(fold_name(value[:length]))
        tail = _TAIL.fullmatch(value, length) if role else None
        if role and tail:
            joined = tail["joined"]
            if joined and joined[0].isalpha() and value[length - 1].isascii() and value[length - 1].isalpha():
                continue  # the word goes on: "agents", "userlist"
            rest = tail["inside"] or tail["after"] or joined
            return None if _names_another(rest, role, roles) else Speaker(role, rest)
    return None


def _titled(value: str, roles: Mapping[str, str]) -> Speaker | None:
    """Return who a name with the role in brackets behind it means (``小美(客服)``), or None."""
    found = _TITLED.fullmatch(value.strip())
    role = roles.get(fold_name(found["role"])) if found else None
    if not found or not role or names_thing(found["name"]) or fold_name(found["name"]) in roles:
        return None
    return Speaker(role, found["name"].strip())


def _names_another(rest: str, role: str, roles: Mapping[str, str]) -> bool:
    """True when what stands behind a role word names another side: 客户 坐席, user(agent), customer support."""
    words = {fold_name(word) for word in re.findall("[A-Za-z]+", rest)}
    named = {known for word, known in roles.items() if word not in _CALLS and (word in words or _holds(rest, word))}
    return bool(named - {role}) or (role != "agent" and _STAFF.search(rest) is not None)


def _holds(text: str, word: str) -> bool:
    """True when a Chinese word of two characters or more stands in a text."""
    return not word.isascii() and len(word) > 1 and word in text


def _named(value: str, roles: Mapping[str, str]) -> Speaker | None:
    """Return who a role word with a name right behind it means (``客服小李``, ``客户张三``, ``坐席0071王芳``), or None.

    Words that make a label of it (客服热线, 客户姓名) or a report (客户反映) are no names,
    and a customer's name must begin with a surname, because 客户 stands before many a thing that is no person. A number
    in brackets behind the name is the id (``客服王芳(8001)``).
    """
    numbered = _NUMBER.search(value)
    end = numbered.start() if numbered else len(value)
    for length in range(end - 1, 1, -1):
        role = roles.get(fold_name(value[:length]))
        name = _NAME.fullmatch(value[:end], length) if role and not value[length - 1].isascii() else None
        if role and name and not _LABELS.search(name[0]):
            if _names_another(name[0], role, roles):
                return None
            if role == "agent" or (role == "customer" and len(name["han"]) > 1 and name["han"][0] in SURNAMES):
                return Speaker(role, numbered[1] if numbered else name[0])
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
    line = f"roles: {{{pasted(value[:40].strip(), '?')}}}"
    return f"unknown role {value[:40]!r} (known are {known} …; in a mapping file: {line}, for '?' a role{hint})"


def pasted(value: str, meaning: str) -> str:
    """Return what a mapping file says of one value, as YAML that can be pasted into it."""
    return str(yaml.safe_dump({value: meaning}, allow_unicode=True, width=1000)).strip()

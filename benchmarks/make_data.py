"""Seeded conversations for the benchmarks: openings, questions, answers and now and then a violation."""

from __future__ import annotations

import random
from collections.abc import Iterator

OPENINGS = (
    "您好，{shop}客服{id}号，很高兴为您服务，请问有什么可以帮您？",
    "您好，欢迎光临{shop}",
    "喂你好这里是{shop}",
)
QUESTIONS = (
    "我{day}买的{thing}怎么还没到",
    "这个{thing}能不能退",
    "{thing}是坏的，你们怎么搞的",
    "帮我查一下订单{number}",
    "{thing}多少钱",
    "发票什么时候寄",
    "我要投诉，等了{n}天了",
    "有没有优惠",
    "地址写错了能改吗",
)
ANSWERS = (
    "好的，我帮您查一下，请稍等",
    "您的订单{number}已经发出，预计{n}天左右送达",
    "非常抱歉给您带来不便，我马上为您反馈",
    "{thing}现在有货的，拍下后{n}小时内安排发货哦亲",
    "请您提供一下订单号，我这边核实",
    "这款{thing}支持七天无理由退货",
    "感谢您的耐心等待，系统显示已经签收",
    "不好意思，这个活动{day}已经结束了，建议您看看别的款式",
    "到货时间没法保证，一般是{n}天",
    "您放心，我会一直跟进到解决为止",
    "嗯嗯",
    "好的",
    "稍等",
    "可以的",
    "没有的哦",
)
VIOLATIONS = (
    "我保证{n}天一定到货",
    "你自己没看清怪谁",
    "这个不归我管，你找快递去",
    "你加我微信吧，便宜点给你",
    "不知道，你自己看",
    "说了多少遍了你听不懂吗",
    "爱买不买，随便你投诉",
    "你过几天再打吧",
)
CLOSINGS = ("请问还有其他可以帮您的吗？", "感谢您的来电，祝您生活愉快，再见", "好的再见", "亲，满意的话麻烦给个好评哦")
THINGS = ("手机", "洗衣机", "外套", "奶粉", "耳机", "行李箱", "宽带", "保险", "课程", "机票")


def conversations(count: int, seed: int) -> Iterator[tuple[str, int, str, str, str, str]]:
    """Yield rows (conversation_id, turn_index, role, agent_id, text, channel) of ``count`` conversations."""
    rng = random.Random(seed)

    def fill(template: str) -> str:
        return template.format(
            shop=rng.choice(("远山电信", "好运百货", "顺通物流")),
            id=rng.randint(1000, 9999),
            day=rng.choice(("昨天", "上周", "3号", "上个月")),
            thing=rng.choice(THINGS),
            number=rng.randint(10**9, 10**10),
            n=rng.randint(1, 9),
        )

    for index in range(count):
        agent, channel = f"A{rng.randint(1, 40):02d}", rng.choice(("call", "chat"))
        turns = [("agent", fill(rng.choice(OPENINGS)))]
        for _ in range(rng.randint(2, 8)):
            turns.append(("customer", fill(rng.choice(QUESTIONS))))
            turns.append(("agent", fill(rng.choice(VIOLATIONS if rng.random() < 0.05 else ANSWERS))))
        turns += [("customer", rng.choice(("好的谢谢", "没有了", "再见"))), ("agent", rng.choice(CLOSINGS))]
        for place, (role, text) in enumerate(turns):
            yield f"c{index:06d}", place, role, agent, text, channel

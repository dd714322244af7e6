"""Write the example transcripts that are tables: two workbooks, a TSV file, a CSV file with one row a conversation.

Run ``python tools/make_example_tables.py``; the files in ``examples/`` change only when the talk below changes. All
people, firms, numbers and words are invented.
"""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

from xlsxwriter import Workbook

EXAMPLES = Path(__file__).parents[1] / "examples"
MADE = datetime(2026, 9, 1)  # the date inside the workbooks, so that they come out the same in every run

# fmt: off
# conversation, began, channel, agent id, customer, [(seconds, role, text)]
INSURANCE = [
    ("BX-7001", "2026-09-05 10:02:11", "在线", "80031", "P2201", [
        (0, "客户", "你好，我上周住院了，想问问理赔要准备什么材料"),
        (21, "客服", "您好，康禾保险在线客服，工号80031为您服务。先问一句，您身体好些了吗？"),
        (52, "客户", "好多了，谢谢"),
        (80, "客服", "那就好。理赔需要发票原件、出院小结、费用清单和身份证照片，您都可以在小程序里上传。"),
        (118, "客户", "大概多久能赔下来"),
        (149, "客服", "材料齐全后一般十个工作日内给出结论，具体以审核为准，有进展会短信通知您。"),
        (190, "客户", "明白了"),
        (205, "客服", "请问还有其他可以帮您的吗？"),
        (219, "客户", "没有了"),
        (226, "客服", "好的，感谢您的咨询，祝您早日康复，再见。"),
    ]),
    ("BX-7002", "2026-09-05 14:40:00", "在线", "80044", "P2202", [
        (0, "客户", "我的理赔怎么被拒了"),
        (95, "客服", "条款里写得清清楚楚，您自己没看吗？"),
        (120, "客户", "我就是看不懂才来问你的"),
        (151, "客服", "看不懂就去线下网点问，我这边也没办法。"),
        (180, "客户", "你这什么态度"),
        (204, "客服", "您要投诉就投诉吧。"),
    ]),
    ("BX-7003", "2026-09-06 09:15:30", "在线", "80031", "P2203", [
        (0, "客户", "保单的受益人想改成我妈妈，怎么办理"),
        (18, "客服", "您好，工号80031为您服务。受益人变更需要投保人本人在小程序提交申请，我把路径发给您。"),
        (47, "客服", "小程序首页，点我的保单，再点保全变更，选受益人就可以了。"),
        (90, "客户", "找到了，谢谢"),
        (101, "客服", "不客气，提交后两个工作日内会有结果。还有其他问题吗？"),
        (115, "客户", "没了"),
        (121, "客服", "感谢您的支持，祝您生活愉快，再见。"),
    ]),
]
PROPERTY = [
    ("WY-0301", "2026-09-08 08:30:12", "电话", "小区前台-林", "3栋802", [
        (0, "客服", "您好，云栖苑物业服务中心，我姓林，请问有什么可以帮您？"),
        (6, "客户", "我家厨房水管漏水，漏了一地"),
        (12, "客服", "您别着急，先把水槽下面的总阀关上，我马上给您派师傅。请问是三栋八零二对吗？"),
        (24, "客户", "对，多久能到"),
        (29, "客服", "师傅在院里，预计二十分钟左右到，路上他会先给您打电话。"),
        (40, "客户", "行，快点啊"),
        (44, "客服", "好的，我这边盯着。还有别的需要吗？"),
        (50, "客户", "没有了"),
        (52, "客服", "给您添麻烦了，再见。"),
    ]),
    ("WY-0302", "2026-09-08 19:05:44", "电话", "小区前台-赵", "5栋1101", [
        (0, "客户", "楼上天天半夜装修，你们管不管"),
        (5, "客服", "这个我们管不了，您找他们自己说去。"),
        (14, "客户", "我说了没用才找你们的"),
        (20, "客服", "那您报警吧，我们也没有执法权，天天都有人打来说这个。"),
        (31, "客户", "物业费白交了"),
        (36, "客服", "您不想交可以不交啊。"),
    ]),
]
TRAVEL = [
    ("LX20260911-1", "2026-09-11 11:20:00", "微信", "D017", "VIP", [
        (0, "客户", "我订的十月一号去昆明的机票想改到三号"),
        (33, "客服", "您好，行远旅行为您服务。我看到您这张票可以改一次，三号还有余票，差价一百二十元，您看可以吗？"),
        (71, "客户", "可以"),
        (80, "客服", "好的，我跟您核对一下：十月三号上午九点一刻，旅客一位，差价一百二十元，对吗？"),
        (102, "客户", "对的"),
        (115, "客服", "已经帮您提交，出票后短信会发到您手机上。请问还有其他需要吗？"),
        (130, "客户", "没有啦"),
        (136, "客服", "感谢您的信任，祝您旅途愉快，再见。"),
    ]),
    ("LX20260911-2", "2026-09-11 16:02:00", "微信", "D022", "普通", [
        (0, "客户", "酒店和图片完全不一样，我要退款"),
        (64, "客服", "亲，我保证今天就给您退全款，放心。"),
        (90, "客户", "真的吗，之前说要三天"),
        (118, "客服", "百分百没问题，您加我个人微信，我单独给您处理。"),
    ]),
]
BANK = [
    ("XYK-901", "2026-09-15 09:00:03", "电话呼入", "6021", "62**1180", [
        (0.0, "坐席", "您好，江岸银行信用卡中心，工号六零二一，请问有什么可以帮您？"),
        (6.4, "客户", "我这个月账单多了一笔年费，怎么回事"),
        (12.0, "坐席", "我帮您查一下，请您稍等。"),
        (41.5, "坐席", "感谢您的等待。您这张卡去年刷卡满了五次，今年还差一次，所以系统收了年费。"),
        (53.0, "客户", "能不能退"),
        (56.2, "坐席", "您在本月底前再刷一次，我给您登记，年费会在下期账单里减免，减免以系统审核为准。"),
        (70.9, "客户", "行吧"),
        (73.0, "坐席", "请问还有其他可以帮您的吗？"),
        (76.8, "客户", "没了"),
        (78.0, "坐席", "感谢您的来电，再见。"),
    ]),
    ("XYK-902", "2026-09-15 09:30:47", "电话呼入", "6035", "62**4402", [
        (0.0, "坐席", "喂，说。"),
        (3.1, "客户", "我的卡被盗刷了三千块"),
        (8.8, "坐席", "盗刷你找派出所啊，找我干嘛。"),
        (15.3, "客户", "你们银行不管吗"),
        (19.9, "坐席", "跟你说了不归我们管，听不懂吗？"),
    ]),
]
# fmt: on


def turns_workbook() -> None:
    """One row a turn, dates as Excel dates, ids as numbers."""
    with Workbook(EXAMPLES / "insurance_chats.xlsx") as book:
        book.set_properties({"created": MADE})
        sheet = book.add_worksheet("会话明细")
        when = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, ["会话ID", "轮次", "角色", "坐席工号", "消息内容", "发送时间", "渠道", "客户编号"])
        row = 1
        for name, began, channel, agent, customer, talk in INSURANCE:
            for index, (second, role, text) in enumerate(talk):
                sheet.write_row(row, 0, [name, index, role, int(agent), text])
                sheet.write_datetime(row, 5, datetime.fromisoformat(began) + timedelta(seconds=second), when)
                sheet.write_row(row, 6, [channel, customer])
                row += 1


def dialogues_workbook() -> None:
    """One row a conversation: the dialogue in one cell."""
    with Workbook(EXAMPLES / "property_calls.xlsx") as book:
        book.set_properties({"created": MADE})
        sheet = book.add_worksheet("通话")
        when = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, ["工单号", "通话编号", "通话开始时间", "渠道", "坐席姓名", "房号", "通话记录"])
        for row, (name, began, channel, agent, customer, talk) in enumerate(PROPERTY, 1):
            lines = [f"[{second // 60:02d}:{second % 60:02d}] {role}：{text}" for second, role, text in talk]
            sheet.write_row(row, 0, [20_260_900 + row, name])
            sheet.write_datetime(row, 2, datetime.fromisoformat(began), when)
            sheet.write_row(row, 3, [channel, agent, customer, "\n".join(lines)])


def dialogues_csv() -> None:
    """One row a conversation in CSV, with full times before each line."""
    with (EXAMPLES / "travel_chats.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["会话编号", "渠道", "客服工号", "客户等级", "聊天记录"])
        for name, began, channel, agent, level, talk in TRAVEL:
            start = datetime.fromisoformat(began)
            lines = [f"{start + timedelta(seconds=second)} {role}：{text}" for second, role, text in talk]
            writer.writerow([name, channel, agent, level, "\n".join(lines)])


def turns_tsv() -> None:
    """One row a turn between tabs, in GB18030 as older systems export it."""
    with (EXAMPLES / "bank_calls.tsv").open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        names = ["录音编号", "呼入时间", "渠道", "工号", "卡号", "句子序号", "说话人", "转写文本", "开始时间(毫秒)"]
        writer.writerow(names)
        for name, began, channel, agent, card, talk in BANK:
            for index, (second, role, text) in enumerate(talk):
                writer.writerow([name, began, channel, agent, card, index, role, text, round(second * 1000)])


if __name__ == "__main__":
    turns_workbook()
    dialogues_workbook()
    dialogues_csv()
    turns_tsv()

"""The public API as a user writes it: type-checked, never run."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from cscheck import Checked, Checker, Conversation, Finding, InputError, PackError, Problem, Turn

checker = Checker(packs=["base"], scheme="standard")
checked = checker.check(
    [Turn("agent", "您好"), ("customer", "在吗"), {"role": "agent", "text": "在的"}], channel="chat"
)
findings: tuple[Finding, ...] = checked.findings
score: float = checked.score
story: str = checked.explanation
whole = checker.check(Conversation("c1", (Turn("agent", "您好"),), "call"))
tables = checker.score(pd.DataFrame({"会话ID": ["c1"], "角色": ["客服"], "内容": ["您好"]}))
table: pa.Table = tables.findings
frames: dict[str, pd.DataFrame] = tables.to_pandas()
arrow: dict[str, pa.Table] = tables.to_arrow()
one: Checked = tables.conversation("c1")
rows: pd.DataFrame = one.to_pandas()
tables.to_excel("qa.xlsx")
summary = checker.score_files(["a.csv"], out="out", workers=2, excel=True)
number: int = summary.findings

try:
    Checker(packs="no such pack")
except PackError as error:
    problems: tuple[Problem, ...] = error.problems
except InputError:
    pass

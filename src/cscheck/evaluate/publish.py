"""Writing the tables of a measurement to a folder: Parquet for programs, CSV and a workbook for people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..outfolder import RECORD, move_into_place, record_in, refuse_foreign, workplace
from .evaluation import to_pandas
from .measure import METHODS, RESAMPLES, SEED

BOOK = "evaluation.xlsx"
_AS_WRITTEN = {"strings_to_formulas": False, "strings_to_urls": False}  # what was said is no formula


def publish(
    tables: Mapping[str, pa.Table], out: Path, inputs: list[str], record: Mapping[str, Any], excel: bool = False
) -> None:
    """Write each table as Parquet and CSV (UTF-8 with byte order mark, which Excel needs), all or nothing.

    ``run.json`` tells versions, inputs with their digests, seed and methods of the intervals and what ``record`` holds;
    with ``excel`` the tables are sheets of ``evaluation.xlsx``, too, and the methods are its last sheet.

    Raises:
        InputError: I133, ``out`` holds something else than an earlier run of this command, or cannot be written.
    """
    refuse_foreign(out, "evaluate")
    out = out.resolve()
    with workplace(out) as place:
        made = place / "out"
        made.mkdir()
        for name, table in tables.items():
            pq.write_table(table, made / f"{name}.parquet")
            _flat(table).to_csv(made / f"{name}.csv", index=False, encoding="utf-8-sig")
        if excel:
            with pd.ExcelWriter(made / BOOK, engine="xlsxwriter", engine_kwargs={"options": _AS_WRITTEN}) as book:
                for name, table in tables.items():
                    _flat(table).to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 0))
                methods = pd.DataFrame(METHODS.items(), columns=["figure 指标", "95 % interval 区间的算法"])
                methods.to_excel(book, sheet_name="intervals", index=False)
        told: dict[str, Any] = {"cscheck": version("cscheck"), "command": "evaluate"}
        told |= {"seed": SEED, "resamples": RESAMPLES, "intervals": METHODS, "inputs": _digests(inputs)}
        told["files"] = sorted(file.name for file in made.iterdir())
        (made / RECORD).write_bytes(orjson.dumps(told | dict(record), option=orjson.OPT_INDENT_2))
        move_into_place(made, out, _obsolete(out, told["files"]))


def _obsolete(out: Path, written: Collection[str]) -> list[str]:
    """Return the files that the earlier run in a folder wrote, as its record tells, and this one does not."""
    earlier = (record_in(out) or {}).get("files")
    names = earlier if isinstance(earlier, list) else []
    return [name for name in names if name not in written and name == Path(str(name)).name and (out / name).is_file()]


def _flat(table: pa.Table) -> pd.DataFrame:
    """Return a table as a frame in which a list is one text."""
    frame = to_pandas(table)
    for field in table.schema:
        if pa.types.is_list(field.type):
            frame[field.name] = [" | ".join(values) for values in table[field.name].to_pylist()]
    return frame


def _digests(inputs: list[str]) -> dict[str, str]:
    digests = {}
    for name in inputs:
        with Path(name).open("rb") as source:
            digests[name] = file_digest(source, "sha256").hexdigest()
    return digests

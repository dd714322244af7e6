"""The metadata of a conversation as one JSON object for each row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring

import orjson
import pyarrow as pa
from pyarrow import compute as pc

from .values import by_value, column_text, listed, strings


def metadata(meta: pa.Array, extras: Mapping[str, pa.Array]) -> pa.Array:
    """Return one JSON object for each row: its metadata with sorted keys, blank values left out, null where empty.

    A column ``meta`` that holds JSON objects is merged in.
    """
    count = len(meta)
    parts: dict[str, pa.Array] = {}
    for key, values in extras.items():
        quoted = json.dumps(key, ensure_ascii=False)
        if pa.types.is_string(strings(values, keep=True).type):
            parts[key] = _member(quoted, column_text(values, trim=False))
        else:
            rows = [None if value is None else f",{quoted}:{dumped(value)}" for value in listed(values)]
            parts[key] = pa.array(rows, pa.string())
    if meta.null_count == count and not pa.types.is_dictionary(meta.type):
        return _join([parts[key] for key in sorted(parts)], count)
    if not parts and pa.types.is_dictionary(meta.type):
        return strings(meta)  # a JSONL reader has merged them
    return _merge(meta, _join([parts[key] for key in sorted(parts)], count))


def _member(quoted: str, values: pa.Array) -> pa.Array:
    """Return ``,"key":"value"`` for each text."""
    return by_value(values, lambda value: (f",{quoted}:{encode_basestring(value)}",), 1)[0]


def dumped(value: object) -> str:
    """Return a value as compact JSON with sorted keys; what JSON does not know as its text."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:  # integers of more than 64 bits, half characters, foreign types
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _join(parts: Sequence[pa.Array], count: int) -> pa.Array:
    """Join ``,"key":value`` parts to objects, leaving out what is null."""
    if not parts:
        return pa.nulls(count, pa.string())
    # not null_handling="skip": that drops a row in which all parts are null (seen in pyarrow 26)
    inner = pc.binary_join_element_wise(*parts, "", null_handling="replace", null_replacement="")
    whole = pc.binary_join_element_wise("{", pc.utf8_slice_codeunits(inner, 1), "}", "")
    return pc.if_else(pc.equal(inner, ""), pa.scalar(None, pa.string()), whole)


def _merge(meta: pa.Array, others: pa.Array) -> pa.Array:
    """Merge a column of metadata objects (JSON texts or structs) with the other metadata."""
    cache: dict[tuple[str | None, str | None], str | None] = {}
    own = strings(meta, keep=True)
    if not pa.types.is_string(own.type):
        own = pa.array([None if value is None else dumped(value) for value in own.to_pylist()], pa.string())

    def one(text: str | None, other: str | None) -> str | None:
        merged: dict[str, object] = json.loads(other) if other else {}
        try:
            value = json.loads(text) if text and text.strip() else None
        except ValueError:
            value = text
        merged.update(value if isinstance(value, dict) else {} if value is None else {"meta": value})
        kept = {key: value for key, value in merged.items() if value is not None}
        return dumped(kept) if kept else None

    found = []
    for pair in zip(own.to_pylist(), others.to_pylist(), strict=True):
        if pair not in cache:
            cache[pair] = one(*pair)
        found.append(cache[pair])
    return pa.array(found, pa.string())

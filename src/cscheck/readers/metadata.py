"""The metadata of a conversation as one JSON object for each row."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from pyarrow import compute as pc

from .collected import as_text
from .columns import assign
from .lexicon import ColumnMapping
from .raw import Raw
from .values import by_value, column_text, listed, strings

_ODD = re.compile(r"\d{19}|\\u|NaN|Infinity")  # what orjson cuts or refuses


def metadata(meta: pa.Array, extras: Mapping[str, pa.Array]) -> pa.Array:
    """Return one JSON object for each row: its metadata with sorted keys, blank values left out, null where empty.

    A column ``meta`` that holds JSON objects is merged in; what has a column of its own goes before.
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
    """Merge a column of metadata objects (JSON texts or structs) with the other metadata, which go before."""
    left, right = _coded(meta), others.dictionary_encode()
    said, beside = left.dictionary.to_pylist(), right.dictionary.to_pylist()
    codes = [np.asarray(one.indices.cast(pa.int64()).fill_null(-1)) for one in (left, right)]
    pairs, places = np.unique(codes[0] * (len(beside) + 1) + codes[1] + 1, return_inverse=True)
    found = []
    for one, other in zip(*np.divmod(pairs, len(beside) + 1), strict=True):
        own = said_by(said[one]) if one >= 0 else {}
        merged = {**own, **(_read(beside[other - 1]) if other else {})}
        found.append(dumped(merged) if merged else None)
    return pa.array(found, pa.string()).take(pa.array(places))


def _coded(meta: pa.Array) -> pa.DictionaryArray:
    """Return a column of metadata as texts, each distinct one once; objects as JSON."""
    if pa.types.is_dictionary(meta.type) and pa.types.is_string(meta.type.value_type):
        return meta
    own = strings(meta, keep=True)
    if not pa.types.is_string(own.type):
        own = pa.array([None if value is None else dumped(value) for value in own.to_pylist()], pa.string())
    return own.dictionary_encode()


def said_by(meta: object) -> dict[str, object]:
    """Return what metadata say, by the names of the lexicon: those of an object, or of a text that is one as JSON.

    Null and blank values say nothing. What is no object stands under ``meta``.
    """
    found = meta
    if isinstance(meta, str):
        with suppress(ValueError, RecursionError):
            found = _read(meta) if meta.strip() else None
    given = found if isinstance(found, dict) else {"meta": found}
    names = _named(tuple(map(str, given)))
    return {name: value for name, value in zip(names, given.values(), strict=True) if not empty(value)}


def empty(value: object) -> bool:
    """True for null and blank texts, which say nothing."""
    return value is None or (isinstance(value, str) and (not value or value.isspace()))


def _read(text: str) -> Any:
    """Read JSON.

    Raises:
        ValueError: it is none, or holds half of a character.
    """
    if not _ODD.search(text):
        return orjson.loads(text)
    found = json.loads(text)
    dumped(found).encode()  # half of a character has no bytes
    return found


@lru_cache(4096)
def _named(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return what the keys of metadata are called in the lexicon; what it does not know stays."""
    known = {place: name for name, place in assign(keys, ColumnMapping(), ()).extras.items()}
    return tuple(known.get(place, key) for place, key in enumerate(keys))


def lifted(raw: Raw, key: str) -> Raw:
    """Return a batch in which what its objects of metadata say of ``key`` is a column; one of its own goes before."""
    given = raw.fields.get("meta")
    if given is None:
        return raw
    coded = _coded(given.values)
    said = [as_text(said_by(text).get(key)) if text else None for text in coded.dictionary.to_pylist()]
    if not any(said):
        return raw
    column = pa.array(said, pa.string()).take(coded.indices)
    own = raw.extras.get(key)
    column = column if own is None else pc.coalesce(column_text(own), column)
    return replace(raw, extras={**raw.extras, key: column})

"""Pickles of compiled rules: small, and without what cannot be pickled or is made as fast again."""

from __future__ import annotations

import pickle
from copyreg import dispatch_table
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .collector import uncollected
from .learn import Model
from .operators.learned import shipped
from .repair.evasion import load_evasions, load_wordings
from .repair.shape import Shapes, compile_shapes


@uncollected()
def pickled(value: object) -> bytes:
    """Return what ``unpickled`` makes the value of again."""
    out = BytesIO()
    pickler = pickle.Pickler(out, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = {**dispatch_table, Shapes: _shapes, Model: _model, np.ndarray: _array}
    pickler.dump(value)
    return out.getvalue()


@uncollected()
def unpickled(data: bytes | None) -> Any:
    """Return a value that was pickled; None where there is none that can be used."""
    try:
        return pickle.loads(data) if data else None
    except Exception:  # whatever stands there
        return None


def _shapes(_: Shapes) -> tuple[Any, ...]:
    """They hold functions; the shipped ones are the only ones that are compiled with rules."""
    return _shipped_shapes, ()


def _shipped_shapes() -> Shapes:
    return compile_shapes(load_evasions(), load_wordings())


def _model(model: Model) -> Any:
    """The shipped one is that of the process, for all rules alike."""
    return (shipped, ()) if model is shipped() else model.__reduce_ex__(pickle.HIGHEST_PROTOCOL)


def _array(array: NDArray[Any]) -> Any:
    """Marks take a bit each."""
    if array.dtype == bool:
        return _marks, (np.packbits(array), array.shape)
    return array.__reduce_ex__(pickle.HIGHEST_PROTOCOL)


def _marks(bits: NDArray[np.uint8], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    return np.unpackbits(bits, count=int(np.prod(shape))).view(bool).reshape(shape)

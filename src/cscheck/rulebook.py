"""A rulebook: packs and a scheme, loaded and compiled; it crosses to other processes by its names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256

from .assess import Assessor
from .cache import keep, recall
from .categories import load_categories
from .collector import uncollected
from .errors import PackError, Problem
from .pack import Library, own_models, read_packs, sources_of
from .patterns import forget
from .pickled import pickled, unpickled
from .program import compile_repaired
from .schemefile import load_scheme
from .segment import Segmenter, default_segmenter


@dataclass(frozen=True, eq=False)
class Rulebook:
    """Packs and a scheme by name, with what they become once loaded.

    A pickled one holds names and a digest alone: its copy loads the packs when it is first asked, once in a process.

    Args:
        packs: names of shipped packs or folders, the nearest first.
        scheme: the name of a shipped scheme or the path of a file.
        segmenter: the word segmenter; None is the default one.
        digest: that of the packs and the scheme which must be met; empty: any.
    """

    packs: tuple[str, ...]
    scheme: str
    segmenter: Segmenter | None = None
    digest: str = ""

    @property
    def library(self) -> Library:
        """The rules as they stand in the packs.

        Raises:
            PackError: a pack, cue or scheme is at fault, or is not what it was when this was pickled.
        """
        return self._loaded[0]

    @property
    def assessor(self) -> Assessor:
        """The compiled rules with the scheme.

        Raises:
            PackError: as for ``library``.
        """
        return self._loaded[1]

    @cached_property
    def _loaded(self) -> tuple[Library, Assessor]:
        with uncollected():
            try:
                return self._load()
            finally:
                forget()

    def _load(self) -> tuple[Library, Assessor]:
        categories = load_categories()
        made_of = sources_of(self.packs)
        kept = unpickled(recall(made_of))
        library, problems = (kept[0], []) if kept else read_packs(self.packs)
        try:  # what a faulty pack left out is not missed by the scheme
            known = None if problems else {rule.id: rule for rule in library.rules}
            scheme = load_scheme(self.scheme, categories, known)
        except PackError as error:
            problems += error.problems
        if problems:
            raise PackError(problems)
        program = kept[1] if kept else compile_repaired(library.rules, library.cues)
        if not kept and made_of == sources_of(self.packs) and not own_models(library):
            keep(made_of, pickled((library, program)))
        loaded = library, Assessor(program, scheme, categories, self.segmenter or default_segmenter())
        if self.digest not in ("", _digest(*loaded)):
            message = "packs or scheme were changed after this was pickled: make the Checker anew"
            raise PackError(Problem(", ".join(self.packs), 0, 0, "P100", message))
        return loaded

    def __reduce__(self) -> tuple[object, ...]:
        return _reopened, (self.packs, self.scheme, self.segmenter, self.digest or _digest(*self._loaded))

    def __deepcopy__(self, memo: object) -> Rulebook:
        return self


@lru_cache(maxsize=4)  # what comes to a process in many pickles is loaded there once
def _reopened(packs: tuple[str, ...], scheme: str, segmenter: Segmenter | None, digest: str) -> Rulebook:
    return Rulebook(packs, scheme, segmenter, digest)


def _digest(library: Library, assessor: Assessor) -> str:
    return sha256(f"{library.digest} {assessor.scheme.digest}".encode()).hexdigest()

"""Likeness (相似): which sentences were written after one pattern, where nobody said so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

LEAST = 0.4  # of the cosine of two sentences' character pairs, from which on they are alike
_BLOCK = 500  # sentences at a time, which bounds the memory


def alike(texts: Sequence[str]) -> list[int]:
    """Return a group number for each text, the same for texts that are alike, also by way of others.

    Two texts are alike where the cosine of their sets of character pairs is at least ``LEAST``: the fillings of one
    template nearly always are, two ways of saying one thing seldom. The same texts give the same groups.
    """
    from scipy.sparse import vstack
    from scipy.sparse.csgraph import connected_components
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.preprocessing import normalize

    if not texts:
        return []
    # the borders, so that a text of one character has pairs, too
    bordered = [f"\n{text}\n" for text in texts]
    pairs = CountVectorizer(analyzer="char", ngram_range=(2, 2), binary=True, lowercase=False, dtype=np.float32)
    counts = normalize(pairs.fit_transform(bordered))
    near = []
    for first in range(0, len(texts), _BLOCK):
        cosines = counts[first : first + _BLOCK] @ counts.T
        cosines.data[cosines.data < LEAST] = 0
        cosines.eliminate_zeros()
        near.append(cosines)
    groups: list[int] = connected_components(vstack(near), directed=False)[1].tolist()
    return groups

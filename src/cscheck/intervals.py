"""Intervals (区间) of means, shares and rates, all at 95 %, by published formulas."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt

UPPER = 0.975  # the upper end of a two-sided 95 % interval
DIGITS = 6  # figures are rounded so that tables are byte-identical


def mean_interval(number: int, mean: float, squared_deviations: float) -> tuple[float, float] | None:
    """Return Student's t interval of a mean of ``number`` scores, clipped to 0-100; None below two."""
    if number < 2:
        return None
    half = _t_quantile(number - 1) * sqrt(squared_deviations / (number - 1) / number)
    return max(0.0, mean - half), min(100.0, mean + half)


def rate_interval(events: int, exposure: int) -> tuple[float, float]:
    """Return the equal-tailed interval of a Poisson rate per unit of exposure under Jeffreys' prior.

    The posterior is Gamma(events + 1/2) / exposure (Jeffreys 1946; Brown, Cai, DasGupta 2003, Statistica Sinica 13).
    With no event the lower end is a little above 0.
    """
    low, high = _gamma_quantiles(events + 0.5)
    return low / exposure, high / exposure


def share_interval(hits: float, number: float) -> tuple[float, float]:
    """Return the score interval of a share (Wilson 1927, JASA 22).

    The closed form with the library's normal quantile: ``scipy.stats.binomtest(...).proportion_ci("wilson")`` gives
    the same numbers but computes a test as well, which takes 0.2 ms and more for each of an agent's categories.
    """
    z = _normal_quantile()
    share, part = hits / number, z * z / number
    centre = (share + part / 2) / (1 + part)
    half = z / (1 + part) * sqrt(share * (1 - share) / number + part / (4 * number))
    return (max(0.0, centre - half) if hits else 0.0), (min(1.0, centre + half) if hits < number else 1.0)


# scipy is imported on first use only: a run that needs no interval should not pay for it.
@lru_cache(maxsize=1)
def _normal_quantile() -> float:
    from scipy.special import ndtri

    return float(ndtri(UPPER))


@lru_cache(maxsize=4096)
def _t_quantile(freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, UPPER))


@lru_cache(maxsize=4096)
def _gamma_quantiles(shape: float) -> tuple[float, float]:
    from scipy.special import gammaincinv

    return float(gammaincinv(shape, 1 - UPPER)), float(gammaincinv(shape, UPPER))

"""Reproducible noise and interpolation: the same numbers on every machine and every Python from 3.11 on.

Belongs here: seeded noise, straight-line interpolation, splitting of whole numbers. Does not belong here: markets,
countries, file formats.

Only +, -, * and / of doubles are used, which IEEE 754 defines to the last bit. Logarithms, powers and `gauss` come from
the C library and differ between machines; the builtin `sum` of floats adds differently since Python 3.12.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterable, Sequence

_ROOT_OF_THREE = 1.7320508075688772


class Noise:
    """A stream of reproducible random numbers that belongs to one purpose.

    Each purpose has its own stream, so that a new country or series does not change the others.
    """

    def __init__(self, *purpose: object) -> None:
        key = "/".join(str(part) for part in purpose)
        # A string seed is hashed with SHA-512, which gives the same result on every platform. It is not a secret.
        self._next = random.Random(key).random  # noqa: S311

    def uniform(self, low: float, high: float) -> float:
        """Return a number between `low` and `high`."""
        return low + (high - low) * self._next()

    def normal(self) -> float:
        """Return a number with mean 0 and standard deviation 1: nearly normal, and never beyond 3.5."""
        draw = self._next
        return (draw() + draw() + draw() + draw() - 2.0) * _ROOT_OF_THREE

    def bridge(self, steps: int, size: float) -> list[float]:
        """Return a random walk that starts and ends at zero.

        Args:
            steps: number of steps; the result has `steps + 1` values.
            size: standard deviation of one step.
        """
        walk = [0.0]
        for _ in range(steps):
            walk.append(walk[-1] + self.normal() * size)
        end = walk[-1]
        return [value - end * position / steps for position, value in enumerate(walk)]

    def wander(self, count: int, size: float, memory: float) -> list[float]:
        """Return autoregressive noise: each value is `memory` times the previous one, plus a step of `size`."""
        values: list[float] = []
        level = 0.0
        for _ in range(count):
            level = memory * level + size * self.normal()
            values.append(level)
        return values


class Waypoints:
    """A path of straight lines through given points, flat before the first and after the last."""

    def __init__(self, points: Iterable[tuple[int, float]]) -> None:
        ordered = sorted(points)
        self._at = [at for at, _ in ordered]
        self._value = [value for _, value in ordered]

    def __call__(self, at: float) -> float:
        """Return the value of the path at a position."""
        right = bisect_right(self._at, at)
        if right == 0:
            return self._value[0]
        if right == len(self._at):
            return self._value[-1]
        left_at, right_at = self._at[right - 1], self._at[right]
        left, right_value = self._value[right - 1], self._value[right]
        return left + (right_value - left) * ((at - left_at) / (right_at - left_at))


def total(values: Iterable[float]) -> float:
    """Add floats one after the other, which gives the same result in every Python."""
    result = 0.0
    for value in values:
        result += value
    return result


def whole(value: float) -> int:
    """Round to the nearest whole number, halves upwards."""
    return int(value + 0.5) if value >= 0 else -int(0.5 - value)


def split(amount: int, weights: Sequence[float]) -> list[int]:
    """Split a whole amount by weights; the last part takes the rounding error, so that the parts add up."""
    whole_weight = total(weights)
    parts = [whole(amount * weight / whole_weight) for weight in weights[:-1]]
    return [*parts, amount - sum(parts)]

"""What a check found, and how it says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import product
from math import inf, isnan
from typing import Any

from rulebook.numeric.evaluate import Table

__all__ = ["Report", "Trial", "Variant", "Verdict", "counted", "sizes_said"]


class Verdict(StrEnum):
    """How far a claim was verified; a page says its verdict and never more.

    >>> import rulebook
    >>> verdict = rulebook.check("softmax").verdict
    >>> verdict.ok, verdict == "proved at every size"
    (True, True)
    """

    EVERY_SIZE = "proved at every size"
    GIVEN_SIZES = "proved at given sizes"
    NUMERIC = "checked numerically"
    DEFINITION = "by definition"
    FALSE_AS_PRINTED = "false as printed"  # of an erratum, which is right when this holds
    UNDECIDED = "undecided"
    VACUOUS = "vacuous"
    REFUTED = "refuted"

    @property
    def ok(self) -> bool:
        """Whether the claim stands."""
        return self not in (Verdict.UNDECIDED, Verdict.VACUOUS, Verdict.REFUTED)

    @property
    def proved(self) -> bool:
        """Whether there is a proof, at whatever sizes."""
        return self in (Verdict.EVERY_SIZE, Verdict.GIVEN_SIZES)


@dataclass(frozen=True)
class Trial:
    """One comparison at one point: both sides, and how far apart relative to their size.

    >>> import rulebook
    >>> report = rulebook.check(left="x + y", right="x - y", shapes={"x": (), "y": ()})
    >>> report.counterexample.agrees
    False
    """

    obligation: str
    sizes: Mapping[str, int] = field(hash=False)
    error: float  #: relative
    tolerance: float
    left: Table  #: the derivative, measured
    right: Table  #: the claim, evaluated
    generic: bool  #: pairwise different sizes, none of them 1
    inconclusive: bool = False
    noise: float = 0.0  #: what rounding may leave of a derivative that is zero

    @property
    def agrees(self) -> bool:
        return self.error <= self.tolerance

    def __str__(self) -> str:
        sizes = ", ".join(f"{n}={k}" for n, k in self.sizes.items()) or "this point"
        left, right = self.left, self.right
        if left.shape != right.shape:
            return f"at {sizes}: the shapes are {left.shape} and {right.shape}"
        at, (claimed, measured) = self._worst
        where = f" in entry {at}" if at else ""
        return f"at {sizes}: {claimed:.6g} claimed, {measured:.6g} measured{where}"

    @property
    def _worst(self) -> tuple[tuple[int, ...], tuple[float, float]]:
        """The place of the largest gap, counted from 1, and what is claimed and measured there."""
        places = product(*(range(1, n + 1) for n in self.left.shape))
        pairs = zip(self.right.entries, self.left.entries, strict=True)
        return max(zip(places, pairs, strict=True), key=lambda found: _gap(*found[1]))


@dataclass(frozen=True)
class Variant:
    """A wrong statement made from the right one, and how it was told apart.

    >>> import rulebook
    >>> made = rulebook.check("quadratic_form").variants
    >>> {variant.outcome for variant in made} <= {"refuted", "refused", "equivalent"}
    True
    """

    what: str
    latex: str
    numpy: str
    outcome: str  #: "refuted", "refused" (its shapes do not fit), "equivalent" or "survived"
    how: str = ""
    by_hand: bool = False


@dataclass(frozen=True, repr=False)
class Report:
    """The outcome of a check.

    ``ok`` says that nothing speaks against the claim and enough for it; ``verdict`` says how much.
    A report is true if it is ok, so that ``assert report`` explains itself.

    >>> import rulebook
    >>> report = rulebook.check(left="sum(x)", right="ones(n) @ x", shapes={"x": ("n",)})
    >>> report.ok, str(report.verdict)
    (True, 'proved at every size')
    """

    subject: str  #: the id of a rule, or what was checked
    verdict: Verdict
    reason: str = ""
    worst: float = 0.0  #: largest relative error of the numeric check
    points: int = 0  #: at how many points numbers agree
    shapes: tuple[Mapping[str, int], ...] = field(default=(), hash=False)
    proof_sizes: tuple[Mapping[str, int], ...] = field(default=(), hash=False)
    #: sizes of the exact test in a finite field
    exact: tuple[Mapping[str, int], ...] = field(default=(), hash=False)
    exact_error: float = 0.0  #: bound on its chance of accepting something false
    variants: tuple[Variant, ...] = ()
    counterexample: Trial | None = None
    statement: str = field(default="", repr=False)
    hint: str = ""

    @property
    def ok(self) -> bool:
        """Whether the claim stands, and no wrong variant of it."""
        return self.verdict.ok and not self.survived

    @property
    def refuted(self) -> int:
        """How many wrong variants were told apart, by shape or by number."""
        return sum(v.outcome in ("refuted", "refused") for v in self.variants)

    @property
    def equivalent(self) -> int:
        """How many variants turned out to say the same."""
        return sum(v.outcome == "equivalent" for v in self.variants)

    @property
    def survived(self) -> tuple[Variant, ...]:
        """The wrong variants that were not told apart."""
        return tuple(v for v in self.variants if v.outcome == "survived")

    def but(self, **changes: Any) -> Report:
        return replace(self, **changes)

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        return str(self)  # so that ``assert report`` tells in a test what was found

    def __str__(self) -> str:
        mark = "✓" if self.ok else "✗"
        lines = [
            f"{mark} {self.subject}: {self.verdict}"
            + (f" ({sizes_said(self.proof_sizes)})" if self.proof_sizes else "")
        ]
        if self.reason:
            lines.append(f"  {self.reason}")
        if self.counterexample is not None:
            lines.append(f"  {self.counterexample}")
        if self.hint:
            lines.append(f"  {self.hint}")
        if self.exact:
            lines.append(
                f"  exact test at {sizes_said(self.exact)}, "
                f"chance of error below {self.exact_error:.0e}"
            )
        if self.points and self.verdict.ok:
            several = len({tuple(s.items()) for s in self.shapes})
            places = f"{counted(self.points, 'point')} of {counted(several, 'shape')}"
            lines.append(f"  numbers agree at {places}, worst relative error {self.worst:.1e}")
        if self.variants:
            lines.append(
                f"  wrong variants: {len(self.variants)}, refuted {self.refuted}, "
                f"equivalent {self.equivalent}"
            )
        lines += [f"  not told apart: {v.what}: {v.numpy}" for v in self.survived]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The report as plain data, for a program."""
        return {
            "id": self.subject,
            "verdict": str(self.verdict),
            "ok": self.ok,
            "reason": self.reason,
            "worst_relative_error": self.worst,
            "points": self.points,
            "shapes": [dict(s) for s in self.shapes],
            "proof_sizes": [dict(s) for s in self.proof_sizes],
            "exact_test_sizes": [dict(s) for s in self.exact],
            "exact_test_error_bound": self.exact_error,
            "variants": {
                "made": len(self.variants),
                "refuted": self.refuted,
                "equivalent": self.equivalent,
            },
            "counterexample": str(self.counterexample) if self.counterexample else None,
            "hint": self.hint,
        }


def _gap(a: float, b: float) -> float:
    """How far two numbers are apart; what is none is furthest."""
    return inf if isnan(a - b) else abs(a - b)


def sizes_said(many: Iterable[Mapping[str, int]], equals: str = "=") -> str:
    """Assignments of sizes in words."""
    said = (", ".join(f"{n}{equals}{k}" for n, k in s.items()) for s in many)
    return "; ".join(each or "scalars" for each in said)


def counted(n: int, one: str, many: str = "") -> str:
    """A number of things, in words."""
    return f"{n} {one if n == 1 else many or one + 's'}"

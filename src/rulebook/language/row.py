"""What is said of an operator: one row, and everything that any reader of the language asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, update_wrapper
from pickle import PicklingError
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, Self, TypeAlias, TypeVar, cast

from rulebook.language.dims import Dim, Shape
from rulebook.language.place import found_at, place_of
from rulebook.language.signs import Sign, Zeros
from rulebook.language.spelling import Call, Stands, make_known
from rulebook.language.unspecified import Unspecified

if TYPE_CHECKING:
    from rulebook.language.tree import Expr, Operator

__all__ = ["Row", "Slips", "Vanishing", "rows"]

Entry: TypeAlias = "Callable[..., Any]"
Slips: TypeAlias = "Iterable[tuple[str, Callable[[], Expr]]]"
Vanishing: TypeAlias = "tuple[Zeros, ...] | None"  # at any of these, and only there
Turning: TypeAlias = Literal["wrap", "each", "reverse", "same", "undo", "grid", "zeros"]
P = ParamSpec("P")
R = TypeVar("R", bound="Row")


@dataclass(frozen=True, eq=False, kw_only=True)
class Row:
    """What is said of an operator; `Operator` tells how."""

    name: str
    family: str = ""  #: the operation, whatever its operands' shapes; its own name if not said
    commutes: bool = False  #: its two operands may be exchanged
    arithmetic: str = ""  #: what a normal form makes of it: a sum, times, a product, a root, ...
    cost: float = 1.0  #: how long it takes to read, beside its operands
    growth: float = 0.0  #: and the longer for each of theirs
    letter: str = ""  #: what its values are called
    shape: Callable[..., Shape]
    entry: Entry
    latex: str
    numpy: str
    latex_level: str = "atom"
    numpy_level: str = "atom"
    jax: str = ""  #: its template in JAX, if that is not NumPy's with jnp.
    torch: str = ""  #: the same for PyTorch; {like} is a tensor whose type others follow
    call: str | Call | tuple[str | Call, ...] = ""  #: how it is typed: a name, a sign, or several
    stands: Stands = ""  #: how vectors stand as its arguments in text, if not as they are
    of_vectors: bool = False  #: vectors are at home in it
    additive: bool = False  #: what stands beside an array in it is an array
    transposed: Turning = "wrap"  #: how ᵀ enters
    inside: Callable[..., Expr] | None = None  #: positive exactly where the operator is defined
    kink: Callable[..., Expr] | None = None  #: zero exactly where it is not smooth
    nonzero: Callable[..., Expr] | None = None  #: must not vanish
    analytic: bool = True  #: its NumPy code may be fed complex numbers
    complex_step: str = ""  #: NumPy code that may, if its own may not
    linear: bool | tuple[int, ...] = False  #: in each of its arguments, or in those
    single: bool = False  #: of one number it is that number, as a sum or a trace
    sizes: tuple[Dim, ...] = ()  #: of a constant: the dimensions it was made of
    resized: Callable[..., Any] | None = None  #: the same constant, or operator, of other sizes
    text: str = ""  #: its template in the text dialect, if that is not NumPy's without np.
    helper: str = ""  #: NumPy source of a function its template calls
    about: str = ""  #: one line for the notation page
    sign: Callable[..., Sign] = lambda of, *args: Sign.UNKNOWN  #: ``of`` gives an argument's
    vanishes: Callable[..., Vanishing] | None = None  #: from ``of`` and arguments: where it does
    singular: Callable[..., Vanishing] | None = None  #: where a matrix it makes has no inverse
    except_at: Callable[..., Zeros] | None = None  #: it is defined and smooth but where this is
    continuous: bool = False  #: it goes on all the same: there, at a kink, where inside ends
    jumps_after: bool = False  #: or else, at a kink it is still what it is where that is negative
    zero: bool = False  #: a constant that is zero
    counts: bool = False  #: a whole number that is positive: a dimension
    slips: Callable[..., Slips] = lambda *args: ()  #: what may go wrong in writing it
    unspecified: Unspecified | None = (
        None  #: for f and its partials: what a check must supply a witness for
    )
    straight: bool | None = None  #: for du/dv left standing: written with d, or with ∂
    label: str = ""  #: what print sets beside its letter: which unit vector, whose rows
    tall: bool = False  #: several lines high in print
    notations: Mapping[str, str] = field(default_factory=dict)  #: templates of its own, by notation
    _made: tuple[Any, ...] = ()  # of a row made for sizes: its maker, and what that was given

    def __post_init__(self) -> None:
        object.__setattr__(self, "family", self.family or self.word)
        make_known(cast("Operator", self))

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every way to type it."""
        given = self.call if isinstance(self.call, tuple) else (self.call,)
        return tuple(Call(c) if isinstance(c, str) else c for c in given if c)

    def linear_in(self, k: int) -> bool:
        """Whether it is linear in argument k, the others held."""
        return self.linear if isinstance(self.linear, bool) else k in self.linear

    @property
    def word(self) -> str:
        """Its name without the sizes it was made for: ``ones`` of ``ones[n]``."""
        return self.name.partition("[")[0]

    @property
    def dialect(self) -> str:
        """Its template in the text that `rulebook.dialect.parse` reads."""
        return self.text or self.numpy.replace("np.linalg.", "").replace("np.", "")

    @property
    def dialect_level(self) -> str:
        return "atom" if self.text.endswith(")") else self.numpy_level

    def __repr__(self) -> str:
        return self.name

    def __copy__(self) -> Self:
        return self  # a row is one object

    def __deepcopy__(self, known: Any) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """What is unpickled is the row itself, found again where it stands.

        Raises PicklingError for one that stands in no module.
        """
        place = self._made or place_of(self, getattr(self.entry, "__module__", ""))
        if place is None:
            raise PicklingError(f"the operator {self.name} stands in no module to be found in")
        return self._made or (found_at, place)


def rows(make: Callable[P, R]) -> Callable[P, R]:
    """Rows that differ in sizes: each is made once, and remembers from what.

    A decorator of the function that makes them. What is made twice is one object, which can be
    pickled and compared.

    >>> from rulebook.language import dim, eye
    >>> eye("n").op is eye(dim("n")).op
    True
    """
    untyped = cast("Callable[..., R]", make)

    @cache
    def made(*given: Any) -> R:
        row = untyped(*given)
        object.__setattr__(row, "_made", (made, given))
        return row

    return cast("Callable[P, R]", update_wrapper(made, make))

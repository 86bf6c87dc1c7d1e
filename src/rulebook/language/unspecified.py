"""What is known of a function that is left unspecified, or of a partial derivative of one."""

from __future__ import annotations

from dataclasses import dataclass

from rulebook.language.dims import Shape

__all__ = ["Unspecified"]


@dataclass(frozen=True)
class Unspecified:
    """Which function, differentiated by which of its arguments, in order."""

    name: str
    out: Shape | None  # None: it works entry by entry
    bold: bool = False  # printed like a vector: its values are many
    infix: bool = False  # printed between its two arguments, as in w ○ x
    slots: tuple[int, ...] = ()
    straight: bool = False  # nothing else varies, so its derivative is written with d
    gradient: bool = False  # its derivative is written ∇f

    @property
    def code(self) -> str:
        """Its name in NumPy code: f, Df, D2f (by the second argument), DDf, DD2f, df, ddf ..."""
        mark = "d" if self.out is None else "D"
        return "".join(mark + (str(k + 1) if k else "") for k in self.slots) + self.name

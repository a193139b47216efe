"""Instalments: one authorisation, captured in equal parts."""

from ..errors import Misuse

__all__ = ["split"]


def split(total_minor: int, count: int) -> tuple[int, ...]:
    """Return ``count`` parts of a total; the first takes the rounding rest.

    Raises:
        Misuse: ``count`` is not positive or a part would be nothing.

    >>> split(1000, 3)
    (334, 333, 333)
    """
    if count < 1 or total_minor < count:
        msg = f"cannot pay {total_minor} in {count} parts"
        raise Misuse(msg)
    part, rest = divmod(total_minor, count)
    return (part + rest, *(part for _ in range(count - 1)))

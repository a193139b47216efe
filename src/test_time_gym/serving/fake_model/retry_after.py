"""The header that says when to come back: in seconds, or as a date of HTTP."""

import time
from collections.abc import Mapping
from email.utils import formatdate

__all__ = ["retry_after"]


def retry_after(milli: int | None, *, as_date: bool = False) -> Mapping[str, str]:
    """Return the header, or none.

    Args:
        milli: thousandths of a second from now; None: the client is told nothing.
        as_date: say it as a date, which needs the real clock: clients compare it
            with theirs. It is in whole seconds, rounded up.

    >>> retry_after(2000), retry_after(None)
    ({'Retry-After': '2'}, {})
    """
    if milli is None:
        return {}
    if as_date:
        when = int(time.time()) + -(-milli // 1000) + 1
        return {"Retry-After": formatdate(when, usegmt=True)}
    return {"Retry-After": f"{milli / 1000:g}"}

"""A line: one record of a journal as people read it."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from .terminal import clean

if TYPE_CHECKING:
    from test_time_gym.journal import JournalFile, Record

__all__ = ["Lines", "told"]

_DATA_SHOWN: Final = 160
_QUIET: Final = ("reward", "ticket", "postings", "draws")
"""Fields that are left out: they say little to people."""
_HEADER: Final = ("seed", "seats", "parent")
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - local times have no zone here


class Lines:
    """Prints the records of one journal, a line each.

    A line tells the number, the clock, who acted or is concerned (``-`` for the
    market itself), the kind, and what matters of the data.

    Args:
        journal: whose header tells when the clock began.
    """

    def __init__(self, journal: "JournalFile") -> None:
        """Read the clock's beginning; a forger's header may have none."""
        self._opens: int | None = None
        self._wide = len(str(len(journal.lines)))
        try:
            opens = datetime.fromisoformat(
                journal.header["scenario"]["market"]["opens"]
            )
            self._opens = int((opens - _EPOCH).total_seconds()) // 60
        except (KeyError, TypeError, ValueError):
            pass  # then the clock is shown in milliseconds

    def of(self, record: "Record") -> str:
        """Return the line of a record, safe for the terminal."""
        data = told(record)
        if len(data) > _DATA_SHOWN:
            data = f"{data[:_DATA_SHOWN]} … ({len(data)} characters)"
        line = (
            f"{record.n:>{self._wide}}  {self._clock(record.t)}  "
            f"{record.actor or '-':<9}  {record.kind:<18}  {data}"
        )
        return clean(line.rstrip())

    def _clock(self, now_ms: int) -> str:
        from test_time_gym.market.interface.observation import moment

        if self._opens is not None:
            try:
                return f"{moment(self._opens, now_ms)}.{now_ms % 1000:03}"
            except OverflowError:
                pass  # a forger's clock may stand beyond all years
        return f"{now_ms} ms"


def told(record: "Record") -> str:
    """Return what matters of a record's data; it may come from strangers."""
    data = record.data
    if record.kind == "header":
        scenario = data.get("scenario")
        name = scenario.get("name") if isinstance(scenario, dict) else None
        return _pairs({"scenario": name} | {key: data.get(key) for key in _HEADER})
    if record.kind == "act":
        said = [data.get("verb"), _short(data.get("args") or None)]
        if data.get("status") != "ok":
            said.append(f"({data.get('status')})")
        return " ".join(str(one) for one in said if one)
    return _pairs({key: value for key, value in data.items() if key not in _QUIET})


def _pairs(data: dict[str, Any]) -> str:
    return " ".join(
        f"{key}={_short(value)}" for key, value in data.items() if value is not None
    )


def _short(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

"""Worker processes that step groups of markets; rows lie in memory that all share."""

import multiprocessing as mp
import signal
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.reduction import ForkingPickler
from traceback import format_exc
from typing import Any, Final

from test_time_gym.market.errors import MarketError, Misuse

from .market_group import MarketGroup, MarketPlan
from .row_buffers import RowBuffers, RowShape

__all__ = ["MarketWorkers", "WorkerLost"]

_PATIENCE_S: Final = 5.0
"""Seconds in which a worker that was told to end may seal its journals."""


class WorkerLost(MarketError, RuntimeError):
    """A worker process has ended by itself, or was killed."""


class _Place:
    """The markets of one worker: so many, from the first on, of all."""

    def __init__(self, first: int, markets: int, of: int) -> None:
        self.first = first
        self.markets = markets
        self.of = of

    def __str__(self) -> str:
        last = self.first + self.markets - 1
        return (
            f"markets {self.first} to {last}" if last > self.first else f"market {last}"
        )


def _work(
    connection: Any, plan: MarketPlan, shape: RowShape, block: Any, place: _Place
) -> None:
    """Serve one group until told to close, or until the parent is gone."""
    # Ctrl-C reaches every process of a terminal: the parent alone decides about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    group = None
    try:
        rows = RowBuffers(shape, place.of * plan.per_market, lambda _: block)
        begin = place.first * plan.per_market
        mine = rows.of(slice(begin, begin + place.markets * plan.per_market))
        group = MarketGroup(plan, mine, place.first)
        connection.send((None, None))
        while True:
            name, arguments = connection.recv()
            if name == "close":
                break
            connection.send(_answer(group, name, arguments))
    except (EOFError, ConnectionError):
        pass  # the parent is gone
    except BaseException as error:  # noqa: BLE001 - it is the parent's to raise
        with suppress(OSError):
            connection.send((None, _portable(error)))
    finally:
        if group is not None:
            group.close()
        connection.close()


def _answer(group: MarketGroup, name: str, arguments: tuple[Any, ...]) -> Any:
    try:
        return getattr(group, name)(*arguments), None
    except Exception as error:  # noqa: BLE001 - it is the parent's to raise
        return None, _portable(error)


def _portable(error: BaseException) -> tuple[BaseException, str]:
    """Return an error that can be sent, and where it was raised."""
    where = format_exc()
    try:
        sent = ForkingPickler.dumps(error)
        ForkingPickler.loads(sent)  # pyright: ignore[reportAttributeAccessIssue]
    except Exception:  # noqa: BLE001 - whatever keeps it from being sent
        error = RuntimeError(f"{type(error).__name__}: {error}")
    return error, where


def _verify_sent(plan: MarketPlan) -> None:
    """Raise what keeps a plan from being sent to a process.

    Raises:
        Misuse: an agent is a lambda, or an object that cannot be pickled.
    """
    try:
        ForkingPickler.dumps(plan)
    except Exception as error:
        msg = "with processes, others are names, functions of a module, or objects "
        raise Misuse(f"{msg}that can be pickled ({error})") from error


class _RaisedThere(Exception):
    """Shows where in a worker an error was raised."""

    def __str__(self) -> str:
        return f'\n"""\n{self.args[0]}"""'


class _Worker:
    """One worker process, seen from the parent."""

    def __init__(self, number: int, place: _Place) -> None:
        self.number = number
        self.place = place
        self.process: Any = None
        self.connection: Any = None
        self.asked = False
        self.reply: tuple[Any, Any] = (None, None)

    def start(self, context: Any, *arguments: Any) -> None:
        self.connection, theirs = context.Pipe()
        self.process = context.Process(
            target=_work,
            args=(theirs, *arguments, self.place),
            name=f"markets-{self.number}",
            daemon=True,
        )
        try:
            self.process.start()
        finally:
            theirs.close()
        self.asked = True

    def ask(self, name: str, arguments: tuple[Any, ...]) -> None:
        with suppress(OSError):  # `answer` says what has become of it
            self.connection.send((name, arguments))
        self.asked = True

    def answer(self) -> None:
        try:
            self.reply = self.connection.recv()
        except (EOFError, OSError):
            self.process.join(_PATIENCE_S)
            msg = (
                f"worker {self.number} ({self.place}) ended by itself, with exit code "
            )
            msg += f"{self.process.exitcode}; the environment is closed"
            raise WorkerLost(msg) from None
        self.asked = False

    def end(self) -> None:
        if self.process is None or self.process.pid is None:
            return
        self.process.join(_PATIENCE_S)
        if self.process.is_alive():
            self.process.terminate()
            self.process.join(_PATIENCE_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.connection.close()


class MarketWorkers:
    """Groups of markets in processes of their own; used as a `MarketGroup` is.

    Args:
        plan: how markets are made.
        shape: of one row.
        markets: how many there are.
        processes: how many workers share them.
        start_method: of `multiprocessing`: ``spawn``, ``forkserver`` or ``fork``.

    Attributes:
        rows: the buffers that all of them share.
    """

    def __init__(
        self,
        plan: MarketPlan,
        shape: RowShape,
        markets: int,
        processes: int,
        start_method: str = "spawn",
    ) -> None:
        """Start the processes, and wait until all of them have made their markets.

        Raises:
            WorkerLost: one of them has ended by itself.
        """
        _verify_sent(plan)
        context: Any = mp.get_context(start_method)
        self.rows: RowBuffers = RowBuffers(
            shape,
            markets * plan.per_market,
            lambda size: context.RawArray("b", size),
        )
        each, more = divmod(markets, processes)
        self._workers: list[_Worker] = []
        first = 0
        for number in range(processes):
            place = _Place(first, each + (number < more), markets)
            self._workers.append(_Worker(number, place))
            first += place.markets
        try:
            for worker in self._workers:
                worker.start(context, plan, shape, self.rows.block)
            self.wait()
        except BaseException as error:
            self.close()
            if isinstance(error, WorkerLost):
                error.add_note(
                    "A script that starts processes does so under "
                    'if __name__ == "__main__", as Python\'s multiprocessing asks.'
                )
            raise

    def begin(self, name: str, *arguments: Sequence[Any]) -> None:
        """Ask all groups for something; each gets its part of the arguments."""
        for worker in self._workers:
            begin, end = worker.place.first, worker.place.first + worker.place.markets
            worker.ask(name, tuple(one[begin:end] for one in arguments))

    def wait(self) -> list[Any]:
        """Return what the groups answer.

        An interrupt (Ctrl-C) leaves the answers where they are: `wait` again.

        Raises:
            WorkerLost: a worker has ended by itself; all are closed.
            Exception: what a group has raised, once all have answered.
        """
        try:
            for worker in self._workers:
                if worker.asked:
                    worker.answer()
        except WorkerLost:
            self.close()
            raise
        for worker in self._workers:
            _, failure = worker.reply
            if failure is not None:
                error, where = failure
                raise error from _RaisedThere(where)
        return [worker.reply[0] for worker in self._workers]

    def reset(self, seeds: Sequence[int | None], chosen: Sequence[bool]) -> None:
        """Begin new episodes in the chosen markets."""
        self.begin("reset", seeds, chosen)
        self.wait()

    def told(self) -> list[dict[str, Any]]:
        """Return what is told of each market."""
        self.begin("told")
        return [one for part in self.wait() for one in part]

    def close(self) -> None:
        """End all processes; those that do not answer are killed."""
        for worker in self._workers:
            if worker.process is not None:
                with suppress(OSError, ValueError):
                    worker.connection.send(("close", ()))
        for worker in self._workers:
            worker.end()

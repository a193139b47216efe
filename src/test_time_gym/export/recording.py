"""A recording: a journal that is to be exported, and how it came to be again."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from test_time_gym.envs.adapter import Encoding, EnvAdapter
from test_time_gym.journal.reader import (
    STATUS_CODES,
    ExitCode,
    JournalFile,
    Record,
    read_journal,
)
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.actions import ThinkingTime
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.recorder import TIE_RULE
from test_time_gym.replay.divergence import Diverged, Divergence
from test_time_gym.replay.execute import action_of, run_in

__all__ = ["Rerun", "Unexportable", "recordings"]

_SHOWN = 240


class Unexportable(Misuse):
    """A journal that does not hold what an export needs."""

    def __init__(self, text: str, exit_code: ExitCode = ExitCode.USAGE) -> None:
        """Keep why, and what the command line exits with."""
        super().__init__(text)
        self.exit_code = exit_code


def recordings(paths: Sequence[str | Path]) -> Iterator[JournalFile]:
    """Yield each journal, as far as it is sound.

    Raises:
        Unexportable: one is corrupt, of an unknown kind, of no run, without a record,
            or the same run as another one.
        Misuse: one cannot be read, or there is none.
    """
    if not paths:
        raise Misuse("name at least one journal")
    seen: dict[str, Path] = {}
    for path in map(Path, paths):
        journal = read_journal(path)
        found = journal.structure
        if found.status in ("corrupt", "unsupported") or not journal.lines:
            code = STATUS_CODES[found.status]
            msg = f"{path} is {found.status} and is not exported: {found.reason}"
            raise Unexportable(msg, code)
        try:
            run_in(journal.header)
        except Misuse as error:
            msg = f"{path} is not exported: {error}"
            raise Unexportable(msg, ExitCode.DIVERGED) from error
        if found.sha256 in seen:
            msg = (
                f"{path} is the same run as {seen[found.sha256]}: leave one of them out"
            )
            raise Unexportable(msg)
        seen[found.sha256] = path
        yield journal


class Rerun:
    """A recorded run, executed again and stopped before every action.

    Every record that comes out is compared with the journal's, so that what is seen
    on the way is what was to be seen then.

    Args:
        journal: with a sound beginning.
        kind: how the door shows the market.

    Raises:
        Misuse: its header describes no run, or one that no door plays.
    """

    def __init__(self, journal: JournalFile, kind: Encoding) -> None:
        """Prepare the run."""
        self._journal = journal
        header, seats = journal.header, journal.header["seats"]
        names = [seat["name"] for seat in seats]
        if any("role" in seat for seat in seats):
            msg = f"{journal.path} has sellers; exports hold runs of buyers alone"
            raise Misuse(msg)
        scenario, self._seed = run_in(header)
        self.adapter: EnvAdapter = EnvAdapter(
            scenario,
            n_agents=len(names),
            observation=kind,
            finish=header["finish"],
            max_turns=header["max_turns"],
            window_ms=header["window_ms"],
            journal=lambda: _Same(journal),
            policies={seat["name"]: seat["policy"] for seat in seats},
        )
        if names != self.adapter.names or header.get("tie_rule") != TIE_RULE:
            msg = f"{journal.path} is a run of a kind that no door plays"
            raise Misuse(msg)

    def __iter__(self) -> Iterator[tuple[Record, Buyer]]:
        """Yield every action and who takes it, just before it is taken.

        Time that agents think passes by itself.

        Raises:
            Diverged: a record comes out differently, or an action cannot be taken.
        """
        turns = self.adapter.begin(self._seed)
        for record in self._journal.records():
            if record.kind != "act":
                continue
            seat = turns.by_name.get(record.actor)
            if not isinstance(seat, Buyer) or seat not in turns.ready:
                raise self._impossible(
                    record, f"it is not the turn of {record.actor!a:.40}"
                )
            try:
                action = action_of(record, turns.verbs)
            except Misuse as error:
                raise self._impossible(record, str(error)) from error
            if not isinstance(action, ThinkingTime):
                yield record, seat
            try:
                turns.act(seat, action)
                turns.advance()
            except Diverged:
                raise
            except Exception as error:
                # A forged input may hold anything, and fail anywhere in the market.
                raise self._impossible(record, f"{error!r:.200}") from error

    def _impossible(self, record: Record, why: str) -> Diverged:
        where = Divergence(record.n, f"{record.data!r:.240}", f"({why})")
        return Diverged(where, str(self._journal.path))


class _Same:
    """A sink that wants each line to be the journal's."""

    def __init__(self, journal: JournalFile) -> None:
        self._lines, self._file = journal.lines, str(journal.path)
        self._n = 0

    def write(self, line: bytes) -> None:
        n, self._n = self._n, self._n + 1
        if n < len(self._lines) and line != self._lines[n]:
            where = Divergence(n, _shown(self._lines[n]), _shown(line))
            raise Diverged(where, self._file)

    def close(self) -> None:
        """Nothing to let go of."""


def _shown(line: bytes) -> str:
    return line[:_SHOWN].decode(errors="replace").strip()

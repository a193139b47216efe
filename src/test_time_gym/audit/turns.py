"""Turns: what agents do, whether they may, and what it earns them at once."""

from typing import Any

from .clicks import ClickRules
from .legality import LegalityRules
from .lines import Line
from .page import Page
from .schedule import ScheduleRules
from .state import AuditedAgent, AuditState

__all__ = ["CRASHES", "TurnRules", "unmeant"]

CRASHES = ("error", "provider_error", "budget_exhausted", "refused")
"""Statuses of agents that do not go on."""
_STATUSES = ("ok", "illegal", "malformed", *CRASHES)
_THINKING = ["completion_tokens", "ms", "prompt_tokens"]


class TurnRules:
    """Actions of all agents."""

    def __init__(
        self, case: AuditState, schedule: ScheduleRules, clicks: ClickRules
    ) -> None:
        """Nobody has acted."""
        self._state = case
        self._schedule, self._clicks = schedule, clicks
        self._legality = LegalityRules(case)

    def act(self, record: Line) -> None:
        """Check that an agent may act now, and note what that means."""
        case, data, n = self._state, record.data, record.n
        seat = case.owner(record)
        if seat is None:
            return
        case.caused(record, 0)
        self._counted(record, seat)
        self._schedule.plays(record, seat)
        text = "the ticket of {} is {}, the seed draws {}"
        case.check(
            data["ticket"] == seat.ticket,
            "lottery",
            n,
            text,
            seat.name,
            data["ticket"],
            seat.ticket,
        )
        if data["status"] == "thinking":
            self._thinks(record, seat)
            return
        seat.ticket = seat.lottery.word() >> 40
        seat.turn += 1
        seat.act = record
        status, reward = data["status"], {"time": case.scenario.reward["time"]}
        if status != "ok":
            reward["penalty"] = case.scenario.reward["penalty"]
        text = "the turn of {} with status {} brings {}, it should bring {}"
        case.check(
            data["reward"] == reward,
            "act_reward",
            n,
            text,
            seat.name,
            status,
            data["reward"],
            reward,
        )
        self._follow(record, seat)

    def _thinks(self, record: Line, seat: AuditedAgent) -> None:
        """Check how long an agent thinks, and let it act after that."""
        data, args = record.data, record.data["args"]
        sound = list(args) == _THINKING and all(
            type(number) is int and number >= 0 for number in args.values()
        )
        text = "{} thinks {}, and that brings {}"
        self._state.check(
            sound and not data["verb"] and not data["reward"],
            "thinking",
            record.n,
            text,
            seat.name,
            args,
            data["reward"],
        )
        ms = args.get("ms")
        for page in seat.pages:
            busy = ms if type(ms) is int and ms > 0 else 0
            self._schedule.again(seat, page, record.t + busy, record.t)

    def _counted(self, record: Line, seat: AuditedAgent) -> None:
        case, n, turn = self._state, record.n, record.data["turn"]
        text = "turn {} of {} says {}"
        case.check(
            turn == seat.turn + 1, "turns", n, text, seat.turn + 1, seat.name, turn
        )
        most = case.scenario.max_turns
        text = "{} takes turn {} of {}; its episode is {}over"
        case.check(
            seat.turn < most and not seat.stopped,
            "turns",
            n,
            text,
            seat.name,
            turn,
            most,
            "" if seat.stopped else "not ",
        )

    def _follow(self, record: Line, seat: AuditedAgent) -> None:
        """Do to the pages what the action does."""
        case, data, now = self._state, record.data, record.t
        status, verb, args = data["status"], data["verb"], data["args"]
        understood = status in {"ok", "illegal"}
        text = "{} with {} is no action, and the status is {}"
        sound = (
            case.scenario.verbs.means(verb, args) if understood else unmeant(verb, args)
        )
        if (
            not case.check(
                status in _STATUSES and sound,
                "verbs",
                record.n,
                text,
                verb,
                args,
                status,
            )
            or status == "malformed"
        ):
            for page in seat.pages:
                click = now + case.scenario.click
                self._schedule.next_turn(seat, page, click, now)
        elif status in CRASHES:
            for page in seat.pages:
                self._schedule.stop(seat, page, status)
        else:
            self._judge(record, seat)

    def _judge(self, record: Line, seat: AuditedAgent) -> None:
        """Check that an action is called what the agent's page makes it."""
        case, data, now = self._state, record.data, record.t
        verb, args, legal = data["verb"], data["args"], data["status"] == "ok"
        selected = True
        if verb == "add_to_cart" and legal:
            page = seat.pages[0]
            text = "{} adds an offer to its cart with {}, and has not selected it"
            selected = case.check(
                self._legality.selected(page, args),
                "selection",
                record.n,
                text,
                seat.name,
                args,
            )

        def found(page: Page) -> bool | None:
            return self._legality.of(seat, page, verb, args, now)

        if selected:
            text = "{} of {} with {} is called {}; on its page, {!r}, it is not"
            case.check(
                seat.only(lambda page: found(page) in {legal, None}),
                "legality",
                record.n,
                text,
                verb,
                seat.name,
                args,
                "legal" if legal else "illegal",
                seat.pages[0].view,
            )
        if legal:
            self._clicks.act(seat, record)
        else:
            doubtful = [page for page in seat.pages if found(page) is None]
            self._clicks.refuse(seat, record, doubtful)


def unmeant(verb: str, args: dict[str, Any]) -> bool:
    """Return whether this is how an action is kept that says nothing."""
    return not verb and list(args) == ["why"] and type(args["why"]) is str

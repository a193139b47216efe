"""The role of a buyer: it shops on the site for its task, and is judged by it."""

from typing import TYPE_CHECKING, Any, Final

from ..clock import MINUTE_MS
from ..events import MessageDelivered
from ..payments.payment import Payment
from ..storefront import Pace, Storefront, Visitor
from ..streams import Stream
from .actions import (
    CRASHES,
    Action,
    Crashed,
    Malformed,
    SetPrices,
    TurnInput,
    decode_action,
)
from .card_names import CARDS_AS_THEY_ARE, CardNames, card_names
from .observation import observe
from .participant import Participant
from .reward import final_terms
from .ruling import Ruling
from .task import Task, TaskDraws, judge, task_draws
from .verbs import ROWS, Verb

if TYPE_CHECKING:
    from .turns import Turns

__all__ = ["Buyer", "BuyerRole"]

# An enumeration is slow to look into, and these are asked for at every step.
_CLICK: Final = Pace.CLICK
_PAGE: Final = Pace.PAGE

CARD: Final = "card_token"
"""The argument that names a card."""
_STAGES: Final = ("cart", "payment", "card")
"""Stages whose progress is rewarded."""


class Buyer(Participant):
    """One buyer: its task and its visitor.

    Args:
        index: its seat.
        name: of the agent.
        role: of all buyers.
        lottery: see `Participant`.
        task: what it has to buy.
        goal: the task in words.
        visitor: who shops for it.
    """

    __slots__ = ("goal", "task", "visitor")

    def __init__(
        self,
        *,
        index: int,
        name: str,
        role: "BuyerRole",
        lottery: Stream,
        task: Task,
        goal: str,
        visitor: Visitor,
    ) -> None:
        """Begin with nothing done."""
        Participant.__init__(
            self,
            index=index,
            name=name,
            role=role,
            lottery=lottery,
            deadline_ms=task.deadline_ms,
        )
        self.task: Task = task
        self.goal: str = goal
        self.visitor: Visitor = visitor


class BuyerRole:
    """All buyers of one run.

    Args:
        turns: the run.
        names: of the buyers, by seat.

    Attributes:
        buyers: by seat.
        store: the site that they see.
    """

    name = "buyer"

    def __init__(self, turns: "Turns", names: list[str]) -> None:
        """Draw the tasks."""
        self._turns = turns
        config = turns.config
        self._click_ms, self._page_ms = config.turns.click_ms, config.turns.page_ms
        self._rewards = config.reward
        self._names = turns.verbs.names
        self._without = turns.verbs.without
        self._time = {"time": config.reward.time}
        self.cards: CardNames = CARDS_AS_THEY_ARE
        if config.page.cards == "neutral":
            self.cards = card_names(config.task.wallets)
        draws = task_draws(config.task, turns.world)
        members = len(turns.market.names) if config.task.team else 1
        self.buyers: list[Buyer] = [
            self._buyer(draws, index, name, members) for index, name in enumerate(names)
        ]
        self.store: Storefront = Storefront(
            turns.market, [one.visitor for one in self.buyers]
        )
        self.store.on_settled = self._settled
        self.store.on_failed_payment = self._payment_failed
        self.store.on_receipt = self._receipt

    def _buyer(self, draws: TaskDraws, index: int, name: str, members: int) -> Buyer:
        streams = self._turns.market.streams
        task, goal = draws.draw(streams, index, members)
        visitor = Visitor(
            seat=index,
            name=name,
            form=dict(task.form),
            party=task.party,
            wallet=task.wallet,
        )
        return Buyer(
            index=index,
            name=name,
            role=self,
            task=task,
            goal=goal,
            visitor=visitor,
            lottery=streams.get("lottery", index),
        )

    # -- what it sees and may do ---------------------------------------------------

    def decode(self, action: object) -> TurnInput:
        """Return what a structured action means, in the words of the trade."""
        turns = self._turns
        decoded = decode_action(action, turns.verbs, turns.world.exponent)
        if self.cards is CARDS_AS_THEY_ARE or not isinstance(decoded, Action):
            return decoded
        name = decoded.args.get(CARD)
        if name is None:
            return decoded
        token = self.cards.token(name)
        if token is None:
            return Malformed(f"no card is called {name!r:.40}")
        return Action(decoded.verb, {CARD: token})

    def observe(self, who: Buyer) -> dict[str, Any]:
        """Return its page."""
        return observe(self._turns, who)

    def why_not(self, who: Buyer, verb: Verb, args: dict[str, Any]) -> str | None:
        """Return the rule against an action of a buyer, or None.

        The one rule behind masks, error texts and tests.
        """
        if who.stopped and verb is not Verb.WAIT:
            return "your episode is over: only wait is legal"
        if verb in self._without:
            return f"this site has no {self._names[verb]}"
        command = ROWS[verb].command
        if command is not None:
            return command.why_not(self._turns.market, who.visitor, args)
        if verb is Verb.SEND_MESSAGE:
            mates = [mate for mate in self.buyers if mate.name == args["to"]]
            if not who.task.team or not mates or mates[0] is who:
                return f"no team mate is called {args['to']!r:.40}"
        return None

    def answer(self, who: Buyer, action: TurnInput) -> Ruling:
        """Return whether an action is legal on its page."""
        if isinstance(action, Action):
            verb, args = action.verb, action.args
            reason = self.why_not(who, verb, args)
            if reason is None:
                return Ruling(self._names[verb], args, "ok", "")
            told = self.cards.told(reason)
            return Ruling(self._names[verb], args, "illegal", told)
        if isinstance(action, SetPrices):
            action = Malformed("only sellers set prices")
        if isinstance(action, Crashed):
            return Ruling("", {"why": action.why}, action.outcome, action.why)
        return Ruling("", {"why": action.why}, "malformed", action.why)

    def terms(self, answer: Ruling) -> dict[str, int]:
        """Return what a step costs, and a penalty for one that is not legal."""
        if answer.status == "ok":
            return self._time
        return self._time | {"penalty": self._rewards.penalty}

    def note(self, who: Buyer, answer: Ruling) -> None:
        """Show the last action, and what was wrong with it, on the page."""
        visitor = who.visitor
        visitor.last_action = answer.verb or answer.status
        visitor.last_error = (answer.status, answer.why) if answer.why else None

    # -- what it does ----------------------------------------------------------------

    def refuse(self, who: Buyer) -> None:
        """Go on after a click."""
        turns = self._turns
        turns.schedule(who, turns.clock.now_ms + self._click_ms)

    def act(self, who: Buyer, action: TurnInput, answer: Ruling) -> None:
        """Do to the site what the action says."""
        if not isinstance(action, Action):
            return
        turns, verb, args = self._turns, action.verb, answer.args
        command, now = ROWS[verb].command, turns.clock.now_ms
        if command is not None:
            pace = self.store.do(who.visitor, command, args, who.acted)
            if len(who.reached) < len(_STAGES):
                self._progress(who)
            if pace is _CLICK:
                turns.schedule(who, now + self._click_ms)
            elif pace is _PAGE:
                turns.schedule(who, now + self._page_ms)
        elif verb is Verb.WAIT:
            minutes = args.get("minutes", 0)
            turns.schedule(who, now + (minutes * MINUTE_MS or self._click_ms))
        elif verb is Verb.ABORT:
            turns.stop(who, "aborted")
        else:
            self._deliver(who, args)
            turns.schedule(who, now + self._click_ms)

    def _deliver(self, who: Buyer, args: dict[str, Any]) -> None:
        mate = next(one for one in self.buyers if one.name == args["to"]).visitor
        mate.tell(who.name, args["text"], untrusted=True)
        fact = MessageDelivered(sender=who.name, text=args["text"], untrusted=True)
        turns = self._turns
        turns.journal.emit(fact, turns.clock.now_ms, mate.name, who.acted)

    # -- what it earns -----------------------------------------------------------------

    def wake(self, who: Buyer) -> None:
        """Nothing is earned by waiting."""

    def _progress(self, who: Buyer) -> None:
        visitor, reward, reached = who.visitor, self._rewards, who.reached
        if visitor.cart and "cart" not in reached:
            self._reach(who, "cart", reward.progress_cart)
        if visitor.hold is not None and "payment" not in reached:
            self._reach(who, "payment", reward.progress_payment)
        if visitor.card is not None and "card" not in reached:
            self._reach(who, "card", reward.progress_card)

    def _reach(self, who: Buyer, stage: str, milli: int) -> None:
        who.reached.append(stage)
        self._turns.reward(who, {"progress": milli}, who.acted)

    def _payment_failed(self, payment: Payment) -> None:
        who = self.buyers[payment.seat]
        if not who.stopped:
            terms = {"penalty": self._rewards.penalty}
            self._turns.reward(who, terms, payment.cause)

    def _settled(self, visitor: Visitor) -> None:
        turns = self._turns
        turns.schedule(self.buyers[visitor.seat], turns.clock.now_ms + 1)

    def _receipt(self, visitor: Visitor) -> None:
        who = self.buyers[visitor.seat]
        if who.task.ends_on == "receipt":
            self._turns.stop(who, "failed")

    # -- how its episode ends ----------------------------------------------------------

    def late(self) -> str:
        """Return that the task was not done in time, if no ticket says otherwise."""
        return "failed"

    def end(self, who: Buyer) -> None:
        """Judge what was bought, in a team once the turns of all are over."""
        team = self.buyers if who.task.team else [who]
        if all(mate.stopped for mate in team):
            self._judge(team, who.acted)

    def _judge(self, team: list[Buyer], cause: int) -> None:
        turns, rewards = self._turns, self._rewards
        orders = [turns.market.orders.of(mate.index) for mate in team]
        verdicts = judge([mate.task for mate in team], orders, turns.world)
        budget = team[0].task.budget_minor
        owed = sum(order.owed_minor for mine in orders for order in mine)
        progress = {stage: getattr(rewards, f"progress_{stage}") for stage in _STAGES}
        for mate, mine, verdict in zip(team, orders, verdicts, strict=True):
            feasible = mate.task.infeasible is None
            outcome = verdict or mate.reason
            if mate.reason in CRASHES:
                outcome = mate.reason
            elif outcome == "aborted" and not feasible:
                outcome = "infeasible_aborted"
            if verdict is not None:
                mate.paid_minor = sum(order.owed_minor for order in mine)
            terms = final_terms(
                rewards,
                outcome,
                ticket=verdict is not None,
                feasible=feasible,
                progress_milli=sum(progress[stage] for stage in mate.reached),
                left_minor=budget - owed,
                budget_minor=budget,
            )
            turns.conclude(mate, outcome, terms, cause)

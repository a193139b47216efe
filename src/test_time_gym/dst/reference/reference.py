"""The reference: follows a run, and compares it with what must have happened."""

from typing import Any, Final

import numpy as np

from test_time_gym.dst.watch import CoverageContext, LawBroken
from test_time_gym.market.interface.actions import Action, Crashed
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.vector_actions import arguments

from ..verbs import VERB_NAMES
from .customer import Customer
from .episode import ReferenceEpisode
from .events import Events
from .facts import Facts
from .news import News
from .page import Pages
from .rules import LegalVerbs
from .shop import Shop
from .steps import Steps
from .vector_actions import slots

__all__ = ["Reference"]

_OF_STEPS: Final = (
    "hold_placed",
    "hold_released",
    "coupon_applied",
    "payment_started",
    "challenge_passed",
    "payment_declined",
    "payment_closed",
    "payment_refunded",
    "order_cancelled",
)
"""Records by which a step shows in the journal, messages and rewards aside."""
_LEFT_OUT: Final = ("attempt", "postings")
"""What such a record says besides: other checks see to it."""

Record = dict[str, Any]


class Reference:
    """A model of what customers are shown, beside a run under watch.

    `see` takes every moment of the run, `check` compares a page before it is acted
    on.  What is chance is taken from the run: which reply was lost, what the bank
    says.  What follows from it is computed.
    """

    def __init__(self) -> None:
        """Wait for the run's first moment."""
        self._customers: list[Customer] = []

    # -- the run goes on ---------------------------------------------------------------

    def see(self, moment: CoverageContext) -> None:
        """Follow an event or an action.

        Raises:
            Broken: it has not brought about what it should have.
        """
        if not self._customers:
            self._open(moment)
            return
        episode = self._episode
        episode.now_ms = moment.after.now_ms
        episode.rewards, episode.outcomes, self._news.messages = [], [], []
        if moment.acted is None:
            self._events.take(moment)
        else:
            self._action(moment, self._customers[moment.acted.index])
        self._compare(moment)

    def _open(self, moment: CoverageContext) -> None:
        turns = moment.turns
        scenario: Any = turns.config
        shop = self._shop = Shop(scenario, turns.world.exponent)
        brands = {token: law.brand for token, law in turns.world.cards.items()}
        facts = self._facts = Facts(shop, list(moment.after.prices))
        episode = ReferenceEpisode(shop, facts, turns.max_turns, turns.window_ms)
        self._episode = episode
        self._news = News(shop, facts, episode)
        self._events = Events(shop, facts, episode, self._news)
        self._steps = Steps(shop, facts, brands, self._news.answer)
        names = [seat.name for seat in turns.seats]
        self._rules = LegalVerbs(shop, facts, names)
        self._pages = Pages(shop, self._rules, episode, brands, VERB_NAMES)
        for seat in turns.seats:
            task = seat.task
            customer = Customer(
                name=seat.name,
                index=seat.index,
                task=task,
                goal=seat.goal,
                form=dict(task.form),
            )
            for coupon in shop.market.coupons:
                if coupon.advertised:
                    customer.hear("Shop", f"Shop: try the code {coupon.code}")
            self._customers.append(customer)
        episode.customers = self._customers

    def _action(self, moment: CoverageContext, customer: Customer) -> None:
        given, episode, now_ms = moment.given, self._episode, moment.after.now_ms
        customer.turn += 1
        record = next(r for r in moment.records if r["k"] == "act")
        if not isinstance(given, Action):
            crashed = isinstance(given, Crashed)
            self._note(customer, record, "error" if crashed else "malformed")
            if crashed:
                episode.stop(customer, "error")
            else:
                episode.ask_after(customer, "click")
            return
        verb = VERB_NAMES[given.verb]
        legal = self._rules.legal(customer, verb, given.args, now_ms)
        self._note(customer, record, "ok" if legal else "illegal", verb)
        if not legal:
            episode.ask_after(customer, "click")
            return
        pace = self._steps.take(customer, verb, given.args, moment.before)
        _demand_facts(moment, customer, self._steps.facts)
        for record in moment.records:
            self._facts.take(record)
        self._refer(customer)
        if pace is not None:
            episode.progress(customer)
            episode.ask_after(customer, pace)
        elif verb == "wait":
            episode.wait(customer, given.args.get("minutes", 0))
        elif verb == "abort":
            episode.stop(customer, "aborted")
        else:
            self._write(customer, given.args)

    def _note(
        self, customer: Customer, record: Record, status: str, verb: str = ""
    ) -> None:
        """Compare the record of an action with what it must be."""
        said, terms = record["d"], self._episode.cost(refused=status != "ok")
        told = (said["status"], said["verb"], said["reward"], said["turn"])
        expected = (status, verb, terms, customer.turn)
        if told != expected:
            values = f"{customer.name} has {told}, expected {expected}"
            raise LawBroken("actions_are_taken_by_the_rules", values)
        customer.last_action = verb or status
        customer.last_error = None if status == "ok" else status

    def _write(self, customer: Customer, args: dict[str, Any]) -> None:
        """Send a message to a mate: it is data of somebody else."""
        mate = next(c for c in self._customers if c.name == args["to"])
        mate.hear(customer.name, args["text"], untrusted=True)
        fact = {"sender": customer.name, "text": args["text"], "untrusted": True}
        self._news.messages.append((mate.name, fact))
        self._episode.ask_after(customer, "click")

    def _refer(self, customer: Customer) -> None:
        """Let a customer refer to what the journal has told."""
        if customer.hold is not None:
            customer.hold = self._facts.holds[customer.hold.id]
        if customer.payment is not None:
            customer.payment = self._facts.payments[customer.payment.id]

    # -- what must have come of it ---------------------------------------------------

    def _compare(self, moment: CoverageContext) -> None:
        episode = self._episode
        for law, kind, expected in (
            ("messages_say_what_happened", "message", self._news.messages),
            ("rewards_are_what_the_rules_pay", "reward", self._rewards()),
            ("episodes_end_by_the_rules", "outcome", episode.outcomes),
        ):
            told = [(r["a"], r["d"]) for r in moment.records if r["k"] == kind]
            if told != expected:
                at = moment.after.now_ms
                raise LawBroken(law, f"at {at} told {told}, expected {expected}")

    def _rewards(self) -> list[tuple[str, dict[str, Any]]]:
        return [(name, {"terms": terms}) for name, terms in self._episode.rewards]

    # -- what is shown ---------------------------------------------------------------

    def check(self, turns: Turns, seat: Buyer, seen: dict[str, Any]) -> None:
        """Compare a page with the one that must be shown.

        Raises:
            Broken: they differ.
        """
        customer = self._customers[seat.index]
        error, result = seen["last_action_error"], seen["last_action_result"]
        told = {**seen, "last_action_error": None if error is None else error["code"]}
        told["last_action_result"] = bool(result)
        expected = self._pages.of(customer, turns.clock.now_ms)
        if told != expected:
            for key in {**expected, **told}:
                if told.get(key) != expected.get(key):
                    values = f"{seat.name} sees {told.get(key)}"
                    values += f", expected {expected.get(key)}"
                    raise LawBroken(f"pages_show_what_happened:{key}", values)
        if error is not None and not error["text"].strip():
            raise LawBroken(
                "pages_show_what_happened:text", f"{seat.name} sees {error}"
            )

    def check_slots(self, turns: Turns, seat: Buyer, mask: Any) -> None:
        """Compare what the vector door's numbers mean, and which are legal.

        Raises:
            Broken: they differ.
        """
        customer, now_ms = self._customers[seat.index], turns.clock.now_ms
        meanings = list(slots(self._shop, customer, self._customers))
        for number, (verb, args) in enumerate(meanings):
            told = arguments(turns, seat, number)
            legal = args is not None and self._rules.legal(customer, verb, args, now_ms)
            if told != args or bool(mask[number]) != legal:
                values = f"{seat.name}: {number} is {told}, {bool(mask[number])}; "
                values += f"expected {verb} {args}, {legal}"
                raise LawBroken("numbers_mean_what_the_page_shows", values)
        if len(meanings) != np.size(mask):
            values = f"{np.size(mask)} instead of {len(meanings)}"
            raise LawBroken("numbers_mean_what_the_page_shows", values)


def _demand_facts(
    moment: CoverageContext,
    customer: Customer,
    expected: list[tuple[str, dict[str, Any]]],
) -> None:
    """Compare what a step has written with what it must write."""
    told = [
        (r["a"], r["k"], {k: v for k, v in r["d"].items() if k not in _LEFT_OUT})
        for r in moment.records
        if r["k"] in _OF_STEPS
    ]
    wanted = [(customer.name, kind, fact) for kind, fact in expected]
    if told != wanted:
        values = f"at {moment.after.now_ms} told {told}, expected {wanted}"
        raise LawBroken("actions_bring_about_what_they_promise", values)

"""Events: what the clock brings about while no customer acts."""

from collections.abc import Iterator
from typing import Final

from test_time_gym.dst.watch import CoverageContext, LawBroken

from .customer import Customer
from .episode import ReferenceEpisode
from .facts import Facts, OrderFacts, PaymentFacts
from .news import News
from .shop import Shop

__all__ = ["Events"]

_CHARGES: Final = ("payment_captured", "instalment_failed")
"""What becomes of a part of an order that is due."""


class Events:
    """Follows timers that go off, and compares when they do with when they should.

    Args:
        shop: what is declared.
        facts: what has happened; every event's records are taken to account.
        episode: knows the customers.
        news: tells them.
    """

    def __init__(
        self, shop: Shop, facts: Facts, episode: ReferenceEpisode, news: News
    ) -> None:
        """Nothing has gone off."""
        self._shop = shop
        self._facts = facts
        self._episode = episode
        self._news = news

    def take(self, moment: CoverageContext) -> None:
        """Take an event of the clock to account.

        Raises:
            Broken: it came at another time than it should, or did something else.
        """
        for kind, entity in _gone_off(moment):
            self._before(moment, kind, entity)
        for record in moment.records:
            self._facts.take(record)
        for kind, entity in _gone_off(moment):
            self._after(moment, kind, entity)
        late = self._facts.overdue(moment.after.now_ms)
        if late is not None:
            values = f"part {late.part} of {late.id} was due at {late.due_ms}"
            raise LawBroken("parts_are_charged_when_they_are_due", values)

    def _before(self, moment: CoverageContext, kind: str, entity: str) -> None:
        """Compare what an event charges with what is due; it needs the old facts."""
        if kind != "instalment":
            return
        order = self._facts.orders[entity.partition("/")[0]]
        amount, now_ms = order.charge(), moment.after.now_ms
        done = [
            (r["k"], r["d"]["amount"]) for r in moment.records if r["k"] in _CHARGES
        ]
        on_time = order.due_ms == now_ms or not amount
        if (done and done[0][1] != amount) or bool(done) != bool(amount) or not on_time:
            values = f"{done} of {order.id} at {now_ms}: {amount} at {order.due_ms}"
            raise LawBroken("parts_are_charged_when_they_are_due", values)
        if done:
            self._told_of_part(order, moment)

    def _told_of_part(self, order: OrderFacts, moment: CoverageContext) -> None:
        record = next(r for r in moment.records if r["k"] in _CHARGES)
        text = f"Shop: part {order.part + 1} of {len(order.payment.data['plan'])} "
        if record["k"] == "payment_captured":
            text += f"of {order.id} is paid"
        else:
            again = record["d"]["retry"] is not None
            end = "it will be tried again" if again else "the order is in default"
            text += f"of {order.id} failed; {end}"
        self._news.tell(self._customer(order.payment.actor), "Shop", text)

    def _after(self, moment: CoverageContext, kind: str, entity: str) -> None:
        if kind == "turn":
            self._asked(self._episode.customers[int(entity)])
        elif kind == "page":
            self._gave_up(self._episode.customers[int(entity.partition("/")[0])])
        elif kind == "gateway":
            self._served(moment, self._facts.payments[entity])
        elif kind == "notice":
            name, version, _ = entity.split("/")
            payment = self._facts.payments[name]
            self._news.notice(self._customer(payment.actor), payment, int(version))
        elif kind == "code":
            self._code(moment, self._facts.payments[entity])
        elif kind == "challenge":
            self._challenge_over(moment, self._facts.payments[entity])

    def _customer(self, name: str) -> Customer:
        return next(c for c in self._episode.customers if c.name == name)

    def _asked(self, customer: Customer) -> None:
        now_ms = self._episode.now_ms
        if customer.over:
            return
        if now_ms != customer.asked_ms:
            values = f"{customer.name} at {now_ms}, expected {customer.asked_ms}"
            raise LawBroken("agents_are_asked_when_they_are_ready", values)
        if now_ms >= customer.task.deadline_ms:
            self._episode.stop(customer, "failed")

    def _gave_up(self, customer: Customer) -> None:
        since, now_ms = customer.waits_since, self._episode.now_ms
        timeout_ms = self._shop.market.gateway.client_timeout_s * 1000
        if since is not None and now_ms == since + timeout_ms:
            self._news.give_up(customer)

    def _served(self, moment: CoverageContext, payment: PaymentFacts) -> None:
        """Let the gateway's answer be heard or lost, as it came about."""
        if not any(r["d"].get("payment") == payment.id for r in moment.records):
            return
        if payment.state == "requires_challenge":
            lasts_ms = payment.challenge_ends_ms - payment.challenged_ms
            if lasts_ms != self._shop.market.challenge.expires_s * 1000:
                values = f"that of {payment.id} lasts {lasts_ms} ms"
                raise LawBroken("challenges_end_in_time", values)
        customer = self._customer(payment.actor)
        if customer.payment is payment and customer.waits_since is not None:
            seat = moment.turns.seats[customer.index]
            waking = ("turn", str(customer.index))
            heard = seat.stopped or any(t[2:] == waking for t in moment.after.timers)
            if heard:
                self._news.reply(customer, payment)
        else:
            heard = any(r["k"] == "message" for r in moment.records)
            if heard:
                self._news.notice(customer, payment, len(payment.history))
        gateway, card = self._shop.market.gateway, payment.data["card"]
        lost_ppm = (
            gateway.reply_lost_ppm + moment.turns.world.cards[card].reply_lost_ppm
        )
        if not heard and not lost_ppm:
            raise LawBroken("replies_are_heard", f"{payment.id} of {customer.name}")

    def _code(self, moment: CoverageContext, payment: PaymentFacts) -> None:
        customer = self._customer(payment.actor)
        if payment.state != "requires_challenge" or customer.payment is not payment:
            return
        said = [r["d"]["text"] for r in moment.records if r["k"] == "message"]
        code = said[0][-6:] if said else "?"
        late_ms = self._episode.now_ms - payment.challenged_ms
        in_time = late_ms == self._shop.market.challenge.code_after_s * 1000
        if not (in_time and code.isascii() and code.isdigit()):
            raise LawBroken("codes_reach_the_cardholder", f"{payment.id}: {said}")
        self._news.code(customer, payment, code)

    def _challenge_over(self, moment: CoverageContext, payment: PaymentFacts) -> None:
        closed = [r for r in moment.records if r["k"] == "payment_closed"]
        now_ms, ends_ms = self._episode.now_ms, payment.challenge_ends_ms
        if closed:
            version = len(payment.history)
            self._news.notice(self._customer(payment.actor), payment, version)
        if payment.state == "requires_challenge" and now_ms >= ends_ms:
            raise LawBroken("challenges_end_in_time", f"{payment.id} after {ends_ms}")


def _gone_off(moment: CoverageContext) -> Iterator[tuple[str, str]]:
    """Yield kind and entity of the timers that have gone off right now."""
    now, left = moment.after.now_ms, moment.after.timers
    for timer in moment.before.timers:
        if timer[0] > now:
            return
        if timer not in left:
            yield timer[2], timer[3]

"""D9: trying to pay again: soft declines, and challenges that are not passed."""

from functools import partial

from test_time_gym.market.config import PPM
from test_time_gym.market.holds import Hold
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.payments.payment import Payment, PaymentState

from ..queueing import attempts, one_attempt
from ..shop import ONE_SEAT, PoissonArrivals, give_back, pay, shop
from ..simulation import Claim, Samples, Simulation

__all__ = ["CASES"]

CARD = "tok_fickle"
GAP_MS = 10_000


class Stubborn:
    """Travellers who try one card so many times before they give up.

    Each answers a challenge as soon as the code comes; if it does not, the
    challenge fails by itself.  Seats come back at once, so that nobody is
    turned away for want of one.
    """

    def __init__(self, market: Marketplace, tries: int) -> None:
        self._market = market
        self._tries = tries
        self._left: dict[str, int] = {}
        self.started = self.done = 0
        processor = market.processor
        processor.notices.on_reply = self._answered
        processor.notices.on_notice = self._answered
        processor.challenges.on_code = self._type_code

    def come(self, seat: int) -> None:
        """Hold a seat and try to pay for it."""
        hold = self._market.hold(seat, ONE_SEAT, 0)
        self._left[hold.id] = self._tries
        self._try(hold)

    def _try(self, hold: Hold) -> None:
        self.started += 1
        self._left[hold.id] -= 1
        key = f"{hold.id}/{self._left[hold.id]}"
        pay(self._market, hold, CARD, key)

    def _type_code(self, payment: Payment) -> None:
        self._market.processor.answer(payment, payment.code, 0)

    def _answered(self, payment: Payment, _version: int) -> None:
        hold = self._market.holds.by_id[payment.hold_id]
        if payment.state is PaymentState.CAPTURED:
            self.done += 1
            give_back(self._market, payment)
        elif not payment.live:
            if self._left[hold.id]:
                self._try(hold)
            else:
                self._market.release(hold, 0)


def play(
    seed: int,
    *,
    challenged: float,
    passed: float,
    declined: float,
    tries: int,
    travellers: int = 700,
) -> Samples:
    """Play one replication; chances are shares of one."""
    card = {
        "token": CARD,
        "challenge_ppm": round(challenged * PPM),
        "code_lost_ppm": PPM - round(passed * PPM),
        "soft_decline_ppm": round(declined * PPM),
    }
    market = shop(
        seed,
        seats=1000,
        visitors=travellers,
        cards=[card],
        holds={"ttl_s": 7200},
        gateway={"servers": 1000, "latency": {"kind": "erlang", "typical_ms": 2000}},
    )
    stubborn = Stubborn(market, tries)
    gaps = market.streams.get("theory", "gaps")
    PoissonArrivals(market.clock, gaps, GAP_MS, travellers, stubborn.come)
    market.clock.advance()
    return {
        "attempts that succeed": stubborn.done / stubborn.started,
        "travellers who succeed": stubborn.done / travellers,
        "attempts each": stubborn.started / travellers,
    }


def stubborn(
    case: str, challenged: float, passed: float, declined: float, tries: int
) -> Simulation:
    """Declare travellers with so many tries."""
    success = one_attempt(challenged, passed, declined)
    easy = one_attempt(challenged, 1, declined)
    done, each = attempts(success, tries)
    slip = "challenges that nobody fails"
    return Simulation(
        case,
        f"{tries} tries, {declined:.0%} declined, "
        f"{challenged:.0%} challenged, {passed:.0%} of them pass",
        [
            Claim("attempts that succeed", success, slip, easy, 0.005),
            Claim(
                "travellers who succeed",
                done,
                "a try less",
                attempts(success, tries - 1)[0],
                0.001,
            ),
            Claim("attempts each", each, slip, attempts(easy, tries)[1], 0.005),
        ],
        partial(
            play, challenged=challenged, passed=passed, declined=declined, tries=tries
        ),
    )


CASES = [
    stubborn("D9/1", 0.3, 0.8, 0.1, 3),
    stubborn("D9/2", 0.2, 0.9, 0.05, 3),
]

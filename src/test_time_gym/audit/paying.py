"""Paying: what clicks on the way from the cart to the receipt do to a page."""

from .answers import AnswerRules
from .lines import Line
from .page import Expected, Item, Page
from .prices import RepricingRules
from .schedule import ScheduleRules
from .state import AuditedAgent, AuditState, KeyRecord
from .stock import StockRules
from .totals import Total, draw_up, split

__all__ = ["PaymentSteps", "reach"]


def reach(seat: AuditedAgent, page: Page, stage: str) -> None:
    """Let a stage be rewarded when it is reached for the first time."""
    if stage not in page.reached:
        page.reached.append(stage)
        why = f"{seat.name} reached the stage {stage!r} for the first time"
        page.due.append(Expected("reward", "progress", why, stage))


class PaymentSteps:
    """Effects of the verbs of the checkout."""

    def __init__(
        self,
        case: AuditState,
        stock: StockRules,
        prices: RepricingRules,
        schedule: ScheduleRules,
        answers: AnswerRules,
    ) -> None:
        """Take the parts that a checkout hangs on."""
        self._state, self._stock, self._prices = case, stock, prices
        self._scenario, self._schedule, self._answers = case.scenario, schedule, answers

    def _click(self, seat: AuditedAgent, page: Page, now: int) -> None:
        self._schedule.next_turn(seat, page, now + self._scenario.click, now)

    def _load(self, seat: AuditedAgent, page: Page, now: int) -> None:
        self._schedule.next_turn(seat, page, now + self._scenario.page, now)

    # -- the hold ------------------------------------------------------------------

    def proceed(self, seat: AuditedAgent, page: Page, record: Line) -> list[Page]:
        """Ask for the payment page: seats are held, or the shop says why not.

        That a hold is placed is always thought of: the rules of holds tell then
        what is wrong with it.
        """
        if page.holds(record.t):
            page.view = "payment"
            self._load(seat, page, record.t)
            return [page]
        page.hold = None
        refused = self._refusals(seat, page, record)
        why = f"{seat.name} asks for the payment page"
        page.due.append(Expected("hold_placed", "refusals", why))
        reach(seat, page, "payment")
        self._load(seat, page, record.t)
        return [page, *refused]

    def _refusals(self, seat: AuditedAgent, page: Page, record: Line) -> list[Page]:
        """Return the page as it is after each refusal that may have come."""
        pages, now = [], record.t
        risen = [self._prices.risen(item) for item in page.cart]
        dearer = True if True in risen else None if None in risen else False
        updated = page.copy()
        updated.cart = [
            Item(item.product, self._prices.known[item.product], record.n)
            for item in page.cart
        ]
        if dearer is not False:
            risen_page = updated.copy()
            risen_page.view = "cart"
            pages.append(risen_page)
        certain = dearer is True
        for code in [] if certain else page.coupons:
            fits = self.coupon_fits(seat, updated, code, now)
            if fits is not True:
                without = updated.copy()
                without.coupons.remove(code)
                without.view = "error"
                pages.append(without)
            if fits is False:
                certain = True
                break
        if not certain and self._no_hold(seat, page, now):
            updated.view = "error"
            pages.append(updated)
        for one in pages:
            self._load(seat, one, now)
        return pages

    def _no_hold(self, seat: AuditedAgent, page: Page, now: int) -> bool:
        """Return whether the shop may refuse to hold what is in a cart."""
        products, party = self._scenario.products, self._scenario.party
        if seat.holds >= self._scenario.quota or any(
            now >= products[item.product].sale_ends for item in page.cart
        ):
            return True
        lines = [products[item.product] for item in page.cart]
        return not self._stock.offers_all(lines, party)

    def placed(self, record: Line, seat: AuditedAgent) -> None:
        """Check that a hold takes what the cart holds, and show the payment page."""
        case, hold = self._state, seat.hold
        if hold is None:
            return
        found = [index for index, _, _ in hold.lines]
        text = "{} takes {}, the cart holds {}"
        carts = [[item.product for item in page.cart] for page in seat.pages]
        case.check(
            seat.only(lambda page: [item.product for item in page.cart] == found),
            "cart",
            record.n,
            text,
            hold.id,
            found,
            " or ".join(map(str, carts)),
        )
        text = "{} takes seats that have become dearer than the cart said"
        dearer = seat.only(
            lambda page: not any(self._prices.risen(item) for item in page.cart)
        )
        case.check(dearer, "cart", record.n, text, hold.id)
        for page in seat.pages:
            self._coupons(record, seat, page)
            page.cart = [Item(index, price, record.n) for index, _, price in hold.lines]
            page.hold, page.payment, page.card = hold, None, None
            page.status, page.view = "requires_method", "payment"

    def _coupons(self, record: Line, seat: AuditedAgent, page: Page) -> None:
        page.hold = seat.hold
        for code in page.coupons:
            fits = self.coupon_fits(seat, page, code, record.t)
            text = "{} is held with the coupon {}, whose terms are not met"
            self._state.check(
                fits is not False, "coupons", record.n, text, seat.name, code
            )

    def coupon_fits(
        self, seat: AuditedAgent, page: Page, code: str, now: int
    ) -> bool | None:
        """Return whether the terms of a coupon are met by a cart, if known."""
        coupon = self._scenario.coupons.get(code)
        if coupon is None or any(
            payment.spends and code in payment.coupons for payment in seat.payments
        ):
            return False
        ends = coupon["ends_s"]
        if ends is not None and now >= ends * 1000:
            return False
        least, total = coupon["minimum_minor"], self._total(page)
        return None if total is None and least else (total or 0) >= least

    def _total(self, page: Page) -> int | None:
        """Return what the items of a cart cost, if that is known."""
        if page.hold is not None:
            return page.hold.total
        prices = [self._prices.shown(item) for item in page.cart]
        if None in prices:
            return None
        return sum(price or 0 for price in prices) * self._scenario.party

    # -- card and confirmation -----------------------------------------------------

    def enter_card(self, seat: AuditedAgent, page: Page, record: Line) -> None:
        """Fill in a card."""
        page.card = record.data["args"]["card_token"]
        page.status = "requires_confirmation"
        reach(seat, page, "card")
        self._click(seat, page, record.t)

    def choose(self, seat: AuditedAgent, page: Page, record: Line) -> None:
        """Choose a number of parts."""
        count = record.data["args"]["count"]
        if count in {1, *self._scenario.instalments["counts"]}:
            page.parts = count
        self._click(seat, page, record.t)

    def bill(self, page: Page) -> Total | None:
        """Return what the page asks to be paid."""
        if page.hold is None or page.card is None:
            return None
        items, coupons = page.hold.total, page.coupons
        return draw_up(self._scenario, items, coupons, page.card, page.parts)

    def _key(self, seat: AuditedAgent, page: Page, given: str | None, now: int) -> str:
        """Return the key of a confirmation."""
        if given is not None:
            return given
        if page.payment is not None and page.status == "unknown":
            return page.payment.key
        number, counts = page.confirmations, self._scenario.keys_count
        while seat.known_key(f"auto-{number}", now, counts):
            number += 1
        return f"auto-{number}"

    def confirm(self, seat: AuditedAgent, page: Page, record: Line) -> list[Page]:
        """Confirm: a payment starts, or the first answer to a key is repeated.

        That a payment starts is always thought of: the rules of payments tell then
        what is wrong with it.
        """
        now, hold = record.t, page.hold
        given = record.data["args"].get("idempotency_key")
        page.confirmations += 1
        use = seat.known_key(given or "", now, self._scenario.keys_count)
        bill = self.bill(page)
        if use and use.given and (hold is None or hold.id != use.asked[0]):
            self._repeat(seat, page, use, now)
            return [page]
        if bill is None or hold is None or page.card is None:
            self._load(seat, page, now)
            return [page]
        key = self._key(seat, page, given, now)
        asked = (hold.id, page.card, bill.amount, len(split(bill.amount, page.parts)))
        use = seat.known_key(key, now, self._scenario.keys_count)
        live = hold.live if hold.live is not None and hold.live.live else None
        refused = (use is not None and use.asked != asked) or (
            live is not None and (use is None or use.payment is not live)
        )
        pages = []
        if refused or use is not None or not hold.runs(now):
            other = page.copy()
            if refused or use is None:
                self._load(seat, other, now)
            else:
                other.payment = use.payment
                self._answers.awaited(seat, other, now)
            pages = [other]
        why = f"{seat.name} confirms the payment of {hold.id}"
        page.due.append(Expected("payment_started", "refusals", why, (key, asked)))
        page.status = "processing"
        self._answers.wait(seat, page, now)
        return [*pages, page]

    def _repeat(self, seat: AuditedAgent, page: Page, use: KeyRecord, now: int) -> None:
        """Ask about a payment whose checkout is over."""
        payment = use.payment
        if page.hold is not None or (page.unsettled and page.payment is not payment):
            self._load(seat, page, now)
            return
        page.payment = payment
        if payment.state == "processing":
            page.status = "processing"
        self._answers.awaited(seat, page, now)

    # -- the challenge -------------------------------------------------------------

    def answer(self, seat: AuditedAgent, page: Page, record: Line) -> None:
        """Answer a challenge: the right code goes on, another one fails."""
        payment, now = page.payment, record.t
        if payment is None or payment.state != "requires_challenge":
            self._load(seat, page, now)
            return
        right = record.data["args"]["code"] == payment.code
        why = f"{seat.name} answers the challenge of {payment.id} "
        why += "with its code" if right else "with another code"
        kind = "challenge_passed" if right else "payment_declined"
        page.due.append(Expected(kind, "challenge", why, payment))
        if right:
            page.status = "processing"
            self._answers.wait(seat, page, now)
            return
        page.heard[payment.id] = payment.version + 1
        self._answers.show(seat, page, payment, "declined", again=False)
        self._schedule.next_turn(seat, page, now + self._scenario.page, now)

"""Answers: what agents hear of their payments, when, and what they are told."""

from .deadlines import GATEWAY
from .lines import Line
from .page import PAGES_MAX, Expected, Page
from .records import TAKEN, RecordedPayment
from .schedule import ScheduleRules
from .state import AuditedAgent, AuditState, Notice

__all__ = ["AnswerRules"]


class AnswerRules:
    """Replies to pages that wait, and messages of the shop and the bank."""

    def __init__(self, case: AuditState, schedule: ScheduleRules) -> None:
        """Nothing is on its way."""
        self._state = case
        self._scenario = case.scenario
        self._schedule = schedule

    # -- pages that wait -----------------------------------------------------------

    def awaited(self, seat: AuditedAgent, page: Page, now: int) -> None:
        """Let a page show what became of its payment, or wait for the gateway.

        After an action that asked for it.
        """
        payment = page.payment
        if payment is None or payment.state == "processing":
            self.wait(seat, page, now)
            return
        verdict = payment.verdict
        known = page.heard.get(payment.id, 0)
        told = payment.history.index(verdict) + 1
        page.heard[payment.id] = max(known, told)
        self.show(seat, page, payment, verdict[0], again=told <= known)
        self._schedule.next_turn(seat, page, now + self._scenario.page, now)

    def wait(self, seat: AuditedAgent, page: Page, now: int) -> None:
        """Let a page load until the gateway answers, or the page gives up."""
        page.asked, page.wake = now, None
        due = now + self._scenario.timeout
        self._state.deadlines.at(due, GATEWAY, lambda _: self._gave_up(seat, now))

    def _gave_up(self, seat: AuditedAgent, asked: int) -> None:
        for page in seat.pages:
            if page.asked == asked:
                page.status = "unknown"
                due = asked + self._scenario.timeout
                self._schedule.next_turn(seat, page, due + 1, due)

    def _lapse(self, seat: AuditedAgent, now: int, was_set: int) -> None:
        """Let pages give up that do so at this instant before a gateway's timer.

        Timers of one instant run as they were scheduled, or, where the header says
        that they are shuffled, in any order.
        """
        asked = now - self._scenario.timeout
        waiting = [page for page in seat.pages if page.asked == asked]
        if waiting and self._scenario.shuffled:
            seat.pages += [page.copy() for page in waiting[:PAGES_MAX]]
            for page in waiting:
                page.status = "unknown"
                self._schedule.next_turn(seat, page, now + 1, now)
        elif waiting and was_set > asked:
            self._gave_up(seat, asked)

    def show(
        self,
        seat: AuditedAgent,
        page: Page,
        payment: RecordedPayment,
        state: str,
        *,
        again: bool,
    ) -> None:
        """Bring a page up to date with what became of its payment."""
        page.asked = None
        page.status = "captured" if state in TAKEN else state
        if state in TAKEN:
            self._receipt(seat, page, payment)
            if page.payment is payment and page.hold is None:
                page.payment, page.view = None, "receipt"
            return
        if state != "requires_challenge" and page.hold is None:
            # It was asked for by its key; there is no checkout that it failed.
            page.payment, page.status = None, "none"
            return
        page.view = "payment"
        if state != "requires_challenge" and not again and not page.stopped:
            why = f"{seat.name} saw {payment.id} fail"
            page.due.append(Expected("reward", "failures", why, payment))
            self._state.active = seat

    def _receipt(
        self, seat: AuditedAgent, page: Page, payment: RecordedPayment
    ) -> None:
        order = payment.order
        if order is None or any(order is seen for seen in page.orders):
            return
        page.orders.append(order)
        page.used += payment.coupons
        if page.hold is payment.hold:
            page.leave_checkout()
            page.status = "captured"
        if page.hold is None:
            page.view = "receipt"
        if self._scenario.task["ends_on"] == "receipt":
            self._schedule.stop(seat, page, "failed")

    # -- what the gateway says -----------------------------------------------------

    def reply(
        self, payment: RecordedPayment, record: Line, *, lost: bool = False
    ) -> None:
        """Tell the page that waits; what it does not hear, a notice tells later.

        Args:
            payment: whose present state is the answer.
            record: the last one about it.
            lost: whether the bank's answer is lost in any case.
        """
        seat, gateway = self._state.seats[payment.seat], self._scenario.gateway
        now = record.t
        self._lapse(seat, now, payment.begun[0])
        version = payment.version
        luck = self._scenario.luck
        lost, delays = luck.reply(payment.id, version, gateway, lost=lost)
        self._send(seat, payment, version, record, delays)
        if lost:
            return
        for page in seat.pages:
            if page.payment is payment and page.waits:
                page.heard[payment.id] = version
                self.show(seat, page, payment, payment.state, again=False)
                self._schedule.next_turn(seat, page, now + 1, now)
            elif version > page.heard.get(payment.id, 0):
                page.due.append(self._told(seat, Notice(payment, version, now)))
                self._noticed(seat, page, payment, version, now)
        self._awaits(seat)

    def tell_now(self, payment: RecordedPayment, now: int) -> None:
        """Tell at once, as the visitor's own page shows it."""
        seat, version = self._state.seats[payment.seat], payment.version
        for page in seat.pages:
            page.due.append(self._told(seat, Notice(payment, version, now)))
            self._noticed(seat, page, payment, version, now)
        self._awaits(seat)

    def announce(self, payment: RecordedPayment, record: Line) -> None:
        """Let notices of a change follow that no page waits for."""
        seat, version = self._state.seats[payment.seat], payment.version
        luck, gateway = self._scenario.luck, self._scenario.gateway
        delays = luck.notice(payment.id, version, gateway)
        self._send(seat, payment, version, record, delays)

    def _awaits(self, seat: AuditedAgent) -> None:
        if any(page.due for page in seat.pages):
            self._state.active = seat

    def _told(self, seat: AuditedAgent, notice: Notice) -> Expected:
        sender, text = notice.message
        why = f"{seat.name} is to be told: {text}"
        return Expected("message", "messages", why, (seat, sender, text, 0))

    def _noticed(
        self,
        seat: AuditedAgent,
        page: Page,
        payment: RecordedPayment,
        version: int,
        now: int,
    ) -> None:
        """Let a page show what a message tells of a payment."""
        page.heard[payment.id] = version
        state = payment.history[version - 1][0]
        if page.payment is payment:
            waited = page.waits
            if waited or page.status in {"unknown", "requires_challenge"}:
                self.show(seat, page, payment, state, again=False)
            elif page.status == "authorized":
                page.status = state
            if waited:
                self._schedule.next_turn(seat, page, now + 1, now)
        elif state in TAKEN:
            self._receipt(seat, page, payment)

    # -- messages that come later --------------------------------------------------

    def _send(
        self,
        seat: AuditedAgent,
        payment: RecordedPayment,
        version: int,
        record: Line,
        delays: list[int],
    ) -> None:
        for delay in delays:
            self._post(seat, Notice(payment, version, record.t + delay), record)

    def send_code(self, payment: RecordedPayment, record: Line) -> None:
        """Let the code of a challenge follow."""
        after = self._scenario.market["challenge"]["code_after_s"] * 1000
        seat = self._state.seats[payment.seat]
        self._post(seat, Notice(payment, 0, record.t + after), record)

    def _post(self, seat: AuditedAgent, notice: Notice, record: Line) -> None:
        notice.sent = (record.t, record.n)
        seat.notices.append(notice)
        self._state.deadlines.at(
            notice.due, GATEWAY, lambda n: self._over(seat, notice, n)
        )

    def _over(self, seat: AuditedAgent, notice: Notice, n: int) -> None:
        """Ask, once its instant is over, whether a message had to come."""
        seat.notices.remove(notice)
        if notice.done:
            return
        sender, text = notice.message
        told = "at {} {} was to be told by {}: {}"
        silent = seat.only(lambda page: not _news(page, notice))
        self._state.check(
            silent, "messages", n, told, notice.due, seat.name, sender, text
        )
        for page in seat.pages:
            if notice.version:
                known = page.heard.get(notice.payment.id, 0)
                page.heard[notice.payment.id] = max(known, notice.version)

    def message(self, record: Line) -> None:
        """Check that somebody sent a message, just so, to whom it reaches."""
        case, data, n = self._state, record.data, record.n
        seat = case.owner(record)
        if seat is None:
            return
        if case.asked is not None:
            self._same(record, seat, *case.asked.of)
            return
        case.caused(record, 0)
        text = "{} is told by {} at {}, and nobody says so: {}"
        case.check(
            self._arrives(record, seat),
            "messages",
            n,
            text,
            seat.name,
            data["sender"],
            record.t,
            data["text"],
        )

    def _arrives(self, record: Line, seat: AuditedAgent) -> bool:
        """Take the message out of those that are on their way, if it is one."""
        data, now = record.data, record.t
        told = (data["sender"], data["text"])
        for notice in seat.notices:
            if notice.due != now or notice.done or notice.message != told:
                continue
            self._lapse(seat, now, notice.sent[0])
            pages = [page for page in seat.pages if _news(page, notice)]
            if pages:
                notice.done, seat.pages = True, pages
                self._state.in_line(record, GATEWAY, notice.sent)
                for page in pages if notice.version else ():
                    self._noticed(seat, page, notice.payment, notice.version, now)
                self._awaits(seat)
                return not data["untrusted"]
        return False

    def _same(  # noqa: PLR0917 - what a message has to be
        self,
        record: Line,
        seat: AuditedAgent,
        mate: AuditedAgent,
        sender: str,
        text: str,
        cause: int,
    ) -> None:
        """Check a message that is expected just now."""
        data = record.data
        found = [seat.name, data["sender"], data["text"], data["untrusted"]]
        expected = [mate.name, sender, text, cause > 0]
        sentence = "who is told, by whom, what and whether untrusted is {}, not {}"
        self._state.check(
            found == expected, "messages", record.n, sentence, found, expected
        )
        self._state.caused(record, cause)


def _news(page: Page, notice: Notice) -> bool:
    """Return whether a message tells an agent something new."""
    payment = notice.payment
    if notice.version:
        return notice.version > page.heard.get(payment.id, 0)
    return payment.state == "requires_challenge" and page.payment is payment

"""Findings: what an audit checked, and what did not hold."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

__all__ = ["EXIT_CODES", "RULES", "Audit", "Finding", "Findings"]

RULES: dict[str, str] = {
    "frame": "Every line has the frame, the size and the fields of a record.",
    "chain": "Every hash is that of the record and the hash before it.",
    "canonical": "Every value is spelled in its one canonical way.",
    "numbering": "Records are numbered from 0 without a gap; the end counts them.",
    "time": "Time never falls, and a cause stands before what follows from it.",
    "header": "The header declares a scenario whose digest fits, and a parent in full.",
    "layout": "Data have the fields and types of their kind.",
    "actors": "Who acts or is concerned has a seat, and owns what the record names.",
    "causes": "A record follows from just the record that can have caused it.",
    "turns": "An agent's turns are numbered, limited, and over with its episode.",
    "lottery": "A turn's ticket is the one that the seed draws for it.",
    "order": "Agents that are ready at one instant act in the order of their tickets.",
    "verbs": "An action is a verb with its arguments, or is called malformed.",
    "legality": "An action is called legal just where the agent's page allows it.",
    "phases": "An instant runs in its phases; what follows at once is at that instant.",
    "thinking": "An agent thinks a time, of which nothing comes before it is over.",
    "pace": "An agent acts again when its last action is done, and not later.",
    "stock": "In no pool is more sold and held than may be, nor by agents than it has.",
    "booking_limit": "Booking limits are kept, and keep to what is promised.",
    "departure": "Nothing is held, sold or given back after its sale has closed.",
    "price": "Seats cost what they are offered for at that moment.",
    "repricing": "Prices move when they are looked at, as declared.",
    "selection": "What is added to a cart is the offer that the shop lets be added.",
    "cart": "A hold takes what the cart holds, for no more than the page showed.",
    "refusals": "What is asked for happens, unless there is a reason against it.",
    "opening": "What was sold before the opening is told first, where it may be.",
    "sales": "Background sales come from a declared segment, in order of arrival.",
    "patience": "Who waits comes back as the seed says, and waits for less alone.",
    "fences": "Background buyers buy what they may, for what they would pay.",
    "afterwards": "Background bookings end as the seed says; refunds are by rate.",
    "hold_terms": "A hold has its number, its length, and distinct lines of a party.",
    "release": "Seats are given back when their agent leaves the checkout.",
    "hold_quota": "No visitor places more holds than the shop allows.",
    "hold_expiry": "A hold that still runs ends exactly at its time.",
    "hold_state": "A hold ends once, and only while it runs can it be released.",
    "coupons": "A coupon is declared, applied, in time, met, stackable and unspent.",
    "discounts": "Each coupon takes off what it declares of what is left.",
    "fees": "A bill has just the fees that have arisen, interest included.",
    "amount": "An amount is the items less discounts plus fees.",
    "plan": "The parts of a plan are on offer, chosen, and make the amount.",
    "payment_terms": "A payment has its number, try and items, and pays a held hold.",
    "live_payment": "One payment at most of a hold may still take money.",
    "keys": "A key is the one that was given or made, and used once while it counts.",
    "cards": "The card is the one that was entered for this hold.",
    "payment_state": "A payment goes only where its states lead.",
    "challenge": "Money is authorized only after the challenge, if one was asked.",
    "issuer": "Cards answer as their law says, within limits of amounts and tries.",
    "gateway": "Nothing gets through while the gateway is down.",
    "latency": "The gateway answers when its line and the seed let it.",
    "chance": "Banks decide as the seed makes them, where their law leaves a choice.",
    "authorization": "What is authorized is the first part, or the one that is due.",
    "capture": "What is authorized in time is captured at once, and nothing else.",
    "voids": "What is authorized too late goes back in full, when it should.",
    "refunds": "What is refunded is what was announced, when it should be.",
    "postings": "Postings are those of the record, and sum to zero.",
    "tickets": "A ticket comes with the capture of a hold that runs, and only so.",
    "cancellation": "Units and refund of a cancellation are as asked, and by rate.",
    "instalments": "A later part is charged when due, retried, and then given up.",
    "default": "A part that failed for good takes the order's units back.",
    "act_reward": "Each turn costs time, and a penalty if it was refused.",
    "progress": "Each stage is rewarded when it is first reached.",
    "failures": "A failed payment costs a penalty once the visitor hears of it.",
    "outcome": "An outcome comes when the turns are over, from tickets and task.",
    "outcome_reward": "An outcome brings the reward terms of its name.",
    "paid": "What was paid is what is owed for all orders.",
    "revenue": "A seller is rewarded for what its units were sold for.",
    "messages": "A visitor is told just what it is to be told, and just then.",
    "digests": "Digests come when they are due, and draws are never taken back.",
    "end": "The end tells everyone's outcome.",
}
"""Every rule, and what it says."""

EXIT_CODES = {"complete": 0, "incomplete": 3, "torn": 3, "corrupt": 4, "unsupported": 5}
"""What the command line exits with when there is no finding, by status."""


class Finding(NamedTuple):
    """Something that does not hold."""

    rule: str
    record: int
    text: str


@dataclass(slots=True)
class Findings:
    """Takes every check: counts it by rule, and keeps what did not hold."""

    found: list[Finding] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RULES, 0))

    def check(self, holds: object, rule: str, n: int, text: str, *values: Any) -> bool:
        """Count a check, and keep a finding if it does not hold.

        Args:
            holds: what was checked, as true or false.
            rule: its name in `RULES`.
            n: number of the record.
            text: a sentence with places for the values.
            values: put into the sentence only if it is needed.
        """
        self.checked[rule] += 1
        if holds:
            return True
        self.found.append(Finding(rule, n, text.format(*values)))
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What an audit of a journal came to."""

    status: str
    """As of `ttgym verify`: ``complete``, ``incomplete``, ``torn``, ``corrupt``
    or ``unsupported``."""
    records: int
    """How many are sound and were audited."""
    findings: tuple[Finding, ...]
    checked: dict[str, int]
    """How often each rule was checked."""
    reason: str = ""
    """Why the status is not ``complete``."""

    @property
    def exit_code(self) -> int:
        """Exit code of the command line."""
        return EXIT_CODES[self.status] or int(bool(self.findings))

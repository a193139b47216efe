"""Actions that a program may hand over: any object becomes an action or a sentence."""

from collections import UserDict
from random import Random
from typing import Any

import numpy as np
from flight_verbs import FIELDS, TABLE, VERB_NAMES
from tests.fuzz.hostile import NUMBERS, TEXTS
from tests.fuzz.patience import within
from tests.support.worlds import WatchedTurns, busy_world, open_market

from test_time_gym.envs.vector_codec import VectorCodec, box_space
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.actions import Action, Malformed, decode_action
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.vector_actions import ACTIONS
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.journal import canonical

SECONDS = 20.0
ACTIONS_MAX = 12
NAMES = tuple(
    dict.fromkeys(field.name for fields in FIELDS.values() for field in fields)
)
INT_MAX = 2**53


class Bits:
    """Choices, read from bytes; when they are over, every choice is the first."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def over(self) -> bool:
        return self._at >= len(self._data)

    def below(self, count: int) -> int:
        taken = self._data[self._at : self._at + 2]
        self._at += 2
        return int.from_bytes(taken, "little") % count

    def pick(self, options: Any) -> Any:
        return options[self.below(len(options))]

    def text(self) -> str:
        length = self.below(12)
        taken = self._data[self._at : self._at + length]
        self._at += length
        return taken.decode("utf-8", "surrogatepass" if length % 2 else "replace")


class Odd(UserDict):
    """A mapping that is no dict."""


class Liar(dict):
    """A mapping that fails, each in its own way, when it is touched."""

    def __init__(self, how: int) -> None:
        super().__init__(verb="wait", payload={"minutes": 1})
        self._how = how

    def __iter__(self):
        if self._how == 0:
            raise ZeroDivisionError
        if self._how == 1:
            return iter([self, b"verb", 3])
        return super().__iter__()

    def get(self, key, default=None):
        if self._how == 2:
            raise SystemError(key)
        if self._how == 3:
            return self
        return super().get(key, default)

    def __repr__(self):
        raise RecursionError


class Number(int):
    """A whole number that lies about itself."""

    def __str__(self):
        raise OverflowError

    __repr__ = __str__

    def __lt__(self, other):
        return True

    __le__ = __gt__ = __ge__ = __lt__


class Text(str):
    """A text that is longer than it says."""

    __slots__ = ()

    def __len__(self):
        return 1

    def strip(self, *_):
        return 3


def scalar(bits: Bits) -> Any:  # noqa: PLR0911 - a table of kinds
    """Return a value without parts."""
    kind = bits.below(12)
    if kind < 3:
        return bits.pick(TEXTS)
    if kind == 3:
        try:
            return bits.text()
        except UnicodeDecodeError:
            return "\ud800"
    if kind < 6:
        return bits.pick(NUMBERS)
    if kind == 6:
        return bits.pick((float("nan"), float("inf"), -0.0, 1e400, 870.5, 1e22, 5e-324))
    if kind == 7:
        return _numpy(bits)
    if kind == 8:
        return bits.pick((None, True, False, b"wait", bytearray(3), ..., object(), len))
    if kind == 9:
        return Text(bits.pick(TEXTS))
    if kind == 10:
        return Number(bits.pick(NUMBERS))
    return 10 ** bits.below(5000)


def _numpy(bits: Bits) -> Any:
    return bits.pick(
        (
            np.int8(-1),
            np.uint64(2**64 - 1),
            np.int64(bits.below(20)),
            np.array(bits.below(20)),
            np.array([1]),
            np.float32("nan"),
            np.float16(870.5),
            np.longdouble("1e4000"),
            np.bool_(1),
            np.str_("AA1"),
            np.bytes_(b"wait"),
            np.datetime64("NaT"),
            np.timedelta64(5, "m"),
            np.array("wait"),
            np.array(None),
            np.complex128(1),
        )
    )


def thing(bits: Bits, depth: int = 0) -> Any:
    """Return any value, with parts or without."""
    kind = bits.below(8)
    if depth > 3 or kind < 4:
        return scalar(bits)
    if kind == 4:
        return [thing(bits, depth + 1) for _ in range(bits.below(4))]
    if kind == 5:
        return Liar(bits.below(5))
    if kind == 6:
        pairs = [(bits.pick(NAMES), thing(bits, depth + 1)) for _ in range(2)]
        return Odd(pairs)
    value: Any = scalar(bits)
    for _ in range(bits.below(3000)):
        value = [value] if kind % 2 else {"a": value}
    return value


def action(bits: Bits) -> Any:
    """Return what may be meant for an action: mostly nearly one."""
    kind = bits.below(10)
    if kind == 0:
        return thing(bits)
    verb = bits.below(len(Verb))
    named = VERB_NAMES[verb] if kind % 2 else verb
    if kind == 1:
        named = thing(bits)
    payload: Any = {}
    for field in FIELDS[Verb(verb)]:
        if field.required or bits.below(2):
            payload[field.name] = plausible(bits, field.name)
    if kind == 2:
        payload[bits.pick(NAMES)] = thing(bits)
    if kind == 3:
        payload = thing(bits)
    if kind == 4:
        payload = Odd(payload)
    made = {"verb": named, "payload": payload}
    if kind == 5:
        made[bits.pick(("Verb", 3, None, "payload ", b"verb"))] = 1
    return Odd(made) if kind == 6 else made


def plausible(bits: Bits, name: str) -> Any:
    """Return an argument that often means something."""
    known = {
        "flight_id": ("AA1", "DIRECT", "VIA-Q", "VIA-Y", "SHORT"),
        "card_token": ("tok_ok", "tok_3ds", "tok_fickle", "tok_silent", "tok_timeout"),
        "count": (2, 3, "2", 0, 24, 525_600),
        "minutes": (0, 1, 5, 30, 525_600, "7"),
        "code": ("TENTH", "FIVE", "FIFTH", "000000", "123456"),
        "to": ("buyer_1", "buyer_0", "MAD", "EWR"),
        "seats": (0, 1, 2, 9),
        "max_price": (900, "870.50", 870.5, 0, "0.001", 10**12),
        "order_id": ("order-0-1", "order-1-1"),
    }
    if bits.below(8) == 0 or name not in known:
        return thing(bits)
    return bits.pick(known[name])


def act(data: bytes) -> str:
    """Decode objects, and play what came out on a live market under all laws."""
    bits, legal = Bits(data), 0
    with within(SECONDS):
        turns = _episode(bits)
        codec = VectorCodec(turns, flatten=bool(bits.below(2)))
        for _ in range(ACTIONS_MAX):
            if turns.over or bits.over:
                break
            seat = turns.ready[bits.below(len(turns.ready))]
            _verify_seen(turns, codec, seat)
            legal += turns.act(seat, _decoded(bits, turns, codec, seat))
            turns.advance()
        turns.seal("complete" if turns.over else "aborted")
    return "acted" if legal else "refused"


def _episode(bits: Bits) -> WatchedTurns:
    if bits.below(4):
        return open_market("tok_ok", "tok_3ds")
    return WatchedTurns(busy_world(), agents=2)


def _decoded(bits: Bits, turns: Any, codec: VectorCodec, seat: Any) -> Any:
    if bits.below(5) == 0:
        number = thing(bits) if bits.below(3) == 0 else bits.below(len(ACTIONS))
        try:
            return codec.decode(seat, number)
        except Misuse:
            return Malformed("no number of an action")
    given = action(bits)
    if given is None:
        return Malformed("None is refused by the caller")
    decoded = decode_action(given, TABLE, turns.world.exponent)
    _verify_canonical(decoded)
    return decoded


def _verify_canonical(decoded: Any) -> None:
    if type(decoded) is Malformed:
        sound = type(decoded.why) is str and 0 < len(decoded.why) < 500
        decoded.why.encode()
    else:
        sound = type(decoded) is Action and all(
            (type(value) is str and 0 < len(value) <= 200)
            or (type(value) is int and 0 <= value < INT_MAX)
            for value in decoded.args.values()
        )
        canonical(decoded.args)
    if not sound:
        raise AssertionError(decoded)


def _verify_seen(turns: Any, codec: VectorCodec, seat: Any) -> None:
    canonical(observe(turns, seat))
    seen = codec.observe(seat)
    numbers = seen["observation"] if isinstance(seen, dict) else seen
    if not box_space(turns.world.trade).contains(numbers):
        raise AssertionError(numbers)
    if isinstance(seen, dict) and (seen["action_mask"] != codec.mask(seat)).any():
        raise AssertionError(seen)


def seeds() -> list[bytes]:
    """Return some choices of every length."""
    return [Random(k).randbytes(40 * k) for k in range(1, 9)]


def mutated(data: bytes, dice: Random) -> bytes:
    """Damage the choices."""
    flipped = bytearray(data or b"?")
    for _ in range(dice.choice((1, 2, 8))):
        flipped[dice.randrange(len(flipped))] = dice.randrange(256)
    return bytes(flipped) + dice.randbytes(dice.choice((0, 0, 8, 40)))

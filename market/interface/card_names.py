"""Neutral names of cards: what a wallet shows in place of tokens that tell too much.

The journal keeps tokens.  A name belongs to a token throughout a scenario, so that
what is learned of a card in one episode holds in the next.
"""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Final

__all__ = ["CARDS_AS_THEY_ARE", "CardNames", "card_names"]


class CardNames:
    """The names of a scenario's cards.

    Args:
        tokens: of all its wallets; none: cards are shown by their tokens.

    >>> names = CardNames(["tok_ok", "tok_decline_soft"])
    >>> sorted(names.shown(token) for token in ("tok_ok", "tok_decline_soft"))
    ['card_1', 'card_2']
    >>> names.token(names.shown("tok_ok"))
    'tok_ok'
    """

    __slots__ = ("_shown", "_tokens")

    def __init__(self, tokens: Iterable[str] = ()) -> None:
        """Name the tokens, in an order that says nothing of them."""
        mixed = sorted(dict.fromkeys(tokens), key=_digest)
        self._shown = {token: f"card_{k}" for k, token in enumerate(mixed, start=1)}
        self._tokens = {name: token for token, name in self._shown.items()}

    def shown(self, token: str) -> str:
        """Return what a page calls a card."""
        return self._shown.get(token, token)

    def token(self, name: str) -> str | None:
        """Return the token of a name; None for a token that no page shows."""
        if name in self._tokens:
            return self._tokens[name]
        return None if name in self._shown else name

    def told(self, text: str) -> str:
        """Return a text in which the token that it quotes is called by its name."""
        for token, name in self._shown.items():
            if repr(token) in text:
                return text.replace(repr(token), repr(name))
        return text


def _digest(token: str) -> bytes:
    return blake2b(token.encode(), digest_size=8, person=b"card names").digest()


CARDS_AS_THEY_ARE: Final = CardNames()


@lru_cache(maxsize=64)
def card_names(wallets: tuple[tuple[str, ...], ...]) -> CardNames:
    """Return neutral names of the cards in wallets; computed once."""
    return CardNames(token for wallet in wallets for token in wallet)

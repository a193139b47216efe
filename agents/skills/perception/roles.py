"""Roles: which field of an offer or a card plays which part, by what comes of it."""

from typing import Any, Final

from .constraints import beyond
from .vocabulary import ADD, FILTER, OFFERS

__all__ = ["Roles"]

_ENOUGH: Final = 2
"""Times that a field has to agree before it is believed."""
_AGAINST: Final = 3
"""Times as often as not that it has to agree."""

_Row = dict[str, Any]
_Votes = dict[str, tuple[int, int]]


class Roles:
    """Finds the fields that a site calls by names of its own from the first page on.

    An agent knows the words of its verbs' arguments: ``flight_id``, ``max_price``,
    ``card_token``. Where no field is called so, the site shows in time which one is
    meant: the cart repeats an offer's name and price, the payment its card, and what
    a filter leaves out breaks its limit. What is found in an episode counts from the
    next one on, so that one is read alike to its end.

    >>> roles = Roles()
    >>> cart = {"items": [{"flight_id": "PG1", "price": 210}]}
    >>> seen = {"flights": [{"ref": "PG1", "cost": 210, "stops": 0}], "cart": cart,
    ...         "last_action": "add_to_cart", "wallet": [], "payment_state": {}}
    >>> roles.look(seen); roles.look(seen); roles.begin(); roles.names("flights")
    {'ref': 'id', 'cost': 'price'}
    """

    def __init__(self) -> None:
        """Know of none."""
        self._votes: dict[str, dict[str, _Votes]] = {}
        self._names: dict[str, dict[str, str]] = {}
        self.begin()

    def begin(self) -> None:
        """Believe from now on what was found."""
        self._names = {
            of: {
                field: word
                for word, votes in words.items()
                for field in _elected(votes)
            }
            for of, words in self._votes.items()
        }
        self._filters: dict[str, Any] = {}
        self._before: list[_Row] = []

    def took(self, verb: str, args: dict[str, Any]) -> None:
        """Note what is done on a page."""
        self._filters = args if verb == FILTER else {}

    def names(self, of: str) -> dict[str, str]:
        """Return by a list's fields what they are called usually."""
        return self._names.get(of, {})

    def look(self, observation: dict[str, Any]) -> None:
        """Take in a page."""
        added = observation.get("last_action") == ADD
        offers = observation.get(OFFERS, [])
        for item in observation.get("cart", {}).get("items", ()):
            name, *rest = item.values()
            for offer in offers:
                if name in offer.values():
                    self._vote(OFFERS, "id", offer, name)
                    if rest and added:  # Later the two may be of different times.
                        self._vote(OFFERS, "price", offer, rest[0])
        if not observation.get("last_action_error"):
            self._sift(self._before, offers)
        self._before, self._filters = offers, {}
        card = observation.get("payment_state", {}).get("card")
        for row in observation["wallet"] if card else ():
            if card in row.values():
                self._vote("wallet", "token", row, card)

    def _sift(self, before: list[_Row], left: list[_Row]) -> None:
        """Take in what a filter has left of some offers.

        What is left keeps each limit. Whatever breaks none of several limits is gone
        for an unknown one of them, so only a filter of one tells more.
        """
        gone = [row for row in before if row not in left]
        for limit, value in self._filters.items():
            word, breaks = beyond(limit)
            if word in (before or left or [{word: 0}])[0]:
                continue
            votes = self._votes.setdefault(OFFERS, {}).setdefault(word, {})
            for field in before[0] if before else ():
                kept = [row for row in left if field in row]
                agree, against = votes.get(field, (0, 0))
                if any(breaks(row[field], value) for row in kept):
                    votes[field] = agree, against + 1
                elif gone and len(self._filters) == 1:
                    told = all(breaks(row.get(field), value) for row in gone)
                    votes[field] = agree + told, against + (not told)

    def _vote(self, of: str, word: str, row: _Row, value: Any) -> None:
        """Count which fields of a row have a value, if none is called by the word."""
        if word in row:
            return
        votes = self._votes.setdefault(of, {}).setdefault(word, {})
        for field, own in row.items():
            agree, against = votes.get(field, (0, 0))
            same = own == value and type(own) is type(value)
            votes[field] = agree + same, against + (not same)

    def dump(self) -> dict[str, Any]:
        """Return how often fields agreed and did not, by list and word."""
        return {
            of: {word: dict(votes) for word, votes in words.items()}
            for of, words in self._votes.items()
        }

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._votes = {
            of: {
                word: {field: (n, m) for field, (n, m) in votes.items()}
                for word, votes in words.items()
            }
            for of, words in data.items()
        }


def _elected(votes: _Votes) -> list[str]:
    """Return the field that plays a part, if there is one."""
    fit = [
        field
        for field, (agree, against) in votes.items()
        if agree >= _ENOUGH and agree >= _AGAINST * against
    ]
    best = max([votes[field][0] for field in fit], default=0)
    fit = [field for field in fit if votes[field][0] == best]
    return fit if len(fit) == 1 else []

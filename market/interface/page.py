"""The page: how a site calls the fields of what it shows."""

from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from ..config import Config
from ..domain import Trade

__all__ = ["CARD_FIELDS", "PageConfig"]

CARD_FIELDS = ("token", "brand")
"""Fields of an entry of ``wallet``."""

FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]

Rows = list[dict[str, Any]]


class PageConfig(Config):
    """What the JSON observation of a site looks like, where it is not the usual."""

    renamed: dict[FieldName, FieldName] = Field(default_factory=dict, max_length=20)
    """Usual name → this site's name of fields of offers and of ``wallet``."""
    cards: Literal["tokens", "neutral"] = "tokens"
    """How a wallet names cards: by their tokens, or ``card_1``, ``card_2`` …, which
    say nothing of how a card behaves."""

    @model_serializer(mode="wrap")
    def _without_what_is_off(self, dump: SerializerFunctionWrapHandler) -> Any:
        # Scenarios that are older than this setting keep their digest.
        data = dump(self)
        if data["cards"] == "tokens":
            del data["cards"]
        return data

    def verify(self, trade: Trade) -> None:
        """Raise why the fields of a trade's page cannot have these names.

        Raises:
            ValueError: there is no such field, or two would have one name.
        """
        known = [*trade.offer_fields, *CARD_FIELDS]
        for name in self.renamed:
            if name not in known:
                msg = f"the page has no field {name!r} to rename; known: "
                raise ValueError(msg + ", ".join(known))
        names = [self.renamed.get(name, name) for name in known]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            msg = f"two fields of the page would be called {twice[0]!r}"
            raise ValueError(msg)

    def shown(self, rows: Rows) -> Rows:
        """Return rows of the usual page as the site shows them."""
        return _called(rows, self.renamed) if self.renamed else rows

    def usual(self, observation: dict[str, Any], offers: str) -> dict[str, Any]:
        """Return an observation of this site as the usual page would show it.

        Args:
            observation: as this site shows it.
            offers: key of the offers.

        >>> page = PageConfig(renamed={"token": "card_ref"})
        >>> page.usual({"rooms": [], "wallet": [{"card_ref": "tok_ok"}]}, "rooms")
        {'rooms': [], 'wallet': [{'token': 'tok_ok'}]}
        """
        if not self.renamed:
            return observation
        names = {own: name for name, own in self.renamed.items()}
        return observation | {
            key: _called(observation[key], names) for key in (offers, "wallet")
        }


def _called(rows: Rows, names: dict[str, str]) -> Rows:
    return [{names.get(key, key): row[key] for key in row} for row in rows]

"""Policies that replace those a scenario declares, as people write them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.pricing import KINDS
from test_time_gym.market.pricing.sellers import seller_of
from test_time_gym.rollout.user_pricing import UserPolicy, with_programs
from test_time_gym.scenarios import Scenario
from test_time_gym.scenarios.loader import scenario_of

__all__ = [
    "ALL",
    "DECLARED",
    "Policies",
    "PricedScenario",
    "parse_policies",
    "priced",
    "with_policies",
]

ALL: Final = "*"
"""Stands for every seller."""
DECLARED: Final = "declared"
"""The policies that the scenario declares."""

Policies = Mapping[str, Any]
"""Seller → its policy: a kind, a table with ``kind`` and other keys, or a program."""


@dataclass(frozen=True, slots=True)
class PricedScenario:
    """A scenario in which some sellers have other policies than it declares."""

    scenario: Scenario
    users: dict[str, UserPolicy]
    """Seller → a user's own policy, which no scenario can name."""
    sellers: tuple[str, ...]
    """All of them, in the order of the catalog."""

    @property
    def kinds(self) -> dict[str, str]:
        """Seller → the name of its policy."""
        market = self.scenario.market
        return {
            name: self.users[name].name
            if name in self.users
            else market.pricing_of.get(name, market.pricing).kind
            for name in self.sellers
        }


def parse_policies(text: str) -> dict[str, Any]:
    """Return the policies that a text names.

    ``[AIRLINE=]KIND[,key=value...]``, several joined by semicolons; without an airline
    it is the policy of all.  Values are TOML, or plain words.

    Raises:
        Misuse: a part of it is missing.

    >>> parse_policies("Aurora=match_rival,undercut_minor=200; Blue Air=fixed")
    {'Aurora': {'kind': 'match_rival', 'undercut_minor': 200}, 'Blue Air': 'fixed'}
    >>> parse_policies("fixed"), parse_policies("declared")
    ({'*': 'fixed'}, {})
    """
    policies: dict[str, Any] = {}
    for part in _split(text, ";") if text else ():
        if part == DECLARED:
            continue
        head, *settings = _split(part, ",")
        seller, equals, kind = head.rpartition("=")
        seller = seller.strip() if equals else ALL
        kind = kind.strip()
        if not seller or not kind:
            msg = f"policy {text!r:.200} is not AIRLINE=KIND, such as '*=fixed'"
            raise Misuse(msg)
        if seller in policies:
            msg = f"policy {text!r:.200} names {seller} twice"
            raise Misuse(msg)
        table = {"kind": kind} | dict(_setting(one, text) for one in settings)
        policies[seller] = table if settings else kind
    return policies


def _split(text: str, mark: str) -> list[str]:
    """Split a text at marks that stand in no brackets and no quotes."""
    parts, depth, quoted = [""], 0, False
    for letter in text:
        quoted ^= letter == '"'
        depth += 0 if quoted else (letter in "[{") - (letter in "]}")
        if letter == mark and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def _setting(text: str, whole: str) -> tuple[str, Any]:
    key, equals, value = (part.strip() for part in text.partition("="))
    if not (key and equals and value):
        msg = f"policy {whole!r:.200}: {text!r:.60} is not key=value"
        if text.isdigit():
            msg += "; a list stands in brackets, as in dcp_days=[28,7]"
        raise Misuse(msg)
    try:
        return key, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key, value


def priced(scenario: Scenario, *policies: Policies | str | None) -> PricedScenario:
    """Return a scenario in which sellers have these policies.

    Args:
        scenario: whose sellers.
        policies: seller, or ``"*"`` for all, → its policy; or their text; what comes
            later replaces what comes before, a seller's own comes before that of all,
            and None changes nothing.

    Raises:
        Misuse: a seller or a kind is unknown, or a table is wrong.
    """
    given: dict[str, Any] = {}
    for some in policies:
        given |= parse_policies(some) if isinstance(some, str) else some or {}
    sellers = tuple(dict.fromkeys(map(seller_of, scenario.market.catalog().products)))
    if not given:
        return PricedScenario(scenario, {}, sellers)
    users: dict[str, UserPolicy] = {}
    tables: dict[str, dict[str, Any]] = {}
    # That of all first: a seller's own replaces it.
    for seller in sorted(given, key=lambda name: name != ALL):
        _verify_seller(seller, sellers)
        for name in sellers if seller == ALL else (seller,):
            users.pop(name, None)
            tables.pop(name, None)
            found = _policy(seller, given[seller])
            if isinstance(found, UserPolicy):
                users[name] = found
            else:
                tables[name] = found
    changed = _declaring(scenario, tables) if tables else scenario
    for name, user in users.items():
        own = [p for p in changed.market.catalog().products if seller_of(p) == name]
        user.pricing().verify(own)
    return PricedScenario(changed, users, sellers)


def with_policies(scenario: Scenario, policies: Policies | str) -> Scenario:
    """Return a scenario to be played, in which sellers have these policies.

    Args:
        scenario: whose sellers.
        policies: as for `priced`; programs of a user's own among them.

    Raises:
        Misuse: a seller or a kind is unknown, or a table is wrong.
    """
    found = priced(scenario, policies)
    return with_programs(found.scenario, found.users)


def _verify_seller(name: object, sellers: Sequence[str]) -> None:
    if name == ALL or name in sellers:
        return
    near = get_close_matches(str(name), sellers, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sellers)}"
    msg = f"a policy is given for {shown(name)}, who sells nothing; {hint}"
    raise Misuse(msg)


def _policy(seller: str, given: object) -> dict[str, Any] | UserPolicy:
    """Return a table of the scenario, or a user's own policy."""
    table: dict[str, Any] = dict(given) if isinstance(given, Mapping) else {}
    kind: Any = table.pop("kind", None) if isinstance(given, Mapping) else given
    if callable(kind):
        return UserPolicy(getattr(kind, "__name__", "a function"), kind, table)
    if not isinstance(kind, str):
        msg = f"policy of {seller}: {shown(given)} names no kind"
        raise Misuse(msg)
    if ":" in kind:
        return UserPolicy(kind, None, table)
    if kind not in KINDS:
        near = get_close_matches(kind, KINDS, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(KINDS)}"
        msg = f"policy of {seller}: unknown kind {shown(kind)}; {hint}"
        raise Misuse(msg)
    return {"kind": kind, **table}


def _declaring(scenario: Scenario, tables: dict[str, dict[str, Any]]) -> Scenario:
    """Return a scenario that declares these tables.

    What a table leaves out, and the policy that the scenario declares has as well, is
    as declared there: a forecast, a booking curve, a floor.

    Raises:
        ScenarioError: one of them is wrong; the text names its key.
    """
    data = scenario.model_dump(mode="json", by_alias=True)
    market = data["market"]
    declared = market.setdefault("pricing_of", {})
    for name, table in tables.items():
        keys = KINDS[table["kind"]].model_fields
        now = declared.get(name, market["pricing"])
        declared[name] = {key: now[key] for key in now if key in keys} | table
    return scenario_of(data, f"{scenario.name} with these policies")

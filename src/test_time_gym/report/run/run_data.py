"""The data of a run's page: what is decoded as it opens, and blocks on demand."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from test_time_gym.journal.reader import STATUS_CODES, ExitCode, JournalFile
from test_time_gym.market.domain import MONEY
from test_time_gym.market.errors import MarketError
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.turns import Turns
from test_time_gym.replay.divergence import Diverged, Divergence
from test_time_gym.replay.execute import Worlds

from ..columns import pack
from .chats import Chats
from .last_offers import last_offers
from .playback import play_back
from .record_columns import RecordColumns
from .watching import Watching

__all__ = ["RunPart", "run_part"]

_SHOWN: Final = 2000
"""Characters of a record that came out differently."""


@dataclass(frozen=True, slots=True)
class RunPart:
    """One run of a page."""

    data: dict[str, Any]
    blocks: dict[str, bytes]
    status: str
    """Of its structure, or ``diverged``."""

    @property
    def exit_code(self) -> ExitCode:
        """What the command line exits with: as of `ttgym verify`."""
        return STATUS_CODES[self.status]


def run_part(
    journal: JournalFile,
    name: str,
    number: int,
    *,
    worlds: Worlds | None = None,
    progress: Callable[[int], None] | None = None,
    chats: Chats | None = None,
) -> RunPart:
    """Return what a page shows of one run, executed again as far as it is sound.

    Args:
        journal: with one sound record at least.
        name: of the run, for people.
        number: of the run on its page; names of blocks begin with it.
        worlds: remembers the world, for runs that follow.
        progress: called with the number of every input that was re-executed.
        chats: conversations of the models that played.
    """
    watching = Watching(journal)
    divergence: Divergence | None = None
    reason = journal.structure.reason
    known = len(journal.lines)
    try:
        play_back(journal, watching, worlds, progress)
    except Diverged as error:
        divergence = error.divergence
        known, reason = divergence.n, f"record {divergence.n} came out differently"
    except MarketError as error:
        # A forged journal may hold a valid chain over an impossible run.
        divergence = Divergence(0, "a run that can be executed", str(error)[:240])
        known, reason = 0, str(error)[:240]
    turns: Turns | None = getattr(watching, "turns", None) if known else None
    if turns is not None:
        watching.close()
    header = journal.header
    columns = _read(journal, watching if turns is not None else None, known)
    status = "diverged" if divergence is not None else journal.structure.status
    data: dict[str, Any] = {
        "name": name,
        "records": len(journal.lines),
        "known": known,
        "structure": journal.structure.status,
        "replay": "equal" if divergence is None else "diverged",
        "reason": reason,
        "aborted": journal.structure.aborted,
        "sha256": journal.structure.sha256,
        "divergence": _diverged(divergence),
        "scenario": _text(header.get("scenario"), "name"),
        "description": _text(header.get("scenario"), "description"),
        "seed": str(header.get("seed")),
        "parent": header.get("parent"),
        "chunks": -(-len(journal.lines) // 1024),
        "kinds": list(columns.kinds),
        "actors": list(columns.actors),
        "verbs": list(columns.verbs),
        "statuses": list(columns.statuses),
        "terms": list(columns.terms),
        **(_market(turns, watching) if turns is not None else _NO_MARKET),
    }
    blocks = _blocks(number, columns, watching, turns)
    for k, agent in enumerate(data["agents"]):
        talk = chats.chunks(data["seed"], agent["name"]) if chats else []
        agent["chats"] = len(talk)
        for j, chunk in enumerate(talk):
            blocks[f"{number}-chat-{k}-{j}"] = chunk
    return RunPart(data, blocks, status)


_NO_MARKET: Final[dict[str, Any]] = {
    "currency": "",
    "exponent": 0,
    "opens_minute": 0,
    "words": {},
    "agents": [],
    "products": [],
    "accounts": [],
    "amounts": [],
}


def _read(journal: JournalFile, watching: Watching | None, known: int) -> RecordColumns:
    names = [one.name for one in watching.turns.participants] if watching else []
    columns = RecordColumns(journal, names)
    for record in journal.records():
        columns.add(record, known=record.n < known)
        if watching is not None and record.n < known:
            watching.losses.note(record)
    return columns


def _text(where: object, name: str) -> str:
    """Return a text of a header that may be forged."""
    return str(where.get(name, "")) if isinstance(where, dict) else ""


def _diverged(found: Divergence | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "n": found.n,
        "expected": found.expected[:_SHOWN],
        "found": found.found[:_SHOWN],
        "changes": [
            [str(one.pointer), repr(one.old)[:200], repr(one.new)[:200]]
            for one in found.changes
        ],
    }


def _market(turns: Turns, watching: Watching) -> dict[str, Any]:
    world, catalog = turns.world, turns.market.catalog
    words = world.trade.words
    last = last_offers(turns, watching.stock, watching.last_acts)
    return {
        "currency": world.config.currency,
        "exponent": world.exponent,
        "opens_minute": catalog.opens_minute,
        "words": {
            "offer": words.offer,
            "offers": words.offers,
            "units": words.units,
            "left": words.left,
            "offer_id": words.offer_id,
        },
        "agents": [
            _agent(who, watching, last.get(who.name)) for who in turns.participants
        ],
        "products": [
            {
                "id": product.id,
                "seller": product.seller,
                "capacity": min(catalog.capacity[pool] for pool in product.pools),
                "facts": {
                    name: product.facts[name]
                    for name in world.trade.facts
                    if name in product.facts
                },
            }
            for product in catalog.products
        ],
        "accounts": list(watching.money.accounts),
        "amounts": sorted(
            {
                name
                for known in turns.verbs.arguments
                for name, argument in known.items()
                if argument.kind is MONEY
            }
        ),
    }


def _agent(
    who: Participant, watching: Watching, last: dict[str, Any] | None
) -> dict[str, Any]:
    seen = watching.pages[who.name]
    task = who.task if isinstance(who, Buyer) else None
    return {
        "name": who.name,
        "policy": watching.policies.get(who.name, ""),
        "role": who.role.name,
        "goal": str(getattr(who, "goal", "")),
        "outcome": who.outcome,
        "paid": who.paid_minor,
        "milli": who.total_milli,
        "turns": who.turn,
        "pages": seen.count,
        "chunks": len(seen.chunks),
        "deadline_ms": who.deadline_ms,
        "budget": None if task is None else task.budget_minor,
        "team": task is not None and task.team,
        "last": last,
    }


def _blocks(
    number: int, columns: RecordColumns, watching: Watching, turns: Turns | None
) -> dict[str, bytes]:
    blocks = {
        "index": pack(columns.records),
        "acts": pack(columns.acts),
        "rewards": pack(columns.rewards),
        "thinking": pack(columns.thinking),
    }
    if turns is not None:
        blocks["stock"] = pack(watching.stock.columns)
        blocks["money"] = pack(watching.money.columns)
        losses = json.dumps(watching.losses.finish(), ensure_ascii=False)
        blocks["losses"] = losses.encode()
        for k, who in enumerate(turns.participants):
            for j, chunk in enumerate(watching.pages[who.name].chunks):
                blocks[f"page-{k}-{j}"] = chunk
    for j, chunk in enumerate(columns.chunks()):
        blocks[f"records-{j}"] = chunk
    return {f"{number}-{name}": block for name, block in blocks.items()}

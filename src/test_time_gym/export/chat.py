"""Chats: recorded conversations of language models, for fine-tuning and for RL."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from test_time_gym.agents.llm.cassette_format import EpisodeEnd
from test_time_gym.agents.llm.cassette_reader import read_cassette
from test_time_gym.atomic_file import AtomicFile
from test_time_gym.market.errors import Misuse

__all__ = ["ExportedChat", "export_chat"]


@dataclass(frozen=True, slots=True)
class ExportedChat:
    """What was written."""

    file: str
    conversations: int
    """Agent-episodes that have ended."""
    unfinished: tuple[str, ...]
    """Cassettes with agent-episodes that have not, which are left out."""


def export_chat(
    cassettes: Sequence[str | Path], out: str | Path, *, overwrite: bool = False
) -> ExportedChat:
    """Write the conversations of cassettes as JSON Lines, one line an agent-episode.

    A line has ``messages`` and ``tools`` in the form of OpenAI's chat completions, and
    ``reward``, ``outcome``, ``seed`` (decimal: seeds have up to 128 bits), ``seat``,
    ``model``, ``calls``, ``steps``, ``paid`` and ``cassette``.

    Args:
        cassettes: as `ttgym run --cassette` records them.
        out: the file.
        overwrite: replace it.

    Raises:
        CassetteError: one cannot be read, or is damaged.
        Misuse: there is none, or the file cannot be written.
    """
    paths = [Path(path) for path in cassettes]
    if not paths:
        raise Misuse("name at least one cassette")
    count = 0
    unfinished = []
    with AtomicFile(out, overwrite=overwrite) as file:
        for path in paths:
            recording = read_cassette(path)
            for end in recording.ends.values():
                line = json.dumps(_line(end, path.name), ensure_ascii=True)
                file.write(line.encode() + b"\n")
                count += 1
            begun = {key.episode: None for key in recording.calls}
            if any(one not in recording.ends for one in begun):
                unfinished.append(str(path))
    return ExportedChat(str(out), count, tuple(unfinished))


def _line(end: EpisodeEnd, cassette: str) -> dict[str, Any]:
    return {
        "messages": list(end.messages),
        "tools": list(end.tools),
        "reward": end.result.get("reward"),
        "outcome": end.result.get("outcome"),
        "seed": str(end.seed),
        "seat": end.seat,
        "model": end.model,
        "calls": end.calls,
        "steps": end.result.get("steps"),
        "paid": end.result.get("paid"),
        "cassette": cassette,
    } | ({"life": end.life} if end.life else {})

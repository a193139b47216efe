"""Pages as text and texts as actions, for trainers whose agents read and write."""

import json
from typing import Any

__all__ = ["action_parser", "obs_to_text"]


def obs_to_text(observation: dict[str, Any]) -> str:
    """Return the page of the JSON door as text."""
    return json.dumps(observation, ensure_ascii=False, separators=(",", ":"))


def action_parser(text: str) -> Any:
    """Return the action that a model's text says, as the JSON door takes it."""
    try:
        return json.loads(text)
    except ValueError:
        return {"verb": text}

"""The prompt: what a model is told before its first page."""

from functools import cache
from importlib.resources import files

from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.policy import AgentError

__all__ = ["default_prompt", "system_prompt"]


@cache
def default_prompt() -> str:
    """Return the text of ``prompt.md``; a trade's words are still to be filled in."""
    return files(__package__).joinpath("prompt.md").read_text("utf-8").strip()


def system_prompt(trade: Trade, text: str | None = None) -> str:
    """Return the prompt in the words of a trade.

    Args:
        trade: what is sold.
        text: with ``{offer}``, ``{offers}``, ``{units}``, ``{search}`` and ``{select}``
            in it; None: the package's own.

    Raises:
        AgentError: there is something else in braces.
    """
    words = trade.words
    named = {
        "offer": words.offer,
        "offers": words.offers,
        "units": words.units,
        "search": words.search,
        "select": words.select,
    }
    try:
        return (default_prompt() if text is None else text).format_map(named)
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        known = ", ".join(f"{{{name}}}" for name in named)
        msg = f"the prompt has something in braces that is none of {known}; "
        raise AgentError(msg + "a brace is written twice: {{") from error

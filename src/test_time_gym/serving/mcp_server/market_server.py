"""The MCP server: each verb is a tool; what a client is, its token says."""

import json
import logging
from collections.abc import Iterable
from typing import Any, Final

from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import Context, MCPServer
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolResult,
    Resource,
    TextContent,
    Tool,
)

from test_time_gym.agents.llm.pages import PageStyle, PageWriter
from test_time_gym.market.interface.tools import whole_numbers
from test_time_gym.serving.client_answer import ClientAnswer
from test_time_gym.serving.client_seat import TooManyCalls
from test_time_gym.serving.http_guard import SEAT_KEY
from test_time_gym.serving.served_episode import EpisodeEnded, ServedEpisode, Tell
from test_time_gym.version import __version__

from .instructions import instructions
from .tools import READ_PAGE, tools_of

__all__ = ["RESOURCES", "MarketServer"]

_LOG: Final = logging.getLogger("test_time_gym.serving")

Page = dict[str, Any]

RESOURCES: Final = {
    "ttgym://task": "what you are asked to do, and by which rules",
    "ttgym://page": "the page that you were shown last",
    "ttgym://receipt": "what you have bought and earned so far, and how it ended",
}
"""URI → what it is; each is of the client's own seat."""


class MarketServer(MCPServer[Any]):  # type: ignore[misc] # mypy skips mcp
    """One served episode over MCP.

    Args:
        episode: that is played.
        seat: whose calls all of these are; None: each request's token says it.
        style: in which the text of an answer shows its page; its structured content
            has the page whole.
    """

    def __init__(
        self,
        episode: ServedEpisode,
        seat: str | None = None,
        style: PageStyle = "json",
    ) -> None:
        """List the tools."""
        super().__init__(
            "test-time-gym",
            title="Test-Time Gym",
            instructions=instructions(episode, seat),
            version=__version__,
            log_level="ERROR",
            subscriptions=False,
        )
        self._episode = episode
        self._seat = seat
        self._tools = tools_of(episode.scenario)
        self._writer = PageWriter(episode.scenario.market.trade, style)
        self._shown: dict[str, Page] = {}
        """The page that each client was told of last."""
        self._verbs = frozenset(tool.name for tool in self._tools) - {READ_PAGE}

    async def list_tools(self) -> list[Tool]:
        """Return the verbs of the trade, and what shows the page."""
        return list(self._tools)

    async def call_tool(
        self,
        name: str,
        arguments: dict[str, Any],
        context: Context[Any, Any] | None = None,
    ) -> CallToolResult:
        """Take an action of the client's seat.

        Raises:
            MCPError: there is no such tool, or the server cannot go on.
        """
        seat = self._seat_of(context)
        if name == READ_PAGE and arguments:
            raise MCPError(INVALID_PARAMS, f"{READ_PAGE} takes no arguments")
        if name != READ_PAGE and name not in self._verbs:
            msg = f"there is no tool {name!r:.60}: see tools/list"
            raise MCPError(INVALID_PARAMS, msg)
        try:
            if name == READ_PAGE:
                # Who looks again may have lost what was told before.
                self._shown.pop(seat, None)
                answer = await self._episode.look(seat, _teller(context))
            else:
                action = {"verb": name, "payload": whole_numbers(arguments)}
                answer = await self._episode.act(seat, action, _teller(context))
        except TooManyCalls as error:
            return _refused(str(error))
        except EpisodeEnded as error:
            raise MCPError(INTERNAL_ERROR, str(error)) from None
        except Exception as error:
            _LOG.exception("a call of %s failed", name)
            msg = "the server has failed; this is no fault of yours"
            raise MCPError(INTERNAL_ERROR, msg) from error
        before, self._shown[seat] = self._shown.get(seat), answer.page
        return _result(answer, self._writer, before)

    async def list_resources(self) -> list[Resource]:
        """Return task, page and receipt."""
        return [
            Resource(
                uri=uri,
                name=uri.removeprefix("ttgym://"),
                description=told,
                mime_type="application/json",
            )
            for uri, told in RESOURCES.items()
        ]

    async def read_resource(
        self, uri: Any, context: Context[Any, Any] | None = None
    ) -> Iterable[ReadResourceContents]:
        """Return one of them, of the client's seat; it never waits.

        Raises:
            MCPError: there is no such resource.
        """
        seat, which = self._seat_of(context), str(uri)
        if which not in RESOURCES:
            msg = f"there is no resource {which!r:.60}: see resources/list"
            raise MCPError(INVALID_PARAMS, msg)
        data = {
            "ttgym://task": self._episode.task,
            "ttgym://page": lambda name: self._episode.clients[name].page,
            "ttgym://receipt": self._episode.receipt,
        }[which](seat)
        return [ReadResourceContents(_text(data), mime_type="application/json")]

    def _seat_of(self, context: Context[Any, Any] | None) -> str:
        """Return whose request it is."""
        if self._seat is not None:
            return self._seat
        request = None if context is None else context.request_context.request
        seat = None if request is None else request.scope.get(SEAT_KEY)
        if not isinstance(seat, str):
            raise MCPError(INTERNAL_ERROR, "the request has no seat")
        return seat


def _teller(context: Context[Any, Any] | None) -> Tell:
    """Return what tells a client why it waits, if it wants to hear it."""
    said = 0

    async def tell(message: str) -> None:
        nonlocal said
        said += 1
        if context is not None:
            await context.report_progress(said, None, message)

    return tell


def _result(
    answer: ClientAnswer, writer: PageWriter, before: Page | None
) -> CallToolResult:
    data = answer.as_dict()
    text = _text(data)
    if writer.style != "json":
        told = {name: value for name, value in data.items() if name != "page"}
        text = f"{_text(told)}\n{writer.write(answer.page, before)}"
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content=data,
        is_error=answer.error is not None,
    )


def _refused(why: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=why)], is_error=True)


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

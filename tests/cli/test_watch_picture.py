"""The picture of a run fits its terminal, and texts of others do nothing in it."""

import io
from itertools import product

import pytest
from rich.console import Console

from test_time_gym.cli.watching.frame import Event, Frame
from test_time_gym.cli.watching.picture import picture_of
from test_time_gym.cli.watching.watch_speed import WatchSpeed

HOSTILE = "[red]x[/red] \x1b[2J\x1b]0;title\x07 \u202e\nline two 東京"


def frame(text="quiet"):
    """Return a frame with a text wherever texts come from others."""
    return Frame(
        title=f"{text}, seed 1",
        step=12,
        now="2026-07-31 08:00:02",
        minutes_left=119,
        currency="EUR",
        units="seats",
        offers=[
            {
                "id": f"{text}-{k}",
                "facts": text,
                "price": "12.50",
                "sold": k,
                "held": 1,
                "free": 3,
            }
            for k in range(30)
        ],
        agents=[
            {
                "agent": f"buyer_{k}",
                "turn": k,
                "page": "cart",
                "cart": text,
                "did": text,
                "outcome": "success" if k else "",
                "money": None,
            }
            for k in range(3)
        ],
        events=[
            Event(
                n=k,
                at="2026-07-31 08:00:02",
                actor="buyer_0",
                kind="act",
                text=text,
                because=text,
            )
            for k in range(40)
        ],
        next="buyer_1",
    )


def drawn(shown, width, height, **pace):
    console = Console(file=io.StringIO(), width=width, height=height)
    picture = picture_of(
        shown, WatchSpeed(4, **pace), width=width, height=height, typed=True
    )
    return console.render_lines(picture, pad=False)


@pytest.mark.parametrize("text", ["quiet", HOSTILE], ids=["quiet", "hostile"])
def test_it_is_never_wider_than_the_terminal_nor_higher_but_for_its_agents(text):
    shown = frame(text)
    for width, height in product((1, 18, 40, 69, 70, 99, 100, 200), (1, 5, 9, 24, 60)):
        lines = drawn(shown, width, height)

        assert max(sum(one.cell_length for one in line) for line in lines) <= width
        assert len(lines) <= max(height, 7)
        written = "".join(one.text for line in lines for one in line)
        assert not any(character in written for character in "\x1b\x07\u202e\r")


def test_it_says_how_fast_and_who_is_asked():
    lines = drawn(frame(), 110, 24, paused=True)

    texts = ["".join(one.text for one in line).rstrip() for line in lines]
    assert texts[:2] == [
        "quiet, seed 1  2026-07-31 08:00:02  1 h 59 min left",
        "action 12, buyer_1 is asked; PAUSED",
    ]
    assert texts[2].split() == [
        "agent",
        "turn",
        "page",
        "cart",
        "last",
        "action",
        "outcome",
        "EUR",
    ]
    assert texts[-1].startswith("space pause  n step")
    assert len(texts) == 24

"""Pages in every style are read from the texts of a conversation, page after page."""

import pytest
from tests.support.chats import first_page

from test_time_gym.agents.llm.pages import STYLES, PageWriter
from test_time_gym.scenarios import load_scenario
from test_time_gym.serving.fake_model.served_error import ServedError
from test_time_gym.serving.fake_model.styled_pages import StyledPages

TRADE = load_scenario("flights/rush").market.trade


@pytest.mark.parametrize("style", STYLES)
def test_a_page_of_the_same_second_is_a_page(style):
    first = first_page()
    later = first | {"turns_left": first["turns_left"] - 1, "last_action": "wait"}
    writer, read = PageWriter(TRADE, style), StyledPages().read

    assert read(f"(2 earlier turns are left out.)\n{writer.write(first)}") is not None
    seen = read(writer.write(later, first))

    names = [name for name in later if name != "flights"]
    assert {name: seen[name] for name in names} == {name: later[name] for name in names}


def test_words_are_no_page():
    assert StyledPages().read("Not carried out: {} is no view: none.") is None
    assert StyledPages().read('{"error": "no page"}') is None


def test_changes_of_nothing_cannot_be_read():
    page = first_page()
    told = PageWriter(TRADE, "delta").write(page | {"turns_left": 1}, page)

    with pytest.raises(ServedError, match="needs the page before it"):
        StyledPages().read(told)

"""The page of the vector door lists every field, in its own words."""

from vector_page import PAGE, page, tables

from test_time_gym import market_v0


def test_the_page_of_the_vector_door_is_up_to_date():
    assert PAGE.read_text("utf-8") == page()
    assert page().endswith(tables())


def test_every_field_of_both_trades_is_on_the_page():
    text = tables()

    for scenario in ("flights/sfo-mad", "hotels/city-break"):
        for one in market_v0.vector_fields(scenario):
            if "_" not in one.name.partition(".")[0]:
                assert f"| `{one.name}` |" in text
            assert f"| {one.meaning} |" in text

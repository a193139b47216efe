"""The page of laws lists every law, in its own words."""

from laws_page import PAGE, page

from test_time_gym.market.invariants import ALL_LAWS, CODES, RECORD_LAWS, STEP_LAWS

WANTED = {
    "S": range(1, 9),
    "L": range(1, 6),
    "P": range(1, 11),
    "E": (1, 6, 8),
}


def test_the_page_of_laws_is_up_to_date():
    assert PAGE.read_text("utf-8") == page()


def test_every_subject_that_a_market_must_get_right_has_a_law():
    codes = {code for law in CODES.values() for code in law}
    # Of two runs, which no single reading can tell.
    codes |= {"P10"} if "| P10 |" in page() else set()

    assert codes >= {f"{group}{k}" for group, ks in WANTED.items() for k in ks}


def test_every_law_has_an_entry_of_codes():
    laws = {law.__name__ for law in (*ALL_LAWS, *STEP_LAWS, *RECORD_LAWS)}

    assert laws == set(CODES)

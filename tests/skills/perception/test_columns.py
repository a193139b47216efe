"""Columns: fields of any name are read by their place in the row, from page one."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.learning.playing import lived
from tests.support.skill_pages import results
from tests.support.visits import Visit, site

import test_time_gym as ttg
from test_time_gym.agents.skills.perception.columns import usual_page
from test_time_gym.agents.skills.perception.vocabulary import vocabulary_of
from test_time_gym.market.interface.page import CARD_FIELDS, PageConfig

STRANGE = {
    "id": "ref",
    "price": "cost",
    "depart": "leaves",
    "stops": "pauses",
    "airline": "carrier",
    "token": "handle",
    "brand": "scheme",
}


def found(scenario, seed=1):
    """Return the page of results that the first search of a visit brings."""
    visit = Visit(scenario, seed)
    return visit.do(visit.page["legal_verbs"][0])


RESULTS = [
    found("flights/rush"),
    found("flights/sfo-mad", 13),
    found("hotels/city-break"),
]
"""In all of them some offers have a field more: how few are left."""


def usual(page):
    return usual_page(page, vocabulary_of(page))


def renamed(page, names):
    """Return a page as a site shows it that has names of its own."""
    config = PageConfig(renamed=names)
    offers = vocabulary_of(page).offers
    return page | {key: config.shown(page[key]) for key in (offers, "wallet")}


@pytest.mark.parametrize("page", RESULTS)
def test_a_site_of_the_usual_names_is_read_as_it_is(page):
    assert usual(page) is page


def test_names_of_its_own_are_undone_on_the_very_first_page():
    plain, strange = site(6), site(6)
    names = {"page": strange.page.model_copy(update={"renamed": STRANGE})}
    pages = []
    for scenario in (plain, strange.model_copy(update=names)):
        visit = Visit(scenario)
        visit.do("search_flights")
        pages.append(visit.pages)

    assert pages[0] != pages[1]
    assert [usual(page) for page in pages[1]] == pages[0]
    assert list(usual(pages[1][1])["flights"][0]) == list(pages[0][1]["flights"][0])


@st.composite
def renamings(draw):
    """Return a page, and other names for some of its fields."""
    page = draw(st.sampled_from(RESULTS))
    known = [*vocabulary_of(page).offer_fields, *CARD_FIELDS]
    fields = draw(st.lists(st.sampled_from(known), unique=True))
    new = st.from_regex(r"\A[a-z][a-z0-9_]{0,11}\Z").filter(lambda n: n not in known)
    names = draw(st.lists(new, unique=True, min_size=len(fields), max_size=len(fields)))
    return page, dict(zip(fields, names, strict=True))


@pytest.mark.property
@given(renamings())
def test_any_renaming_is_undone(drawn):
    page, names = drawn

    assert usual(renamed(page, names)) == page


@pytest.mark.property
@given(renamings(), st.sets(st.sampled_from(["airline", "fare_class", "room", "rate"])))
def test_a_field_that_is_left_out_stands_for_no_other(drawn, absent):
    page, _ = drawn
    offers = vocabulary_of(page).offers
    rows = [
        {name: value for name, value in row.items() if name not in absent}
        for row in page[offers]
    ]
    less = page | {offers: rows}

    assert usual(less) is less


def test_what_a_site_adds_at_the_end_keeps_its_name():
    fields = vocabulary_of(results()).offer_fields
    full = results(flights=[dict.fromkeys(fields, 1)])
    more = results(flights=[dict.fromkeys([*fields, "wifi"], 1)])

    assert usual(more) is more
    assert usual(full) is full


def test_names_that_cannot_be_told_apart_leave_the_page_alone():
    """The first two fields are missing: what stands before the third is unclear."""
    added = [{"id": "PG1", "price": 210, "gate": "B2", "depart": "06:40"}]
    swapped = [{"id": "PG1", "depart": 210, "price": "06:40", "x": 1}]

    for rows in (added, swapped):
        seen = results(flights=rows)
        assert usual(seen) is seen


def test_an_empty_page_is_left_alone():
    empty = results(flights=[], wallet=[])

    assert usual(empty) is empty


def test_the_page_itself_is_not_changed():
    strange, before = (renamed(RESULTS[0], STRANGE) for _ in range(2))

    assert usual(strange) == RESULTS[0]
    assert strange == before


def test_a_field_that_only_some_offers_have_is_read_on_these():
    page = RESULTS[1]
    has = ["seats_left" in row for row in page["flights"]]
    strange = renamed(page, {"seats_left": "only"})
    assert has[:2] == [False, True]

    assert usual(strange) == page


def literals(tree):
    """Yield every text by which a program looks something up."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            yield node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from node.args[:1] if node.func.attr in ("get", "pop") else ()
        elif isinstance(node, ast.Compare) and not _of_verbs(node.left):
            yield from (node.left, *node.comparators)


def _of_verbs(node):
    """Return whether something is what an argument of a verb is about."""
    return isinstance(node, ast.Attribute) and node.attr == "about"


def test_no_agent_knows_a_name_that_a_drift_brings():
    hidden = set(site(0, drifts=["renamed-fields"]).page.renamed.values())
    assert "fare" in hidden

    known = [
        (path.name, node.value)
        for path in sorted((Path(ttg.__file__).parent / "agents").rglob("*.py"))
        for node in literals(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in hidden
    ]

    assert known == []


def test_a_life_is_the_same_whatever_the_site_calls_its_fields():
    usually = site(7)
    page = usually.page.model_copy(update={"renamed": STRANGE})
    strangely = usually.model_copy(update={"page": page})

    life = lived(strangely, 7, 10)
    assert life == lived(usually, 7, 10)
    assert "success" in [outcome for outcome, _ in life]

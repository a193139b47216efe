"""Two journals are compared down to the first record, its causes and the state."""

import pytest
from tests.audit.story import Story
from tests.golden.record import REPLAYS

from test_time_gym import run
from test_time_gym.journal import structure_of
from test_time_gym.market.errors import Misuse
from test_time_gym.replay import Difference, ValueChange, changes, diff
from test_time_gym.replay.causes import Link
from test_time_gym.replay.checkpoints import Checkpoints, Digest, Drawn
from test_time_gym.replay.difference import RecordDifference, StateDifference

RUSH = REPLAYS / "flights-rush.jsonl"
NO_DIGEST = Checkpoints(last=None, old=None, new=None, streams=())


def changed(pointer, old, new):
    return ValueChange(pointer=pointer, what="changed", old=old, new=new)


def gone(pointer, old):
    return ValueChange(pointer=pointer, what="removed", old=old, new=None)


def acted(n, text):
    return Link(n=n, t=2500, kind="act", actor="buyer_1", cause=0, text=text)


FITTING = ["UA950", "IB6174-Q", "LH455-W", "BA284"]
FOUND = [
    "DL9311",
    "UA58-K",
    "UA950",
    "IB6174-Q",
    "LH455-W",
    "BA284",
    "TP238",
    "UA58-Y",
    "IB6174-Y",
    "LH455-Y",
]


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Two runs that differ in who plays the second seat."""
    folder = tmp_path_factory.mktemp("pair")
    paths = []
    for name, second in (("a", "patient"), ("b", "dummy")):
        path = folder / f"{name}.jsonl"
        agents = ["cheapest", second]
        run("flights/sfo-mad", agents, seed=7, journal=path, regret=False, max_turns=9)
        paths.append(path)
    return paths


def test_a_journal_is_the_same_as_itself(small):
    structure = structure_of(small)

    assert diff(small, small) == Difference(
        a=structure,
        b=structure,
        same=True,
        common=structure.records,
        ends_first="",
        header=(),
        first=None,
        states_reason="no record differs",
    )


def test_other_agents_part_at_their_first_other_action(pair):
    a, b = pair

    found = diff(a, b)

    assert found == Difference(
        a=structure_of(a),
        b=structure_of(b),
        same=False,
        common=3,
        ends_first="",
        header=(changed("/d/seats/1/policy", "patient", "dummy"),),
        first=RecordDifference(
            n=4,
            changes=(
                gone("/d/args/depart_after", "10:00"),
                gone("/d/args/max_price", 90000),
                changed("/d/verb", "filter_results", "search_flights"),
            ),
            causes_a=(
                acted(
                    4, 'filter_results {"depart_after": "10:00", "max_price": 90000}'
                ),
            ),
            causes_b=(acted(4, "search_flights"),),
            checkpoints=NO_DIGEST,
        ),
        states=(
            StateDifference(record=3, changes=(), streams=()),
            StateDifference(
                record=4,
                changes=(
                    gone("/agents/buyer_1/filters/depart_after", "10:00"),
                    gone("/agents/buyer_1/filters/max_price", "90000"),
                    changed("/agents/buyer_1/shown", FITTING, FOUND),
                    changed("/timers/turn 1/0/0", 3500, 5000),
                ),
                streams=(),
            ),
        ),
    )
    assert found.exit_code == 1


@pytest.mark.parametrize("side", ["a", "b"])
def test_of_two_journals_one_may_end_first(small, written, side):
    data = small.read_bytes()
    cut = written(b"".join(data.splitlines(keepends=True)[:7]))
    files = {"a": (cut, small), "b": (small, cut)}[side]

    found = diff(*files)

    assert (found.same, found.common, found.ends_first) == (False, 7, side)
    assert (found.header, found.first.n, found.first.changes) == ((), 7, ())
    longer = found.first.causes_b if side == "a" else found.first.causes_a
    shorter = found.first.causes_a if side == "a" else found.first.causes_b
    assert (longer[0].n, shorter) == (7, ())
    assert found.states == (StateDifference(record=6, changes=(), streams=()),)
    assert found.states_reason == f"{side} ends before record 7"
    assert found.exit_code == 3


def test_the_first_record_is_found_wherever_it_stands(forge, small, written):
    found = {}
    for n in range(1, len(forge.bodies(small)) - 1):
        path = written(forge.altered(small, n, lambda record: record.update(a="x")))
        found[n] = diff(small, path, execute=False)

    assert [one.first.n for one in found.values()] == list(found)
    assert [one.common for one in found.values()] == list(found)
    assert {one.header for one in found.values()} == {()}
    assert {one.states_reason for one in found.values()} == {"nothing was executed"}


def test_headers_alone_can_differ(forge, small, written):
    path = written(
        forge.altered(small, 0, lambda r: r["d"]["seats"][0].update(policy="mine"))
    )

    found = diff(small, path)

    assert (found.same, found.first, found.ends_first) == (False, None, "")
    assert found.header == (changed("/d/seats/0/policy", "cheapest", "mine"),)
    assert found.common == structure_of(small).records - 1
    assert found.exit_code == 1


def test_a_forged_action_is_compared_in_its_effect_on_the_state(forge, written):
    path = written(
        forge.altered(RUSH, 50, lambda r: r["d"].update(args={"card_token": "tok_ok"}))
    )

    found = diff(RUSH, path)

    assert (found.common, found.first.n) == (50, 50)
    assert found.first.changes == (changed("/d/args/card_token", "tok_3ds", "tok_ok"),)
    assert found.first.causes_b == (
        Link(
            n=50,
            t=9500,
            kind="act",
            actor="buyer_2",
            cause=0,
            text='enter_card {"card_token": "tok_ok"}',
        ),
    )
    digest = Digest(n=256, t=5_982_000)
    assert found.first.checkpoints == Checkpoints(
        last=None, old=digest, new=digest, streams=()
    )
    assert found.states == (
        StateDifference(record=49, changes=(), streams=()),
        StateDifference(
            record=50,
            changes=(changed("/agents/buyer_2/card", "tok_3ds", "tok_ok"),),
            streams=(),
        ),
    )
    assert found.states_reason == ""


def test_states_are_compared_between_events(forge, written):
    """Records 62 to 65 are one event's, so that the last common state is 61's."""
    path = written(forge.altered(RUSH, 64, lambda r: r["d"].update(total=1)))

    found = diff(path, RUSH)

    assert (found.first.n, found.first.changes) == (64, (changed("/d/total", 1, 5600),))
    assert [link.kind for link in found.first.causes_a] == [
        "ticket_issued",
        "payment_started",
        "act",
    ]
    assert found.states == (StateDifference(record=61, changes=(), streams=()),)
    assert found.states_reason == "in a, record 64 comes out differently"


def test_streams_that_drew_differently_are_named_at_the_next_digests(tmp_path):
    """The digests are of different times, hence all who acted since are named."""
    path = tmp_path / "other.jsonl"
    run("flights/rush", {"buyer_7": "dummy"}, seed=1, journal=path, regret=False)

    assert diff(RUSH, path).first.checkpoints == Checkpoints(
        last=None,
        old=Digest(n=256, t=5_982_000),
        new=Digest(n=259, t=4_200_000),
        streams=(
            Drawn(stream="lottery/1", old=37, new=25),
            Drawn(stream="lottery/5", old=37, new=25),
            Drawn(stream="lottery/7", old=33, new=80),
        ),
    )


def test_streams_that_drew_differently_are_named_in_the_states(small, pair):
    """In the second journal there is one more buyer."""
    found = diff(small, pair[0])

    task = Drawn(stream="task/1", old=None, new=5)
    assert [(state.record, state.streams) for state in found.states] == [
        (1, (Drawn(stream="lottery/1", old=None, new=1), task)),
        (
            2,
            (
                Drawn(stream="lottery/0", old=2, new=1),
                Drawn(stream="lottery/1", old=None, new=2),
                task,
            ),
        ),
    ]


def test_a_header_that_describes_no_run_leaves_the_states_out(forge, small, written):
    path = written(forge.altered(small, 0, lambda r: r["d"].update(seats=7)))
    story = Story(path.read_bytes())
    story.records[5]["a"] = "x"
    path = written(story.seal())

    found = diff(path, small)

    assert (found.first.n, found.states) == (5, ())
    assert found.states_reason.startswith("a cannot be executed: the header does not ")


def test_a_journal_without_records_has_nothing_in_common(small, written):
    path = written(b"")

    found = diff(path, small)

    assert (found.same, found.common, found.ends_first) == (False, 0, "a")
    assert (found.header, found.first.n, found.states) == ((), 0, ())
    assert found.states_reason == "a has no records"
    assert found.exit_code == 3


def test_a_file_that_cannot_be_read_is_refused(small, tmp_path, no_file):
    for path in (tmp_path / "absent", no_file("a folder"), no_file("a pipe")):
        with pytest.raises(Misuse):
            diff(small, path)
        with pytest.raises(Misuse):
            diff(path, small)


def test_progress_is_told_of_both_sides(pair):
    seen = []

    diff(*pair, progress=lambda side, n: seen.append((side, n)))

    assert {side for side, _ in seen} == {"a", "b"}


# -- changes -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "pointers"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": True}, ["/a"]),
        ({"a": 0}, {"a": None}, ["/a"]),
        ({"a": None}, {}, ["/a"]),
        ({}, {"a": None}, ["/a"]),
        ({"a/b~c": 1}, {"a/b~c": 2}, ["/a~1b~0c"]),
        ({"": 1}, {"": 2}, ["/"]),
        ([1, [2, 3]], [1, [2, 4]], ["/1/1"]),
        ([1, 2], [1, 2, 3], [""]),
        ([], {}, [""]),
        ({"b": 1, "a": 1}, {"b": 2, "a": 2}, ["/a", "/b"]),
    ],
    ids=str,
)
def test_changes_are_found_by_value_and_type(old, new, pointers):
    assert [change.pointer for change in changes(old, new)] == pointers
    assert [change.pointer for change in changes(new, old)] == pointers

"""A run that comes out differently is told with its fields, causes and streams."""

import pytest
from tests.audit.story import Story
from tests.golden.record import REPLAYS
from tests.replay import plants

from test_time_gym.replay import read_journal, verify
from test_time_gym.replay.causes import Link
from test_time_gym.replay.changes import Change
from test_time_gym.replay.checkpoints import Checkpoints, Digest, Drawn

RUSH = REPLAYS / "flights-rush.jsonl"
REFUNDS = REPLAYS / "flights-refunds.jsonl"
STORM = REPLAYS / "flights-3ds-storm.jsonl"

RUSH_DIGEST = Digest(n=261, t=5_978_500)
"""The only one of its journal."""


def changed(pointer, old, new):
    return Change(pointer=pointer, what="changed", old=old, new=new)


def gone(pointer, old):
    return Change(pointer=pointer, what="removed", old=old, new=None)


def come(pointer, new):
    return Change(pointer=pointer, what="added", old=None, new=new)


def around(old, new, *streams, last=None):
    return Checkpoints(last=last, old=old, new=new, streams=streams)


def numbers(links):
    return [(link.n, link.actor, link.kind) for link in links]


@pytest.fixture
def diverging(monkeypatch):
    """Verify a journal in a market that has been changed."""

    def verified(plant, path):
        plant(monkeypatch)
        verdict = verify(path, reexecute=True)
        assert (verdict.status, verdict.replay) == ("complete", "diverged")
        return verdict.first_divergence

    return verified


def test_a_price_one_minor_unit_higher_is_traced_to_the_action_that_met_it(diverging):
    found = diverging(plants.prices_are_one_minor_unit_higher, RUSH)

    assert (found.n, found.changes) == (33, (changed("/d/lines/0/2", 6100, 6101),))
    assert found.causes == (
        Link(
            n=33,
            t=7000,
            kind="hold_placed",
            actor="buyer_0",
            cause=32,
            text='expires 607000, hold hold-0-1, lines [["VY3901", 1, 6100]]',
        ),
        Link(
            n=32,
            t=7000,
            kind="act",
            actor="buyer_0",
            cause=0,
            text="proceed_to_payment",
        ),
    )
    assert found.causes_found[0].text.endswith('lines [["VY3901", 1, 6101]]')
    assert found.causes_found[1:] == found.causes[1:]
    assert found.checkpoints == around(RUSH_DIGEST, RUSH_DIGEST)


def test_an_extra_draw_names_its_stream_at_the_next_digest(diverging):
    found = diverging(plants.a_lottery_is_drawn_once_more, RUSH)

    assert (found.n, found.changes) == (192, (changed("/d/ticket", 7724897, 4326285),))
    assert numbers(found.causes) == [(192, "buyer_3", "act")]
    assert found.checkpoints == around(
        RUSH_DIGEST, RUSH_DIGEST, Drawn(stream="lottery/3", old=4, new=5)
    )


def test_a_draw_without_effect_is_found_by_the_digest_and_named(diverging):
    found = diverging(plants.a_stream_is_drawn_that_nothing_hangs_on, RUSH)

    assert found.n == 261
    assert [change.pointer for change in found.changes] == ["/d/state"]
    assert numbers(found.causes) == [(261, "", "digest")]
    assert found.checkpoints == around(
        RUSH_DIGEST, RUSH_DIGEST, Drawn(stream="planted/1", old=None, new=99)
    )


def test_two_events_that_changed_places_show_who_came_first(diverging):
    found = diverging(plants.holds_of_one_instant_expire_in_reverse, STORM)

    assert (found.n, found.changes) == (
        97,
        (
            changed("/a", "buyer_0", "buyer_6"),
            changed("/d/hold", "hold-0-1", "hold-6-1"),
        ),
    )
    assert numbers(found.causes) == [(97, "buyer_0", "hold_expired")]
    assert numbers(found.causes_found) == [(97, "buyer_6", "hold_expired")]
    digest = Digest(n=256, t=2_433_880)
    assert found.checkpoints == around(digest, digest)


def test_a_record_that_does_not_come_is_set_against_the_one_that_does(diverging):
    found = diverging(plants.holds_are_never_told, RUSH)

    assert (found.n, found.changes) == (
        33,
        (
            gone("/d/expires", 607000),
            gone("/d/hold", "hold-0-1"),
            gone("/d/lines", [["VY3901", 1, 6100]]),
            come("/d/terms", {"progress": 30}),
            changed("/k", "hold_placed", "reward"),
        ),
    )
    assert numbers(found.causes_found) == [
        (33, "buyer_0", "reward"),
        (32, "buyer_0", "act"),
    ]
    # Four holds are missing before it.
    assert found.checkpoints == around(RUSH_DIGEST, Digest(n=257, t=5_978_500))


def test_an_action_that_cannot_be_carried_out_says_why(diverging):
    found = diverging(plants.holds_fail, RUSH)

    assert (found.n, found.changes) == (32, ())
    assert found.found == "(it cannot be carried out: KeyError('planted'))"
    assert numbers(found.causes) == [(32, "buyer_0", "act")]
    assert found.causes_found == ()
    assert found.checkpoints == around(RUSH_DIGEST, None)


def test_a_forged_action_is_found_where_it_takes_effect(forge, written):
    """Another card is entered at record 49, and seen when it is to pay."""
    path = written(
        forge.altered(RUSH, 49, lambda r: r["d"].update(args={"card_token": "tok_ok"}))
    )

    found = verify(path, reexecute=True).first_divergence

    assert (found.n, found.changes) == (58, (changed("/d/card", "tok_3ds", "tok_ok"),))
    assert numbers(found.causes) == [
        (58, "buyer_2", "payment_started"),
        (57, "buyer_2", "act"),
    ]
    assert found.causes[1].text == 'confirm_payment {"idempotency_key": "key-1"}'
    # That card is never challenged: an answer is nothing to wait for.
    assert (found.checkpoints, found.unfit) == (around(RUSH_DIGEST, None), 68)


def test_the_last_digest_on_which_both_agree_is_named(forge, written):
    digest, n = 261, 300
    assert read_journal(RUSH).record(digest).kind == "digest"
    path = written(forge.altered(RUSH, n, lambda record: record.update(c=7)))

    found = verify(path, reexecute=True).first_divergence

    assert (found.n, found.changes) == (n, (changed("/c", 7, 0),))
    assert found.checkpoints == around(None, None, last=RUSH_DIGEST)


def test_of_several_digests_before_a_divergence_the_last_is_named(forge, written):
    journal = read_journal(REFUNDS)
    digests = [(r.n, r.t) for r in journal.records() if r.kind == "digest"]
    n = digests[1][0] + 1
    path = written(forge.altered(REFUNDS, n, lambda record: record.update(c=1)))

    found = verify(path, reexecute=True).first_divergence

    last, following = (Digest(n=n, t=t) for n, t in digests[1:])
    assert (len(digests), found.n) == (3, n)
    assert found.checkpoints == around(following, following, last=last)


def test_a_fact_too_much_is_told_where_the_market_waits(written):
    """Nothing comes out in its place: the next record is an action to be fed."""
    story = Story(RUSH.read_bytes())
    story.add(story.records[31], "reward", {"terms": {"progress": 20}}, a="x", c=17)
    path = written(story.seal())

    found = verify(path, reexecute=True).first_divergence

    assert (found.n, found.changes, found.causes_found) == (32, (), ())
    assert found.found == "(nothing: the market waits for an action)"
    assert numbers(found.causes) == [(32, "x", "reward"), (17, "buyer_2", "act")]


DRAWS = [7, "x", ["lottery/0", "x"], ["lottery/1", 1, 2], ["lottery/2"], [1, 2], []]
"""None of them is a stream and its counter."""


def test_forged_counters_that_are_none_count_as_unknown(forge, written):
    path = written(forge.altered(RUSH, 261, lambda r: r["d"].update(draws=DRAWS)))

    found = verify(path, reexecute=True).first_divergence

    assert (found.n, found.changes) == (261, ())
    assert found.checkpoints.streams[1] == Drawn(stream="lottery/0", old=None, new=9)
    assert [drawn.old for drawn in found.checkpoints.streams] == [None] * 17


def test_counters_in_another_order_are_a_change_of_the_record(forge, written):
    path = written(forge.altered(RUSH, 261, lambda r: r["d"]["draws"].reverse()))

    found = verify(path, reexecute=True).first_divergence

    assert found.checkpoints.streams == ()
    assert {change.pointer[:9] for change in found.changes} == {"/d/draws/"}

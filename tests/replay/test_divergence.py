"""A run that comes out differently is told with its fields, causes and streams."""

import pytest
from tests.audit.story import Story
from tests.golden.record import REPLAYS
from tests.replay import plants

from test_time_gym.journal import read_journal
from test_time_gym.replay import verify
from test_time_gym.replay.causes import Link
from test_time_gym.replay.changes import ValueChange
from test_time_gym.replay.checkpoints import Checkpoints, Digest, Drawn

RUSH = REPLAYS / "flights-rush.jsonl"
REFUNDS = REPLAYS / "flights-refunds.jsonl"
STORM = REPLAYS / "flights-3ds-storm.jsonl"

RUSH_DIGEST = Digest(n=256, t=5_982_000)
"""The only one of its journal."""


def changed(pointer, old, new):
    return ValueChange(pointer=pointer, what="changed", old=old, new=new)


def gone(pointer, old):
    return ValueChange(pointer=pointer, what="removed", old=old, new=None)


def come(pointer, new):
    return ValueChange(pointer=pointer, what="added", old=None, new=new)


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

    assert (found.n, found.changes) == (34, (changed("/d/lines/0/2", 6000, 6001),))
    assert found.causes == (
        Link(
            n=34,
            t=7000,
            kind="hold_placed",
            actor="buyer_0",
            cause=33,
            text='expires 607000, hold hold-0-1, lines [["FR5987", 1, 6000]]',
        ),
        Link(
            n=33,
            t=7000,
            kind="act",
            actor="buyer_0",
            cause=0,
            text="proceed_to_payment",
        ),
    )
    assert found.causes_found[0].text.endswith('lines [["FR5987", 1, 6001]]')
    assert found.causes_found[1:] == found.causes[1:]
    assert found.checkpoints == around(RUSH_DIGEST, RUSH_DIGEST)


def test_an_extra_draw_names_its_stream_at_the_next_digest(diverging):
    found = diverging(plants.a_lottery_is_drawn_once_more, RUSH)

    assert (found.n, found.changes) == (190, (changed("/d/ticket", 7724897, 4326285),))
    assert numbers(found.causes) == [(190, "buyer_3", "act")]
    assert found.checkpoints == around(
        RUSH_DIGEST, RUSH_DIGEST, Drawn(stream="lottery/3", old=4, new=5)
    )


def test_a_draw_without_effect_is_found_by_the_digest_and_named(diverging):
    found = diverging(plants.a_stream_is_drawn_that_nothing_hangs_on, RUSH)

    assert found.n == 256
    assert [change.pointer for change in found.changes] == ["/d/state"]
    assert numbers(found.causes) == [(256, "", "digest")]
    assert found.checkpoints == around(
        RUSH_DIGEST, RUSH_DIGEST, Drawn(stream="planted/1", old=None, new=99)
    )


@pytest.mark.pure("a method of the market is replaced")
def test_two_events_that_changed_places_show_who_came_first(diverging):
    found = diverging(plants.holds_of_one_instant_expire_in_reverse, STORM)

    assert (found.n, found.changes) == (
        98,
        (
            changed("/a", "buyer_0", "buyer_6"),
            changed("/d/hold", "hold-0-1", "hold-6-1"),
        ),
    )
    assert numbers(found.causes) == [(98, "buyer_0", "hold_expired")]
    assert numbers(found.causes_found) == [(98, "buyer_6", "hold_expired")]
    digest = Digest(n=256, t=3_815_000)
    assert found.checkpoints == around(digest, digest)


@pytest.mark.pure("a method of the market is replaced")
def test_a_record_that_does_not_come_is_set_against_the_one_that_does(diverging):
    found = diverging(plants.holds_are_never_told, RUSH)

    assert (found.n, found.changes) == (
        34,
        (
            gone("/d/expires", 607000),
            gone("/d/hold", "hold-0-1"),
            gone("/d/lines", [["FR5987", 1, 6000]]),
            come("/d/terms", {"progress": 30}),
            changed("/k", "hold_placed", "reward"),
        ),
    )
    assert numbers(found.causes_found) == [
        (34, "buyer_0", "reward"),
        (33, "buyer_0", "act"),
    ]
    # Four holds are missing before it: it comes later, when two more have acted.
    assert found.checkpoints == around(
        RUSH_DIGEST,
        Digest(n=258, t=5_985_500),
        Drawn(stream="lottery/1", old=37, new=39),
        Drawn(stream="lottery/5", old=37, new=39),
    )


@pytest.mark.pure("a method of the market is replaced")
def test_an_action_that_cannot_be_carried_out_says_why(diverging):
    found = diverging(plants.holds_fail, RUSH)

    assert (found.n, found.changes) == (33, ())
    assert found.found == "(it cannot be carried out: KeyError('planted'))"
    assert numbers(found.causes) == [(33, "buyer_0", "act")]
    assert found.causes_found == ()
    assert found.checkpoints == around(RUSH_DIGEST, None)


def test_a_forged_action_is_found_where_it_takes_effect(forge, written):
    """Another card is entered at record 50, and seen when it is to pay."""
    path = written(
        forge.altered(RUSH, 50, lambda r: r["d"].update(args={"card_token": "tok_ok"}))
    )

    found = verify(path, reexecute=True).first_divergence

    assert (found.n, found.changes) == (59, (changed("/d/card", "tok_3ds", "tok_ok"),))
    assert numbers(found.causes) == [
        (59, "buyer_2", "payment_started"),
        (58, "buyer_2", "act"),
    ]
    assert found.causes[1].text == 'confirm_payment {"idempotency_key": "key-1"}'
    # That card is never challenged: an answer is nothing to wait for.
    assert (found.checkpoints, found.unfit) == (around(RUSH_DIGEST, None), 69)


def test_the_last_digest_on_which_both_agree_is_named(forge, written):
    n = 300
    assert read_journal(RUSH).record(RUSH_DIGEST.n).kind == "digest"
    path = written(forge.altered(RUSH, n, lambda record: record.update(c=7)))

    found = verify(path, reexecute=True).first_divergence

    assert (found.n, found.changes) == (n, (changed("/c", 7, 0),))
    assert found.checkpoints == around(None, None, last=RUSH_DIGEST)


@pytest.mark.parametrize("before", [1, 2])
def test_of_several_digests_before_a_divergence_the_last_is_named(
    forge, written, before
):
    records = read_journal(REFUNDS).records()
    digests = [Digest(n=r.n, t=r.t) for r in records if r.kind == "digest"]
    n = digests[before - 1].n + 1
    path = written(forge.altered(REFUNDS, n, lambda record: record.update(c=1)))

    found = verify(path, reexecute=True).first_divergence

    assert (len(digests), found.n) == (2, n)
    last, following = [*digests, None][before - 1 : before + 1]
    assert found.checkpoints == around(following, following, last=last)


def test_a_fact_too_much_is_told_where_the_market_waits(written):
    """Nothing comes out in its place: the next record is an action to be fed."""
    story = Story(RUSH.read_bytes())
    story.add(story.records[31], "reward", {"terms": {"progress": 20}}, a="x", c=17)
    path = written(story.seal())

    found = verify(path, reexecute=True).first_divergence

    assert (found.n, found.changes, found.causes_found) == (32, (), ())
    assert found.found == "(nothing: the market waits for an action)"
    assert numbers(found.causes) == [(32, "x", "reward"), (17, "buyer_0", "act")]


DRAWS = [7, "x", ["lottery/0", "x"], ["lottery/1", 1, 2], ["lottery/2"], [1, 2], []]
"""None of them is a stream and its counter."""


def test_forged_counters_that_are_none_count_as_unknown(forge, written):
    path = written(
        forge.altered(RUSH, RUSH_DIGEST.n, lambda r: r["d"].update(draws=DRAWS))
    )

    found = verify(path, reexecute=True).first_divergence

    assert (found.n, found.changes) == (RUSH_DIGEST.n, ())
    assert found.checkpoints.streams[1] == Drawn(stream="lottery/0", old=None, new=9)
    assert [drawn.old for drawn in found.checkpoints.streams] == [None] * 18


def test_counters_in_another_order_are_a_change_of_the_record(forge, written):
    path = written(
        forge.altered(RUSH, RUSH_DIGEST.n, lambda r: r["d"]["draws"].reverse())
    )

    found = verify(path, reexecute=True).first_divergence

    assert found.checkpoints.streams == ()
    assert {change.pointer[:9] for change in found.changes} == {"/d/draws/"}

"""Forged journals with a right chain, each with the rule that must find it.

A forgery changes a story, or raises `NotHere` when the story has no place for it.
"""

from hashlib import blake2b

from tests.audit.story import spelled

FORGERIES = []
ALONE = []
"""Forgeries that no other rule sees, each of which makes a story of its own."""
SHORT = []
"""Forgeries that make a story of their own, and that other rules may see, too."""


def forgery(rule):
    """Enter a forgery with the rule that is meant for it."""

    def enter(change):
        FORGERIES.append((change.__name__, rule, change))
        return change

    return enter


def forgery_short(rule):
    """Enter a forgery that makes a story of its own, for a check of this rule."""

    def enter(forge):
        SHORT.append((forge.__name__, rule, forge))
        return forge

    return enter


def forgery_alone(rule):
    """Enter a forgery that only this rule can see."""

    def enter(forge):
        ALONE.append((forge.__name__, rule, forge))
        return forge

    return enter


def outcome_of(story, name):
    return story.first("outcome", lambda r: r["d"]["outcome"] == name)


def captured_first(story):
    """Return a ticket, and the authorization and capture before it."""
    ticket = story.first("ticket_issued")
    at = story.records.index(ticket)
    return story.records[at - 2], story.records[at - 1], ticket


def drop_with_penalty(story, failure):
    """Leave out a failure of a payment, and what its visitor is told of it."""
    for _ in range(2):
        if story.after(failure)["k"] in {"reward", "message"}:
            story.drop(story.after(failure))
    story.drop(failure)


def last_of_chain(story, record):
    """Return the last record that follows at once from one."""
    while story.after(record)["k"] in {"message", "outcome", "reward", "ticket_issued"}:
        record = story.after(record)
    return record


def redeclare(story):
    """Let the header's digest fit what its scenario says now."""
    header = story.records[0]["d"]
    text = spelled(header["scenario"])
    header["scenario_digest"] = blake2b(text, digest_size=16).hexdigest()


def ok_act(record):
    return record["d"]["status"] == "ok"

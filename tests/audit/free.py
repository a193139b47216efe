"""What a journal leaves free: changes that contradict nothing else in it.

Every other change of a record has to be found. docs/journal.md says the same.
"""

import re

__all__ = ["FREE", "free"]

FREE = {
    "header finish|header seats.*.policy": "what a finished agent may do outside the"
    " market, and who an agent is, shows in no record",
    "header max_turns|header window_ms": "a limit that nobody came near, or a window"
    " that moved nobody's turn",
    "act (illegal|malformed|error) .*args.*|act malformed args.*|act error args.*": "what"
    " was refused had no effect, and would have been refused as well",
    "act ok abort args.reason": "a remark",
    "act ok (search_flights|filter_results|select_flight) args.*": "a look at flights"
    " from which nothing was chosen",
    "act ok wait args.minutes": "a wait after which nothing came, or beyond the deadline",
    "act ok (add_to_cart|remove_from_cart|apply_coupon|enter_card|choose_instalments"
    "|confirm_payment|answer_challenge|cancel_order) args.*": "a click that led to"
    " nothing, and another one that would have led to nothing as well",
    "seat_sold .*|.* swapped with seat_sold": "when background buyers come, and what they"
    " choose of what can be had, is drawn otherwise than by keyed hashes",
    "repriced .*|.* swapped with repriced": "where opening sales were drawn and a price"
    " has not told them yet, it may have moved a step more, a step less or not",
    "digest (pending|state|draws.*)|end state": "a digest of what no record tells, and"
    " the draws of background buyers",
    "end time": "a run may have gone on while nothing happened that is recorded",
}
"""Pattern of what was changed → why nothing contradicts it."""


def free(what):
    """Return why a change may go unseen, or None if it may not."""
    for pattern, why in FREE.items():
        if re.fullmatch(pattern, what):
            return why
    return None

"""What one learner has learned, and what it believed."""

from typing import Any

from test_time_gym.report.parts import (
    Part,
    axis,
    chart,
    choice,
    column,
    option,
    series,
    table,
    text,
)

from .learners import Learner

__all__ = ["belief_parts", "learned_of", "lineage_parts"]


def learned_of(arm: str, learners: list[Learner]) -> str:
    """Return when the runs of an arm learned skills, in a sentence; "": they have not.

    >>> learned_of("mined", [])
    ''
    """
    runs = [one.lineage for one in learners if one.arm == arm]
    births = [[skill["born"] for skill in run if skill["born"] > 0] for run in runs]
    mined = [some for some in births if some]
    if not mined:
        return ""
    firsts = sorted(min(some) for some in mined)
    when = f"in episode {firsts[0]}"
    if firsts[0] != firsts[-1]:
        when = f"in episodes {firsts[0]} to {firsts[-1]}"
    count = sum(map(len, mined)) / len(runs)
    used = sum([one["state"] == "confirmed" for run in runs for one in run]) / len(runs)
    who = "Its run" if len(runs) == 1 else f"{len(mined)} of {len(runs)} runs"
    return (
        f"{arm}: {who} learned the first skill {when}; a run learned "
        f"{count:.1f} skills, and ended with {used:.1f} in use. "
        f"{_example(arm, learners)}See “Skills, and how they came and went”."
    )


def _example(arm: str, learners: list[Learner]) -> str:
    """Return what the skill does that a run of an arm has used most, in a sentence."""
    for one in learners:
        mined = [skill for skill in one.lineage if one.arm == arm and skill["born"] > 0]
        used = [skill for skill in mined if skill["state"] == "confirmed"]
        if not used:
            continue
        skill = max(used, key=lambda kept: sum(times for _, times, _ in kept["uses"]))
        return (
            f"The one most used at site {one.seed}, {skill['called']}, was learned in "
            f"episode {skill['born']}: {skill['does']} "
        )
    return ""


def lineage_parts(
    learner: Learner, episodes: int, marks: list[tuple[int, str]]
) -> list[Part]:
    """Return the skills of a learner: a sentence, and the lineage."""
    if not learner.lineage:
        line = "It has learned no skill: it knows values, prices and the site alone."
        return [text(line)]
    return [
        text(_summary(learner.lineage)),
        {
            "type": "lineage",
            "id": "skill",
            "episodes": episodes,
            "marks": [{"x": at, "label": said} for at, said in marks],
            "skills": learner.lineage,
        },
    ]


def _summary(lineage: list[dict[str, Any]]) -> str:
    """Return how many skills there were, and when the first and the last came."""
    given = sum([one["born"] == 0 for one in lineage])
    mined = [one for one in lineage if one["born"] > 0]
    gone = sum([one["gone"] is not None for one in lineage])
    used = sum([one["state"] == "confirmed" for one in lineage])
    said = [f"It began with {given} skills" if given else "It began with no skill"]
    if mined:
        first, last = mined[0]["born"], mined[-1]["born"]
        span = f"episode {first}" if first == last else f"episodes {first} to {last}"
        said.append(f"learned {len(mined)} from its successes in {span}")
    else:
        said.append("learned none")
    said.append(f"gave up {gone}")
    return f"{', '.join(said)}, and ended with {used} in use."


def belief_parts(learner: Learner, marks: list[tuple[int, str]]) -> list[Part]:
    """Return what a learner believed of its choices, for each place of choice."""
    if not learner.posteriors:
        return [text("It has made no choice among several, or none is kept.")]
    options = [
        option(
            one["name"],
            f"{one['where']} ({one['choices']} choices)",
            _beliefs(one, marks),
            _chosen(one),
        )
        for one in learner.posteriors
    ]
    return [choice("context", "Where it chooses", options)]


def _beliefs(one: dict[str, Any], marks: list[tuple[int, str]]) -> Part:
    drawn = []
    for arm in one["arms"]:
        pairs = list(zip(arm["mean"], arm["spread"], strict=True))
        low = [None if None in pair else pair[0] - pair[1] for pair in pairs]
        high = [None if None in pair else pair[0] + pair[1] for pair in pairs]
        drawn.append(series(arm["called"], arm["mean"], low, high))
    return chart(
        "beliefs",
        "What each choice is believed to be worth",
        {"label": "episode", "values": one["episodes"]},
        axis("worth"),
        drawn,
        marks=marks,
        note="The line is the mean of the belief at the last choice of an episode, the "
        "band one standard deviation on either side. Bands get narrow where something "
        "is tried often, and wide again as evidence fades; explore is to do what no "
        "skill does.",
    )


def _chosen(one: dict[str, Any]) -> Part:
    columns = [
        column("choice", number=False),
        column("chosen"),
        column("worth, first"),
        column("worth, last"),
        column("deviation, last"),
    ]
    rows = []
    for arm in one["arms"]:
        means = [value for value in arm["mean"] if value is not None]
        spreads = [value for value in arm["spread"] if value is not None]
        ends = [means[:1], means[-1:], spreads[-1:]]
        shown = [f"{some[0]:.2f}" if some else None for some in ends]
        rows.append([arm["called"], str(arm["chosen"]), *shown])
    return table(columns, rows, caption="How often each was chosen, and its worth.")

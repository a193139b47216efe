"""The page of a study: what was played, what came out, and what was learned how."""

import json
from pathlib import Path
from typing import Any

from test_time_gym.evaluation.learning import Study
from test_time_gym.evaluation.learning.finished_study import (
    FinishedStudy,
    finished_study,
)
from test_time_gym.report.page import page
from test_time_gym.report.parts import (
    Part,
    choice,
    column,
    counted,
    option,
    section,
    table,
    text,
)
from test_time_gym.report.report import Report

from .arms_part import arms_parts
from .curves_part import curve_sections
from .drift_part import drift_section
from .findings import changes_of, findings_of, learning_arms, skills_of
from .learner_parts import belief_parts, learned_of, lineage_parts
from .learners import Learner, learners_of

__all__ = ["study_data", "study_page"]


def study_data(
    study: Study | FinishedStudy | str | Path, memory: str | Path | None = None
) -> tuple[str, dict[str, Any], dict[str, bytes]]:
    """Return what the page of a study shows: its title, data and blocks.

    Args:
        study: what `learn` returned, or the folder of one that is finished.
        memory: file in which its learning runs are kept, if it is not in the folder.

    Raises:
        Misuse: the folder holds no finished study.
        StoreError: the memory cannot be read.
    """
    if isinstance(study, Study):
        study = study.folder
    if not isinstance(study, FinishedStudy):
        study = finished_study(study)
    learners = learners_of(study, None if memory is None else Path(memory))
    blocks: dict[str, bytes] = {}
    marks = [(one.after_episodes, one.name) for one in study.drifts]
    for one in learners:
        skills = lineage_parts(one, study.episodes, marks)
        blocks[f"skills-{_key(one)}"] = _json(skills)
        blocks[f"beliefs-{_key(one)}"] = _json(belief_parts(one, marks))
    sections = [
        section("outcome", "What came out", *arms_parts(study)),
        *curve_sections(study),
        drift_section(study),
        _skills(study, learners),
        _beliefs(learners),
        _protocol(study),
    ]
    title = f"Learning study: {study.figures['agent']} at {study.figures['scenario']}"
    lead = findings_of(study)
    lead += [learned_of(arm, learners) for arm in learning_arms(study)]
    lead += changes_of(study)
    shown = {"lead": [line for line in lead if line], "sections": sections}
    return title, shown, blocks


def study_page(
    study: Study | FinishedStudy | str | Path, memory: str | Path | None = None
) -> Report:
    """Return the page of a study; as `study_data`."""
    if isinstance(study, Study):
        study = study.folder
    if not isinstance(study, FinishedStudy):
        study = finished_study(study)
    title, data, blocks = study_data(study, memory)
    sites = counted(len(study.results), "site")
    episodes = counted(study.episodes, "episode")
    return Report(
        html=page("study", title, data, blocks),
        title=title,
        kind="study",
        contents=f"{sites}, {episodes} at each, {counted(len(study.arms), 'arm')}",
    )


def _skills(study: FinishedStudy, learners: list[Learner]) -> Part:
    rows = []
    kinds: dict[str, bool] = {}
    told = {arm: skills_of(study, arm) for arm in study.arms}
    for counts in told.values():
        kinds |= dict.fromkeys(counts, True)
    for arm, counts in told.items():
        if counts:
            rows.append([arm, *[f"{counts[kind]:.1f}" for kind in kinds]])
    if not rows:
        line = "None of these agents keeps skills, or none has learned any."
        return section("skills", "Skills", text(line))
    columns = [column("arm", number=False), *map(column, kinds)]
    parts = [
        table(columns, rows, caption="What became of skills, in the mean of runs.")
    ]
    if not learners:
        parts.append(text("Their memory is not there, so nothing is told of each."))
    else:
        parts.append(
            text(
                "Below is each skill of one run, in the order in which they were "
                "learned. A bar is the time in which it was there: ● learned, "
                "✓ confirmed by use, ◆ made more general, ✕ retired, ↗ became part of "
                "another or was replaced. Ticks below it are its uses, tall ones those "
                "in which it did not arrive; a gap is time in which something else "
                "was done. Choose one for its words."
            )
        )
        parts.append(_choice("learner", "skills", learners))
    return section("skills", "Skills, and how they came and went", *parts)


def _beliefs(learners: list[Learner]) -> Part:
    title = "What was believed of each choice"
    if not learners:
        line = "No run of this study has kept what it believed."
        return section("beliefs", title, text(line))
    return section("beliefs", title, _choice("believer", "beliefs", learners))


def _choice(name: str, what: str, learners: list[Learner]) -> Part:
    options = [
        option(_key(one), f"{one.arm}, site {one.seed}", block=f"{what}-{_key(one)}")
        for one in learners
    ]
    return choice(name, "Run", options)


def _key(one: Learner) -> str:
    return f"{one.arm}-{one.seed}"


def _json(parts: list[Part]) -> bytes:
    return json.dumps(parts, ensure_ascii=False, allow_nan=False).encode()


def _protocol(study: FinishedStudy) -> Part:
    found = study.figures
    first, last = found["sites"]["first"], found["sites"]["last"]
    within = f" ({found['sites']['range']})" if found["sites"]["range"] else ""
    rows: list[list[str | Part | None]] = [
        ["scenario", found["scenario"]],
        ["agent", found["agent"]],
        ["episodes of a run", str(study.episodes)],
        ["sites", f"{first} to {last}{within}"],
        ["arms", ", ".join(study.arms)],
        ["changes of the sites", ", ".join([one.name for one in study.drifts])],
        ["digest of the question", study.digest],
    ]
    columns = [column("what", number=False), column("value", number=False)]
    return section(
        "protocol",
        "What was asked",
        text(
            "Seed k is an agent's life at site k: its episodes one after the other. "
            "All arms of a seed play the same site and the same episodes, and are "
            "compared episode by episode. One seat plays, so the best purchase of an "
            "episode is the same in all arms. Rates are of episodes whose task can be "
            "met.",
        ),
        table(columns, [row for row in rows if row[1]], caption="The study."),
    )

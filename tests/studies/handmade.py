"""Episodes made by hand."""

from test_time_gym.evaluation.learning.run import LearningEpisode, LearningRun


def episode(outcome="success", steps=10, *, optimal=100, regret=0, **more):
    """Return an episode; a failure of a feasible task has lost 50."""
    met = outcome == "success"
    feasible = optimal is not None
    return LearningEpisode(
        seed=more.pop("seed", 0),
        outcome=outcome,
        reward=1.0 if met else -0.1,
        steps=steps,
        paid=optimal + regret if met and feasible else None,
        optimal=optimal,
        regret=regret if met and feasible else None,
        timing=regret if met and feasible else None,
        search=0 if met and feasible else None,
        execution=0 if met and feasible else None,
        lost_surplus=50 if feasible and not met else None,
        choices=more.pop("choices", 0),
        open_choices=more.pop("open_choices", 0),
        explored=more.pop("explored", 0),
        skill_steps=more.pop("skill_steps", 0),
        trial_steps=more.pop("trial_steps", 0),
        exploring_steps=more.pop("exploring_steps", 0),
    )


def life(outcomes, **more):
    """Return a life from letters: s success, f failed, v violation, i infeasible."""
    kinds = {"s": "success", "f": "failed", "v": "violation", "i": "failed"}
    return LearningRun(
        episodes=[
            episode(kinds[letter], optimal=None if letter == "i" else 100, **more)
            for letter in outcomes
        ]
    )


def told(*outcomes):
    """Return the episodes of lives."""
    return [life(letters).episodes for letters in outcomes]

"""Skills and episodes for the tests of the memory."""

from test_time_gym.agents.skill_memory import (
    ChoiceRecord,
    EpisodeRecord,
    LearnerMemory,
    SkillChange,
)
from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step


def skill(name="pay", *, verbs=("enter_card", "confirm_payment"), **more):
    card = {"card_token": (Binding(path="wallet[-1].token"), Binding(value="tok_b"))}
    steps = [Step(verb=v, args=card if v == "enter_card" else {}) for v in verbs]
    fields = {
        "precondition": {"view": "payment", "payment": "requires_method"},
        "postcondition": {"view": "receipt"},
        "steps": tuple(steps),
        **more,
    }
    return Skill(name=name, **fields)


def record(number, *, success=True, **more):
    fields = {
        "id": f"flights/rush#{number}",
        "outcome": "success" if success else "failed",
        "steps": 3,
        "paid": 87_000 if success else None,
        "trace": [["add_to_cart", {"flight_id": "F1"}]],
        **more,
    }
    return EpisodeRecord(episode=number, success=success, **fields)


def choice(number, step=0, **more):
    fields = {
        "context": "payment/some",
        "arms": ("explore", "pay"),
        "means": (0.25, 0.5),
        "spreads": (0.125, None),
        "chosen": "pay",
        "propensity": 0.75,
        **more,
    }
    return ChoiceRecord(episode=number, step=step, **fields)


def live(learner: LearnerMemory, first: int, last: int) -> None:
    """Let a learner live some episodes; everything it keeps follows from the number."""
    for number in range(first, last + 1):
        learner.save_episode(
            record(number, success=number % 3 > 0),
            skills=[skill(tries=number, used=number), skill(f"old-{number // 4}")],
            state={"chooser": {"n": number}, "explorer": [number]},
            choices=[choice(number, step) for step in range(3)],
            changes=[SkillChange(episode=number, skill="pay", what="used")],
        )


def everything(learner: LearnerMemory):
    return (
        learner.load(),
        learner.experience(),
        learner.choices(),
        learner.history(),
    )

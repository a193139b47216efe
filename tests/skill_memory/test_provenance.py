"""Which skills know an instance."""

from tests.support.skill_episodes import record, skill

from test_time_gym.agents.skill_memory import contaminated


def test_a_skill_knows_the_instances_that_it_was_mined_from():
    library = [
        skill("a", origin=("site/3#7",)),
        skill("b", origin=("site/3#8", "site/3#7")),
        skill("c", origin=("site/3#8", "site/3#77")),
        skill("d"),
    ]

    assert contaminated(library, (), "site/3#7") == ["a", "b"]
    assert contaminated(library, (), "site/3") == []


def test_an_origin_may_be_the_number_of_an_episode():
    library = [skill("a", origin=("episode 2",)), skill("b", origin=("episode 3",))]
    records = [record(2, id="site/3#7"), record(3, id="site/3#8")]

    assert contaminated(library, records, "site/3#7") == ["a"]

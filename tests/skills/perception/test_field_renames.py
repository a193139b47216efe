"""Fields of another name are read by the names that are known."""

import json

from tests.support.skill_pages import OFFERS, results

from test_time_gym.agents.skills.perception.field_renames import FieldRenames

NEW = {"id": "offer", "price": "fare", "depart": "departs_at", "stops": "changes"}


def renamed(observation):
    flights = [{NEW.get(k, k): v for k, v in one.items()} for one in OFFERS]
    wallet = [{"brand": c["brand"], "ref": c["token"]} for c in observation["wallet"]]
    return {**observation, "flights": flights, "wallet": wallet}


def test_a_field_of_another_name_is_known_by_its_values():
    reading = FieldRenames()
    reading.usual(results())

    again = reading.usual(renamed(results()))

    assert again == results()
    assert list(again["flights"][0]) == list(OFFERS[0])


def test_a_field_that_is_new_or_missing_stands_for_no_other():
    reading = FieldRenames()
    reading.usual(results())
    more = [{**one, "wifi": "free"} for one in OFFERS]
    less = [{k: v for k, v in one.items() if k != "stops"} for one in OFFERS]
    other = [{**one, "wifi": "free"} for one in less]

    for flights in (more, less, other):
        seen = results(flights=flights)
        assert reading.usual(seen) is seen


def test_names_go_on_from_a_dump():
    one, two = FieldRenames(), FieldRenames()
    one.usual(results())
    two.load(json.loads(json.dumps(one.dump())))

    assert two.usual(renamed(results())) == results()


def test_who_does_not_learn_reads_by_the_names_it_knows():
    fresh = FieldRenames()
    fresh.begin(learning=False)
    fresh.usual(results())

    assert fresh.usual(renamed(results())) == renamed(results())
    assert fresh.dump()["fields"] == {}

"""Clients of served episodes, played by scripted agents."""

from test_time_gym.agents.base import make_agent
from test_time_gym.market.interface.verbs import verb_table


def as_call(action, trade):
    """Return an agent's action as a tool's name and its arguments."""
    table = verb_table(trade)
    verb, payload = action["verb"], action.get("payload")
    name = table.names[verb] if isinstance(verb, int) else verb
    if payload is None or payload == "":
        return name, {}
    if isinstance(payload, dict):
        return name, payload
    known = table.arguments[table.by_name[name]].values()
    only = [one.name for one in known if one.required] or [one.name for one in known]
    return name, {only[0]: payload}


async def play(answer, call, trade, agent="cheapest", most=200):
    """Play an agent by calls, from its first answer on.

    Args:
        answer: the first one, as a dict.
        call: takes a tool's name and its arguments, and returns the next answer.
        trade: whose words.
        agent: who plays.
        most: calls.

    Returns:
        All answers.
    """
    player = make_agent(agent)
    if hasattr(player, "begin"):
        player.begin(answer["page"])
    answers = [answer]
    while not answers[-1]["done"] and len(answers) <= most:
        name, arguments = as_call(player.act(answers[-1]["page"]), trade)
        answers.append(await call(name, arguments))
    return answers

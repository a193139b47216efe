"""Skills: procedures that an agent mines from its own successes, and chooses among.

Each room imports those named before it, and never one named after it:

- `perception`: what an agent reads off a page; no other room indexes an observation
- `choice`: bandits, which choose among skills and exploration
- `skill`: skills as data; mined from trajectories, and carried out
- `explore`: acting without a skill, and intrinsic rewards
- `memory`: what is kept from run to run, in a file and as SKILL.md
- `library`: the skills an agent has, how they did, and when they are retired
- `improve`: changes of known skills, tried one at a time
- `drift`: noticing that a site has changed, and what is done about it

`agent` is all of it, `agent_state` what it keeps from episode to episode, `settings`
what moves it; `persistent_agent` saves it in a memory.
"""

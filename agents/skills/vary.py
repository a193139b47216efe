"""Varying: new skills from a known one, by one change."""
from typing import Any
from msgspec.structs import replace
from test_time_gym.market.interface.verbs import FIELDS, VERB_NAMES, Verb
import re
from .binding import affinity, bindings_of, places, resolve
from .skill import Binding, Skill, Step

_SELECTOR=re.compile(r"\[[^\]]*\]")

def variants(skill: Skill, obs: dict[str, Any]) -> list[tuple[str, tuple[Step, ...]]]:
    """Return every change of a skill by one step less or another place of an argument."""
    found=[]
    steps=skill.steps
    there=[p for p,_,_ in places(obs) if p.startswith("flights[fitting least price")]
    for i,step in enumerate(steps):
        for field in FIELDS[Verb(VERB_NAMES.index(step.verb))]:
            name=field.name
            if name in step.args and not step.args[name][0].path.startswith("flights["): continue
            for path in there:
                if affinity(name,path)>=2 and not (name in step.args and step.args[name][0].path==path):
                    found.append((f"{i}.{name}={path}",steps[:i]+(replace(step,args={**step.args,name:(Binding(path=path),)}),)+steps[i+1:]))
        if len(steps)>1 and not step.spare: found.append((f"drop {i}",steps[:i]+steps[i+1:]))
    return found


def siblings(skill: Skill, obs: dict[str, Any]) -> list[tuple[Step, ...]]:
    """Return the skill's steps with another of the same kind for one argument."""
    found=[]
    for i,step in enumerate(skill.steps):
        for name,alts in step.args.items():
            path=alts[0].path
            if not path or path.startswith(("flights","forms","cart")): continue
            kind=_kind(path)
            now=resolve(alts[0],obs)
            values=dict.fromkeys(v for p,v,_ in places(obs) if _kind(p)==kind and v!=now)
            for value in values:
                b=bindings_of(name,value,obs)
                found.append(skill.steps[:i]+(replace(step,args={**step.args,name:b}),)+skill.steps[i+1:])
    return found

def _kind(path): return _SELECTOR.sub("[]",path)

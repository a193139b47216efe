"""Varying: new skills from a known one, by one change."""
from typing import Any
from msgspec.structs import replace
from test_time_gym.market.interface.verbs import FIELDS, VERB_NAMES, Verb
from .binding import affinity, bindings_of, places, resolve
from .explore import INVENTED
from .skill import Skill, Step

def variants(skill: Skill, obs: dict[str, Any], legal) -> list[tuple[str, tuple[Step, ...]]]:
    """Return every change of a skill by one step or argument, with a name for it."""
    found=[]
    steps=skill.steps
    there=list(places(obs))
    for i,step in enumerate(steps):
        if len(steps)>1: found.append((f"drop {i}",steps[:i]+steps[i+1:]))
        for field in FIELDS[Verb(VERB_NAMES.index(step.verb))]:
            now=step.args.get(field.name)
            current=resolve(now[0],obs) if now else None
            for value in values(field.name,step.verb,there):
                if value==current: continue
                b=bindings_of(field.name,value,obs)
                if not b: continue
                label=b[0].path or repr(b[0].value)
                found.append((f"{i}.{field.name}={label}",steps[:i]+(replace(step,args={**step.args,field.name:b}),)+steps[i+1:]))
    for verb in legal:
        fields=FIELDS[Verb(VERB_NAMES.index(verb))]
        options=[{}] if not any(f.required for f in fields) else []
        for f in fields:
            if f.required or len(fields)==1:
                options+=[{f.name:bindings_of(f.name,v,obs)} for v in values(f.name,verb,there)]
        for args in options:
            if any(not b for b in args.values()): continue
            step=Step(verb=verb,args=args)
            if steps[0].verb==verb and steps[0].args==args: continue
            label=",".join(f"{n}={b[0].path or b[0].value!r}" for n,b in args.items())
            found.append((f"insert {verb} {label}",(step,)+steps))
    return found

def values(name, verb, there):
    scored={}
    for path,value,text in there:
        s=affinity(name,path,text)
        if s>scored.get(value,0): scored[value]=s
    if not scored:
        return list(INVENTED) if len(FIELDS[Verb(VERB_NAMES.index(verb))])==1 and verb=="wait" else []
    top=max(scored.values())
    return [v for v,s in scored.items() if s==top]

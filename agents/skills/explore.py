"""Exploring: one step at a time, with arguments taken from the page by their names."""

import math
import re
from typing import Any, Final

from test_time_gym.market.interface.verbs import FIELDS, VERB_NAMES, Verb

from .binding import affinity, places

INVENTED: Final = (5, 15, 30, 60, 120)
_ALIKE: Final = 850_000
_OPTIONAL: Final = 500_000
_STRIP=re.compile(r"\[[^\]]*\]")

class Explorer:
    def __init__(self, stream, *, temperature=0.1, gamma=0.9, intrinsic=True, learning=True, alpha=1.0, back=1.0, wc=0.2, endv=-0.2, vpen=0.5, novel=0.3):
        self.vpen=vpen; self.novel=novel; self.visits={}
        self._dice = stream; self.t=temperature; self.gamma=gamma; self.intrinsic=intrinsic; self.learning=learning
        self.alpha=alpha; self.back=back; self.wc=wc; self.endv=endv
        self.old=set()
        self.values={}   # (place,verb) -> [n, mean]
        self.legal={}; self.pages=0
        self.kinds: dict[tuple[str,str,str],list[float]] = {}
    def q(self,p,v):
        n,m=self.values.get((p,v),(0.0,0.0)); _,g=self.values.get(("",v),(0.0,0.0))
        q=(n*m+self.back*g)/(n+self.back)/self.t
        if self.intrinsic:
            q-=self.alpha*math.log((self.legal.get(v,0)+1)/(self.pages+1))
        return q
    def act(self, observation, context, tried, sign):
        legal=observation["legal_verbs"]
        if self.learning:
            self.pages+=1
            for v in legal: self.legal[v]=self.legal.get(v,0)+1
        for _ in range(6):
            verb = self._verb(legal, context)
            args = self._arguments(verb, observation)
            if args is None:
                legal=[v for v in legal if v!=verb]; continue
            key = (sign, verb, tuple(sorted(args.items())))
            if key not in tried: break
        if args is None: verb,args,key="wait",{},0
        tried.add(key)
        return verb, args

    def deviation(self, observation, context, counts, most):
        """Return the least tried of some proposals, or None when all were tried enough."""
        legal=[v for v in observation["legal_verbs"] if self.values.get(("",v),(0,0.0))[1]>-0.45]
        best=None
        for _ in range(6):
            if not legal: break
            verb=legal[self._dice.below(len(legal))]
            args=self._arguments(verb,observation)
            if args is None: legal=[v for v in legal if v!=verb]; continue
            parts=[]
            for (v,n,kind) in self.used:
                parts.append((n,kind if kind.startswith(("flights","cart","forms")) else f"{kind}={args[n]}"))
            key=(context,verb,tuple(parts))
            tries=counts.get(key,0)
            if best is None or tries<best[0]: best=(tries,key,verb,args,list(self.used))
        if best is None or best[0]>=most: return None
        return best

    def _verb(self, legal, context):
        if not self.learning:
            return legal[self._dice.below(len(legal))]
        qs=[self.q(context,v) for v in legal]; m=max(qs)
        weights=[math.exp(q-m) for q in qs]
        point = self._unit() * sum(weights)
        for verb, weight in zip(legal, weights, strict=True):
            point -= weight
            if point < 0: return verb
        return legal[-1]

    def _unit(self): return (self._dice.word() >> 11) / 2**53

    def _arguments(self, verb, observation):
        args = {}
        self.used=[]
        fields = FIELDS[Verb(VERB_NAMES.index(verb))]
        if not fields: return {}
        found = list(places(observation))
        for one in fields:
            if one.required or self._dice.chance(_OPTIONAL):
                got = self._value(verb, one.name, found, one.required)
                if got is None and one.required: return None
                if got is not None:
                    value,kind=got
                    args[one.name] = value; self.used.append((verb,one.name,kind))
        return args

    def _value(self, verb, name, found, needed):
        kinds={}
        for path, value, text in found:
            score = affinity(name, path, text)
            if not score: continue
            kind=_STRIP.sub("[]",path)
            if kind in kinds: kinds[kind][1].append(value)
            else: kinds[kind]=[score,[value]]
        if not kinds:
            if needed or len(FIELDS[Verb(VERB_NAMES.index(verb))])>1: return None
            return INVENTED[self._dice.below(len(INVENTED))],"invented"
        top=max(s for s,_ in kinds.values())
        ntop=sum(s==top for s,_ in kinds.values()); rest=len(kinds)-ntop
        news=kinds.copy() if not self.old else {k:v for k,v in kinds.items() if any(x not in self.old for x in v[1])}
        for kind,(score,values) in kinds.items():
            g,b=self.kinds.get((verb,name,kind),(0,0)) if self.learning else (0,0)
            w=(1.0/ntop if score==top else 0.15/rest)*(g+1)/(g+3*b+1)*(4 if kind in news else 1)
            kinds[kind][0]=w
        total=sum(w for w,_ in kinds.values())
        if needed and self._unit()>max(total,0.02): return None
        point=self._unit()*total
        for kind,(w,values) in kinds.items():
            point-=w
            if point<0: break
        vals=list(dict.fromkeys(values))
        fresh=[v for v in vals if v not in self.old]
        if fresh and self._dice.chance(800_000): vals=fresh
        return vals[self._dice.below(len(vals))],kind

    def result(self, used, ok):
        for key in used:
            g,b=self.kinds.get(key,(0,0))
            self.kinds[key]=[g+1,b] if ok else [g,b+1]
    def learn(self, places, taken, success, outcome):
        first,last=taken[0].observation["turns_left"],taken[-1].observation["turns_left"]
        g=1.0 if success else (-max(self.vpen if outcome=="violation" else 0,last/first) if self.intrinsic else 0.0)
        seen=set()
        bonus=[0.0]*len(taken)
        if self.novel:
            for i,p in enumerate(places):
                if p not in seen:
                    seen.add(p); n=self.visits.get(p,0)+1; self.visits[p]=n
                    if i: bonus[i-1]=self.novel/n**.5
        for i in range(len(taken)-1,-1,-1):
            r=bonus[i]
            if self.intrinsic and i+1<len(taken):
                    if taken[i+1].page["checks"]=="contradict" and taken[i].page["checks"]=="agree": r-=self.wc
                    if taken[i+1].page["checks"]=="agree" and taken[i].page["checks"]=="contradict" and taken[i+1].page["cart"]=="some": r+=self.wc
                    if taken[i+1].signature==taken[i].signature: r-=0.05
            g=r+self.gamma*g
            for key in ((places[i],taken[i].verb),("",taken[i].verb)):
                n,m=self.values.get(key,(0.0,0.0)); n+=1
                self.values[key]=(n,m+(max(-1,min(1.5,g))-m)/min(n,20))

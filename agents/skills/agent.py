"""prototype agent"""
from typing import Any
from msgspec.structs import replace
from test_time_gym.market.interface.policy import policy_stream
from .page import features, context_of, holds, signature, contradictions
from .binding import resolve, MISSING
from .trajectory import EXPLORE, Trajectory
from .mining import candidates, unify, spelled_out, place
from .explore import Explorer
from .beta import Beta
from .skill import Skill, Step
import math

class Skills:
    def __init__(self, seed=0, learn=True, mine=True, keep=0.985, gamma=0.96, thrift=0.5, ek=('view','payment','cart','checks'), trim=0, cap=8, most=2, **ex):
        self.trim=trim; self.cap=cap; self.tested=set(); self.devs={}; self.wins=0; self.most=most; self.mean=0.0; self.dice=policy_stream(seed,'trim')
        self.ek=ek
        self.explorer=Explorer(policy_stream(seed,"explore"),learning=learn,**ex)
        self.bandit=Beta(policy_stream(seed,"choice"),keep)
        self.library={}
        self.learning=learn; self.mining=mine
        self.gamma=gamma; self.thrift=thrift
        self.episode=0; self.count=0
        self._fresh()
    def _fresh(self):
        self.tr=Trajectory(); self.running=None; self.pc=0; self.tried=set(); self.failed=set(); self.deviated=False; self.choices=[]; self.usedat={}
    def begin(self,task): self._fresh(); self.episode+=1; self.budget=float(task["constraints"]["budget"])
    def act(self, obs):
        self.tr.last=obs
        page=features(obs); sign=signature(obs)
        when=obs["minutes_left"]//10
        for _ in range(30):
            if self.running is not None:
                got=self._next(obs,page)
                if got is not None:
                    verb,args,step=got
                    self.tr.take(obs,page,verb,args,self.running.name,step)
                    return {"verb":verb,"payload":args}
                self._stop(page,obs,when)
            ctx=context_of(page)
            arms=[s.name for s in self.library.values() if s.state!="retired" and (s.name,when,place(page)) not in self.failed and holds(s.before,page)]
            dev=None
            ctx2=ctx+"|" if arms else ctx
            arms.append(EXPLORE)
            if len(arms)>1 and self.learning and not self.deviated and self.wins>=3:
                dev=self.explorer.deviation(obs,"/".join(place(page)),self.devs,self.most)
                if dev: arms.append("vary")
            chosen=self.bandit.choose(ctx2,arms); ctx=ctx2
            if chosen=="vary":
                self.choices.append((ctx,chosen,len(self.tr.taken)))
                self.deviated=True
                _,key,verb,args,used=dev
                self.devs[key]=self.devs.get(key,0)+1
                self.usedat[len(self.tr.taken)]=used
                self.tr.take(obs,page,verb,args,EXPLORE)
                return {"verb":verb,"payload":args}
            self.choices.append((ctx,chosen,len(self.tr.taken)))
            if chosen==EXPLORE:
                verb,args=self.explorer.act(obs,self.ectx(page),self.tried,sign)
                self.usedat[len(self.tr.taken)]=self.explorer.used
                self.tr.take(obs,page,verb,args,EXPLORE)
                return {"verb":verb,"payload":args}
            self._start(chosen,obs,page,when)
        raise RuntimeError
    def _start(self,name,obs,page,when):
        self.running=self.library[name]; self.steps=list(self.running.steps); self.pc=0
        self.began=len(self.tr.taken); self.dropped=None
        self.here=(name,when,place(page))
        if self.learning and self.trim and len(self.steps)>1:
            untested=[i for i in range(len(self.steps)) if (name,i) not in self.tested]
            if untested and self.dice.chance(self.trim):
                self.dropped=untested[self.dice.below(len(untested))]
                self.tested.add((name,self.dropped))
                del self.steps[self.dropped]
    def _stop(self,page,obs,when):
        skill=self.running; self.running=None
        arrived=self.pc>=len(self.steps) and holds(skill.after,page)
        self.failed.add(self.here)
        if not arrived:
            for t in self.tr.taken[self.began:]: t.lost=True
    def _next(self,obs,page):
        if self.pc>=len(self.steps): return None
        if self.pc and obs["last_action_error"] is not None: return None
        step=self.steps[self.pc]
        if step.verb not in obs["legal_verbs"]: return None
        args={}
        for name,alts in step.args.items():
            for b in alts:
                v=resolve(b,obs)
                if v is not MISSING: args[name]=v; break
            else:
                if name not in step.optional: return None
        self.pc+=1
        return step.verb,args,step
    def end(self,result):
        if not self.learning: return
        success=result["outcome"]=="success"
        taken=self.tr.taken
        n=len(taken)
        u=0.0
        if success:
            paid=result["paid"]/100
            saving=min(max((self.budget-paid)/(0.4*self.budget),0),1)
            u=1-self.thrift+self.thrift*saving
        self._learn_explore(success,result["outcome"])
        self.bandit.pass_episode()
        seen=set()
        for ctx,arm,at in self.choices:
            if (ctx,arm) in seen: continue
            seen.add((ctx,arm))
            self.bandit.learn(ctx,arm,u*self.gamma**(n-at))
        self.wins+=success
        if success and self.mining:
            value=u*self.gamma**n
            self._mine(value>=self.mean)
            self.mean+=0.1*(value-self.mean)
    def _mine(self,good):
        for c in candidates(self.tr):
            merged=None
            if any(not alt for s in c.steps for alt in s.args.values()): continue
            for s in sorted(self.library.values(), key=lambda s:-s.support):
                m=unify(s,list(s.steps),c)
                if m is not None:
                    merged=replace(m,support=s.support+1,state="probation" if s.state=="retired" else s.state); break
            if merged is not None:
                self.library[merged.name]=merged
                continue
            if not good and len([s for s in self.library.values() if place(s.before)==place(c.before) and s.state!='retired'])>=2: continue
            self.count+=1
            name="-".join(st.verb.split("_")[0] for st in c.steps)+f"-{self.count}"
            same=[s for s in self.library.values() if place(s.before)==place(c.before) and s.state!="retired" and ("checks" in s.before)==("checks" in c.before)]
            ctx=context_of(c.taken[0].page)
            if len(same)>=self.cap:
                worst=min(same,key=lambda s:(self.worth(s.name),s.name))
                self.library[worst.name]=replace(worst,state="retired")
            self.library[name]=Skill(name=name,before=c.before,steps=c.steps,after=c.after,support=1,born=self.episode)
            self.bandit.prior(ctx+"|",name,0.7,1.0)
    def worth(self,name):
        a=b=0.0
        for (c,n),(x,y) in self.bandit.t.items():
            if n==name: a+=x-1;b+=y-1
        return (a+1)/(a+b+2)
    def _learn_explore(self,success,outcome):
        taken=self.tr.taken
        ctxs=[self.ectx(t.page) for t in taken]
        self.explorer.learn(ctxs,taken,success,outcome)
        for i in range(len(taken)):
            if i+1<len(taken) and i in self.usedat:
                self.explorer.result(self.usedat[i],taken[i+1].observation["last_action_error"] is None and taken[i+1].signature!=taken[i].signature)
    def ectx(self,page):
        return "/".join([page[k] for k in self.ek])

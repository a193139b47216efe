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
    def __init__(self, seed=0, learn=True, mine=True, intrinsic=True, keep=0.985, gamma=0.99, thrift=0.3, weights=(1.0,0.3,0.15),temperature=0.06,eg=0.85,nov=0.12,coarse=True):
        self.coarse=coarse
        self.nov=nov; self.visits=0
        self.eg=eg
        s=policy_stream(seed,"skills")
        self.explorer=Explorer(policy_stream(seed,"explore"),temperature=temperature)
        self.bandit=Beta(policy_stream(seed,"choice"),keep)
        self.library:dict[str,Skill]={}
        self.learning=learn; self.mining=mine; self.intrinsic=intrinsic
        self.gamma=gamma; self.thrift=thrift; self.weights=weights
        self.episode=0; self.count=0
        self.values={}   # place -> (n, success)
        self.model={}    # (ctx,verb)->{ctx':n}
        self.log=[]
        self._fresh()
    def _fresh(self):
        self.tr=Trajectory(); self.running=None; self.pc=0; self.tried=set(); self.failed=set(); self.choices=[]
    def begin(self,task): self._fresh(); self.episode+=1; self.budget=float(task["constraints"]["budget"])
    def act(self,obs):
        self.tr.last=obs
        page=features(obs); sign=signature(obs)
        for _ in range(20):
            if self.running is not None:
                got=self._next(obs,page)
                if got is not None:
                    verb,args,step=got
                    self.tr.take(obs,page,verb,args,self.running.name,step)
                    return {"verb":verb,"payload":args}
                self.running=None
            ctx=context_of(page)
            arms=[EXPLORE]+[s.name for s in self.library.values() if s.state!="retired" and (s.name,sign) not in self.failed and holds(s.before,page)]
            chosen=self.bandit.choose(ctx,arms)
            self.choices.append((ctx,chosen,len(self.tr.taken)))
            if chosen==EXPLORE:
                verb,args=self.explorer.act(obs,self.ectx(page),self.tried,sign)
                self.tr.take(obs,page,verb,args,EXPLORE)
                return {"verb":verb,"payload":args}
            self.failed.add((chosen,sign))
            self.running=self.library[chosen]; self.steps=spelled_out(self.running.steps,self.library); self.pc=0
        raise RuntimeError
    def _next(self,obs,page):
        if self.pc>=len(self.steps): return None
        if self.pc and self.pc and obs["last_action_error"] is not None: return None
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
        if success and self.mining: self._mine()
    def _mine(self):
        for c in candidates(self.tr):
            merged=None
            if any(not alt for s in c.steps for alt in s.args.values()): continue
            for s in sorted(self.library.values(), key=lambda s:-s.support):
                m=unify(s,spelled_out(s.steps,self.library),c)
                if m is not None:
                    merged=replace(m,support=s.support+1); break
            if merged is not None:
                self.library[merged.name]=merged
                continue
            self.count+=1
            name="-".join(st.verb.split("_")[0] for st in c.steps)+f"-{self.count}"
            same=[s for s in self.library.values() if place(s.before)==place(c.before)]
            if len(same)>=6: continue
            self.library[name]=Skill(name=name,before={k:c.before[k] for k in c.before},steps=c.steps,after=c.after,support=1,born=self.episode)
    def _learn_explore(self,success,outcome):
        taken=self.tr.taken
        ctxs=[self.ectx(t.page) for t in taken]+["END"]
        pl=["/".join(place(t.page)) for t in taken]+["END"]
        g=1.0 if success else 0.0
        def V(c):
            if c=="END": return 1.0 if success else -0.5
            k,m,v=self.values.get(c,(0,0,0))
            return m/(k+1)  + min(1,self.nov*math.log2((self.visits+1)/(v+1)))
        for i in range(len(taken)-1,-1,-1):
            r=0.0
            if self.intrinsic:
                c,c2=ctxs[i],ctxs[i+1]
                wp,wc,we=self.weights
                table=self.model.setdefault((c,taken[i].verb),{})
                tot=sum(table.values())
                p=(table.get(c2,0)+0.2)/(tot+0.2*10)
                r+=wp*(V(pl[i+1])-V(pl[i]))+we*(-math.log(p)/math.log(20))
                if c2!="END" and taken[i+1].page["checks"]=="contradict" and taken[i].page["checks"]=="agree": r-=wc
                if c2==c and i+1<len(taken) and taken[i+1].signature==taken[i].signature: r-=0.05
                table[c2]=table.get(c2,0)+1
            g=r+self.eg*g
            self.explorer.learn(ctxs[i],taken[i].verb,max(-1,min(1.5,g)))
        for c in pl[:-1]:
            k,m,v=self.values.get(c,(0,0,0)); self.values[c]=(k,m,v+1); self.visits+=1
        for c in dict.fromkeys(pl[:-1]):
            k,m,v=self.values.get(c,(0,0,0)); self.values[c]=(k+1,m+success,v)
    def ectx(self,page):
        return "/".join(place(page)) if self.coarse else context_of(page)

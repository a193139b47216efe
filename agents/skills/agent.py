"""prototype agent v2"""
import math
from msgspec.structs import replace
from test_time_gym.market.interface.policy import policy_stream
from .page import coarse_time, features, context_of, holds, signature, fits
from .binding import resolve, MISSING, places
from .trajectory import EXPLORE, Trajectory
from .mining import candidates, unify, place
from .explore import Explorer
from .beta import Beta
from .skill import Skill
from .vary import variants

class Skills:
    def __init__(self, seed=0, learn=True, mine=True, keep=0.99, gamma=0.97, bargain=0.5, ek=('view','payment','cart','checks'), cap=8, least=2, tries=2, pvar=700_000, margin=0.0, **ex):
        self.pvar=pvar; self.margin=margin
        self._init(seed,learn,mine,keep,gamma,bargain,ek,cap,least,tries,**ex)
    def _init(self,seed,learn,mine,keep,gamma,bargain,ek,cap,least,tries,**ex):
        self.ek=ek; self.cap=cap; self.least=least; self.maxtries=tries
        self.explorer=Explorer(policy_stream(seed,"explore"),learning=learn,**ex)
        self.bandit=Beta(policy_stream(seed,"choice"),keep)
        self.dice=policy_stream(seed,"vary")
        self.library={}; self.learning=learn; self.mining=mine
        self.gamma=gamma; self.wb=bargain
        self.episode=0; self.count=0; self.wins=0; self.mean=0.0
        self.idle=set(); self.ref={}; self.varied={}
        self._fresh()
    def _fresh(self):
        self.tr=Trajectory(); self.running=None; self.pc=0; self.tried=set(); self.failed=set(); self.choices=[]; self.usedat={}
        self.experiment=False; self.looks=0; self.broken=set(); self.ratio=None; self.seen=[]
    def begin(self,task):
        self._fresh(); self.episode+=1
        self.explorer.old={v for _,v,_ in places(task)}
    # -- prices
    def _key(self,obs):
        w=obs["constraints"]; f=obs["forms"]
        return (f["from"],f["to"],w.get("depart_after"),w.get("max_stops"))
    def _prices(self,obs):
        if obs["flights"] and obs["last_action"]=="search_flights":
            w=obs["constraints"]
            p=[float(f.get("price",0) or f.get("fare",0)) for f in obs["flights"] if fits(f,w)]
            if p: self.seen.append((self._key(obs),min(p)))
        if obs["cart"]["items"] and obs["payment_state"]["status"]!="none":
            n,m=self.ref.get(self._key(obs),(0,0))
            if n: self.ratio=float(obs["cart"]["total"])/m
    def act(self, obs):
        self.tr.last=obs
        self._prices(obs)
        page=features(obs); sign=signature(obs)
        when=(coarse_time(obs),len(obs["messages"]))
        for _ in range(40):
            if self.running is not None:
                got=self._next(obs)
                if got is None and self.lacking and self.looks<5:
                    self.looks+=1
                    self.tr.take(obs,page,"wait",{},self.running.name)
                    return {"verb":"wait","payload":{}}
                if got is not None:
                    verb,args,step=got
                    self.tr.take(obs,page,verb,args,self.running.name,step)
                    return {"verb":verb,"payload":args}
                self._stop(page)
            here=place(page)
            live=[s for s in self.library.values() if s.state=="confirmed" and holds(s.before,page)]
            arms=[s.name for s in live if (s.name,when,here) not in self.failed and (s.name,here) not in self.broken]
            ctx=self.ectx(page)
            base=bool(arms)
            if not self.experiment or not arms: arms.append(EXPLORE)
            if base: ctx+="|"
            chosen=self.bandit.choose(ctx,arms)
            if chosen==EXPLORE and base and self.dice.chance(self.pvar):
                variant=self._variant(obs,[s for s in live if s.name in arms])
                if variant is None:
                    arms.remove(EXPLORE); chosen=self.bandit.choose(ctx,arms)
                else:
                    self.choices.append((ctx,EXPLORE,len(self.tr.taken)))
                    self.experiment=True
                    self._start(variant.name,when,here)
                    self.choices.append((ctx,variant.name,len(self.tr.taken)))
                    continue
            self.choices.append((ctx,chosen,len(self.tr.taken)))
            if chosen==EXPLORE:
                verb,args=self.explorer.act(obs,self.ectx(page),self.tried,sign)
                self.usedat[len(self.tr.taken)]=self.explorer.used
                self.tr.take(obs,page,verb,args,EXPLORE)
                return {"verb":verb,"payload":args}
            self._start(chosen,when,here)
        raise RuntimeError
    def _variant(self,obs,live):
        """Return a skill on probation to try, or a new one."""
        if self.wins<self.least: return None
        best=max(live,key=lambda s:(self.worth(s.name),s.name))
        names={s.name for s in live}
        waiting=[s for s in self.library.values() if s.state=="probation" and s.before==best.before and s.tries<self.maxtries]
        if waiting: 
            s=waiting[0]
        else:
            fresh=[]
            known=[s.steps for s in self.library.values() if s.before==best.before]
            for label,steps in variants(best,obs,[v for v in obs["legal_verbs"] if self.explorer.values.get(("",v),(0,0))[1]>-0.45]):
                if (best.name,label) not in self.varied and steps not in known: fresh.append((label,steps))
            if not fresh: return None
            label,steps=fresh[self.dice.below(len(fresh))]
            self.varied[best.name,label]=1
            self.count+=1
            s=Skill(name=f"{best.name.split('~')[0]}~{self.count}",before=best.before,steps=steps,after=best.after,born=self.episode,origin=(best.name,label))
        s=replace(s,tries=s.tries+1)
        self.library[s.name]=s
        return s
    def _start(self,name,when,here):
        self.running=self.library[name]; self.steps=self.running.steps; self.pc=0
        self.began=len(self.tr.taken); self.here=(name,when,here)
    def _stop(self,page):
        skill=self.running; self.running=None
        self.failed.add(self.here)
        if not (self.pc>=len(self.steps) and holds(skill.after,page)):
            for t in self.tr.taken[self.began:]: t.lost=True
            self.broken.add((skill.name,self.here[2]))
            self.arrived=False
    def _next(self,obs):
        self.lacking=False
        if self.pc>=len(self.steps): return None
        if self.pc and obs["last_action_error"] is not None and self.steps[self.pc-1].verb!="apply_coupon": return None
        step=self.steps[self.pc]
        self.lacking=False
        if step.verb not in obs["legal_verbs"]: return None
        args={}
        for name,alts in step.args.items():
            for b in [alts[0],*(b for b in alts[1:] if not b.path)]:
                v=resolve(b,obs)
                if v is not MISSING: args[name]=v; break
            else:
                if name not in step.optional:
                    self.lacking=step.args[name][0].path.startswith("messages"); return None
        self.pc+=1
        return step.verb,args,step
    def end(self,result):
        if not self.learning: return
        success=result["outcome"]=="success"; n=len(self.tr.taken)
        cheap=0.0
        if self.ratio is not None: cheap=min(max(0.5+1.5*(1-self.ratio),0),1)
        self._idle()
        self._learn_explore(success,result["outcome"])
        self.bandit.pass_episode()
        seen=set()
        for ctx,arm,at in self.choices:
            if (ctx,arm) in seen: continue
            seen.add((ctx,arm))
            r=success*(1-self.wb+self.wb*cheap)*self.gamma**(n-at)
            self.bandit.learn(ctx,arm,r)
        for key,p in self.seen:
            k,m=self.ref.get(key,(0,0.0)); k=min(k+1,40); self.ref[key]=(k,m+(p-m)/k)
        self.wins+=success
        if success and self.mining:
            v=self.gamma**n
            self._mine(v>=self.mean); self.mean+=0.1*(v-self.mean)
        self._review()
    def _idle(self):
        """Note variants that had a step which changed nothing."""
        t=self.tr.taken
        for a,b in zip(t,t[1:]):
            if a.by!=EXPLORE and a.signature==b.signature and self.library[a.by].state=="probation" and a.verb!="wait": self.idle.add(a.by)
    def _review(self):
        """Confirm or retire what has been tried enough; keep the best of each place."""
        for s in list(self.library.values()):
            if s.state=="probation" and s.tries>=2:
                rivals=[r for r in self.library.values() if r.state=="confirmed" and r.before==s.before]
                best=max([self.worth(r.name) for r in rivals],default=0)
                w=self.worth(s.name)
                if s.tries<self.maxtries and w>=best and s.name not in self.idle: continue
                ok=w>=best+self.margin and s.name not in self.idle
                self.library[s.name]=replace(s,state="confirmed" if ok else "retired")
        groups={}
        for s in self.library.values():
            if s.state=="confirmed": groups.setdefault(tuple(sorted(s.before.items())),[]).append(s)
        for g in groups.values():
            if len(g)>self.cap:
                worst=min(g,key=lambda s:(self.worth(s.name),s.name))
                self.library[worst.name]=replace(worst,state="retired")
    def worth(self,name):
        a=b=0.0
        for (c,n),(x,y) in self.bandit.t.items():
            if n==name: a+=x-1;b+=y-1
        return (a+0.5)/(a+b+1)
    def _mine(self,good):
        for c in candidates(self.tr):
            if any(not alt for s in c.steps for alt in s.args.values()): continue
            merged=None
            for s in sorted(self.library.values(), key=lambda s:(s.state!="confirmed",-s.support,s.name)):
                m=unify(s,list(s.steps),c)
                if m is not None: merged=replace(m,support=s.support+1); break
            if merged is not None:
                self.library[merged.name]=merged
                continue
            rivals=[s for s in self.library.values() if s.state=="confirmed" and s.before==c.before]
            if len(rivals)>=2 and not good: continue
            self.count+=1
            name="-".join(st.verb.split("_")[0] for st in c.steps)+f"-{self.count}"
            self.library[name]=Skill(name=name,before=c.before,steps=c.steps,after=c.after,support=1,born=self.episode,state="confirmed")
    def _learn_explore(self,success,outcome):
        taken=self.tr.taken
        ctxs=[self.ectx(t.page) for t in taken]
        self.explorer.learn(ctxs,taken,success,outcome)
        for i in range(len(taken)):
            if i+1<len(taken) and i in self.usedat:
                self.explorer.result(self.usedat[i],taken[i+1].observation["last_action_error"] is None and taken[i+1].signature!=taken[i].signature)
    def ectx(self,page):
        return "/".join([page[k] for k in self.ek])

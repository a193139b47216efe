"""prototype agent v3"""
from msgspec.structs import replace
from test_time_gym.market.interface.policy import policy_stream
from .page import coarse_time, features, holds, signature
from .binding import resolve, MISSING, places
from .trajectory import EXPLORE, Trajectory, core
from .mining import candidates, unify, place, PLACE
from .explore import Explorer
from .choice import make_chooser
from .skill import Skill, Step, Binding
from .prices import Prices, asked
from .trial import Effects, trials
from .vary import siblings, variants
from math import log

TRIAL = "trial"

class Skills:
    def __init__(self, seed=0, learn=True, mine=True, keep=0.995, gamma=0.97, bargain=0.4, chooser="thompson", most=4, vary=True, handicap=0.7, xmean=0.05, xw=4.0, **ex):
        self.xmean=xmean; self.handicap=handicap; self.xw=xw
        self.explorer=Explorer(policy_stream(seed,"explore"),learning=learn,**ex)
        self.chooser=make_chooser(chooser,policy_stream(seed,"choice"),keep=keep)
        self.dice=policy_stream(seed,"vary")
        self.library={}; self.learning=learn; self.mining=mine
        self.gamma=gamma; self.wb=bargain; self.most=most; self.varying=vary
        self.episode=0; self.count=0; self.wins=0; self.mean=0.0
        self.prices=Prices(); self.effects=Effects(); self.record={}; self.primed=set(); self.varied=set(); self.habits=[]
        self._fresh()
    def _fresh(self):
        self.tr=Trajectory(); self.running=None; self.pc=0; self.tried=set(); self.failed=set(); self.choices=[]; self.usedat={}
        self.looks=0; self.broken=set(); self.lead=None; self.queue=[]; self.trial=None; self.trials=0; self.waited=False
        self.arrivals={}; self.variant=None; self.excess=None; self.failed_trials=set(); self.lost=set()
    def begin(self,task):
        self._fresh(); self.episode+=1
        self.explorer.old={v for _,v,_ in places(task)}
    def act(self, obs):
        self.tr.last=obs
        self.prices.look(obs)
        if obs["cart"]["items"] and obs["payment_state"]["status"]!="none": self.excess=self.prices.excess(obs)
        page=features(obs); here=place(page); h="/".join(here)
        when=(coarse_time(obs),len(obs["messages"]))
        for _ in range(40):
            if self.queue or self.trial:
                got=self._trying(obs,page)
                if got: return got
            if self.running is not None:
                got=self._next(obs)
                if got is None and self.lacking and self.looks<5:
                    self.looks+=1
                    return self._take(obs,page,"wait",{"minutes":1},self.running.name)
                if got is not None:
                    return self._take(obs,page,got[0],got[1],self.running.name,got[2])
                self._stop(obs,page)
            live=[s for s in self.library.values() if s.state=="confirmed" and holds(s.before,page)]
            arms=[s.name for s in live if (s.name,when,here) not in self.failed and (s.name,here) not in self.broken]
            if arms and self._propose(obs,h,here): continue
            if live and self._siblings(obs,live): continue
            if arms and (v:=self._variant(obs,live,here)):
                self._start(v,when,here); continue
            ctx=h+"/"+page["checks"]
            if not arms:
                chosen=EXPLORE
            else:
                ctx+="|"
                arms.append(EXPLORE)
                if ctx not in self.primed:
                    self.primed.add(ctx); self.chooser.prior(ctx,EXPLORE,self.xmean,self.xw)
                chosen=self.chooser.choose(ctx,(),arms).chosen
                self.choices.append((ctx,chosen,len(self.tr.taken)))
            if chosen==EXPLORE:
                self.lead=None
                verb,args=self.explorer.act(obs,self.ectx(page),self.tried,signature(obs))
                self.usedat[len(self.tr.taken)]=self.explorer.used
                return self._take(obs,page,verb,args,EXPLORE)
            self._start(chosen,when,here)
        raise RuntimeError
    def _take(self,obs,page,verb,args,by,step=None):
        self.tr.take(obs,page,verb,args,by,step)
        return {"verb":verb,"payload":args}
    # -- trials
    def _propose(self,obs,h,here):
        if not (self.learning and self.most and self.wins and self.trials<self.most) or obs["payment_state"]["status"]!="none": return False
        p=asked(obs)
        if p is None: return False
        lead=None
        if self.lead and self.lead[2]==place(features(obs)):
            lead=self.lead[1]
        used={s.verb for k in self.library.values() if k.state=="confirmed" and place(k.before)==here for s in k.steps if not s.spare}
        bad=[v for v in obs["legal_verbs"] if v in used or self.explorer.values.get(("",v),(0,0))[1]<=-0.45]
        fresh=[t for t in trials(obs,lead,tuple(bad)) if self.effects.open(f"{h}:{t.label}") and t.label not in self.failed_trials
               and not (t.kind=="before" and (self.waited or self.minute0-obs["minutes_left"]>3)) and all(s.verb in obs["legal_verbs"] for s in t.steps)]
        if not fresh: return False
        good=[t for t in fresh if self.effects.promising(f"{h}:{t.label}")]
        waits=[t for t in fresh if t.kind=="before"]
        pool=good or waits or fresh
        t=pool[self.dice.below(len(pool))]
        if good and not waits and False: pass
        self.trial=(t,h,p,self.lead[0] if self.lead else None, lead); self.queue=list(t.steps); self.trials+=1
        self.failed_trials.add(t.label)
        if t.kind=="before": self.waited=True
        return True
    def _trying(self,obs,page):
        if self.queue:
            s=self.queue[0]
            if s.verb in obs["legal_verbs"] and not (self.trial and self.trial[0].steps[0] is not s and obs["last_action_error"]):
                self.queue.pop(0)
                return self._take(obs,page,s.verb,{k:b[0].value for k,b in s.args.items()},TRIAL)
            self.queue=[]
        if self.trial is None: return None
        t,h,p,name,lead=self.trial; self.trial=None
        q=asked(obs); gain=0.0
        if q is not None and obs["last_action_error"] is None: gain=log(p/q)
        if self.effects.learn(f"{h}:{t.label}",gain): self._adopt(t,h,name)
        if t.kind=="instead" and gain<-0.02: self.queue=[lead]
        elif t.kind=="instead" and gain>=0: self.lead=(self.lead[0],t.steps[-1],self.lead[2])
        return self._trying(obs,page) if self.queue else None
    def _adopt(self,t,h,name):
        self.habits.append((t,h))
        for s in list(self.library.values()):
            if s.state=="confirmed":
                steps=self._with_habit(s,t,h)
                if steps!=s.steps: self._replace(s,steps,t.label)
    def _with_habit(self,s,t,h):
        if t.kind=="here":
            if "/".join(place(s.before))!=h or t.change.verb in [x.verb for x in s.steps]: return s.steps
            return (t.change,)+s.steps
        last=s.steps[-1]
        if "/".join(place(s.after))!=h or "/".join(place(s.before))==h or last.verb!=t.steps[-1].verb: return s.steps
        if t.kind=="instead": return s.steps[:-1]+(replace(last,args={**last.args,**t.change.args},optional=tuple(o for o in last.optional if o not in t.change.args)),)
        return tuple(x for x in s.steps[:-1] if x.verb!=t.change.verb)+(t.change,last)
    def _replace(self,s,steps,why):
        self.count+=1
        name=f"{s.name.split('~')[0]}~{self.count}"
        child=Skill(name=name,before=s.before,steps=steps,after=s.after,state="confirmed",support=s.support,born=self.episode,origin=(s.name,why))
        self.library[name]=child; self.library[s.name]=replace(s,state="retired")
        self._inherit(s.name,name)
    def _inherit(self,old,new):
        for (ctx,n),(k,m) in list(self.record.items()):
            if n==old:
                self.chooser.prior(ctx,new,m,min(k,5)); self.record[ctx,new]=(min(k,5),m)
        self.chooser.forget(old)
    # -- variants
    def _variant(self,obs,live,here):
        if not (self.learning and self.varying) or self.wins<3 or self.variant or self.trials: return None
        best=max(live,key=lambda s:(self.worth(s.name),s.name))
        waiting=[s for s in self.library.values() if s.state=="probation" and s.before==best.before and (s.name,here) not in self.broken]
        if waiting: v=waiting[0]
        else:
            fresh=[(l,s) for l,s in variants(best,obs) if (place(best.before),repr(s)) not in self.varied]
            if not fresh: return None
            first=[x for x in fresh if not x[0].startswith("drop")] or fresh
            label,steps=first[self.dice.below(len(first))]
            self.varied.add((place(best.before),repr(steps)))
            self.count+=1
            v=Skill(name=f"{best.name.split('~')[0]}~{self.count}",before=best.before,steps=steps,after=best.after,born=self.episode,origin=(best.name,label))
            self.library[v.name]=v
        self.variant=v.name
        return v.name
    def _siblings(self,obs,live):
        if not (self.learning and self.varying): return False
        s=max(live,key=lambda s:(self.worth(s.name),s.name))
        n,m=self.pulls(s.name)
        if n<5 or m>0.2 or ("siblings",s.name) in self.varied: return False
        self.varied.add(("siblings",s.name))
        known=[k.steps for k in self.library.values() if k.before==s.before and k.state=="confirmed"]
        made=False
        for steps in siblings(s,obs):
            if steps in known: continue
            self.count+=1; made=True
            name=f"{s.name.split('~')[0]}~{self.count}"
            self.varied.add(("siblings",name))
            self.library[name]=Skill(name=name,before=s.before,steps=steps,after=s.after,state="confirmed",born=self.episode,origin=(s.name,"sibling"))
        return made
    def _review(self,success):
        v=self.library.get(self.variant)
        if v is None or v.state!="probation": return
        arrived=self.variant in self.arrivals
        v=replace(v,tries=v.tries+1,arrivals=v.arrivals+arrived,wins=v.wins+success)
        parent=self.library.get(v.origin[0])
        while parent and parent.state=="retired":
            nxt=[s for s in self.library.values() if s.origin[:1]==(parent.name,) and s.state=="confirmed"]
            parent=nxt[0] if nxt else None
        state="probation"
        gone=parent is None or (v.origin[1].startswith("drop") and sum(1+len(s.args) for s in v.steps)>=sum(1+len(s.args) for s in parent.steps))
        worse=0.03 if v.origin[1].startswith("drop") else -0.03
        diff=v.excess-parent.excess if parent and v.priced and parent.priced else 0.0
        if gone or not arrived or diff>0.08: state="retired"
        elif v.arrivals>=2 and (v.wins or v.arrivals>=4):
            state="confirmed" if diff<=worse and v.wins else "retired"
        self.library[v.name]=replace(v,state=state)
        if state=="confirmed":
            self.library[parent.name]=replace(parent,state="retired"); self._inherit(parent.name,v.name)
    # -- running
    def _start(self,name,when,here):
        self.p0=asked(self.tr.last); self.running=self.library[name]; self.steps=self.running.steps; self.pc=0
        self.began=len(self.tr.taken); self.here=(name,when,here)
    def _stop(self,obs,page):
        skill=self.running; self.running=None; self.lead=None
        self.failed.add(self.here)
        if self.pc>=len(self.steps) and holds(skill.after,page):
            p=asked(obs)
            self.arrivals[skill.name]=log(p/self.p0) if p and self.p0 else self.prices.excess(obs)
            if len(self.tr.taken)>self.began:
                last=self.tr.taken[-1]
                if last.step is not None and core(last.observation)[:-1]==core(obs)[:-1]:
                    lead=Step(verb=last.verb,args={k:(Binding(value=x),) for k,x in last.args.items()})
                    self.lead=(skill.name,lead,place(page))
        else:
            for t in self.tr.taken[self.began:]: t.lost=True
            self.broken.add((skill.name,self.here[2])); self.lost.add((skill.name,"/".join(self.here[2])+"/"+self.tr.taken[self.began].page["checks"] if len(self.tr.taken)>self.began else ""))
    def _next(self,obs):
        self.lacking=False
        if self.pc and self.pc<=len(self.steps) and obs["last_action_error"] is not None and not self.steps[self.pc-1].spare and len(self.tr.taken)>self.began: 
            if self.pc>=len(self.steps): self.pc-=1
            return None
        while self.pc<len(self.steps):
            step=self.steps[self.pc]
            args=self._args(step,obs) if step.verb in obs["legal_verbs"] else None
            if args is not None:
                self.pc+=1
                return step.verb,args,step
            if step.verb in obs["legal_verbs"] and not step.spare: return None
            self.pc+=1
        return None
    def _args(self,step,obs):
        args={}
        for name,alts in step.args.items():
            for b in [alts[0],*(b for b in alts[1:] if not b.path)]:
                v=resolve(b,obs)
                if v is not MISSING: args[name]=v; break
            else:
                if name not in step.optional:
                    self.lacking=step.args[name][0].path.startswith("messages"); return None
        return args
    @property
    def minute0(self): return self.tr.taken[0].observation["minutes_left"] if self.tr.taken else 0
    def end(self,result):
        if not self.learning: return
        success=result["outcome"]=="success"; n=len(self.tr.taken)
        cheap=0.5
        if self.excess is not None: cheap=min(max(0.5-1.5*self.excess,0),1)
        self._learn_explore(success,result["outcome"])
        self.chooser.pass_episode()
        seen=set()
        for ctx,arm,at in self.choices:
            if (ctx,arm) in seen: continue
            seen.add((ctx,arm))
            r=success*(1-self.wb+self.wb*cheap)*self.gamma**(n-at)
            if (arm,ctx) in self.lost: r=0.0
            if arm==EXPLORE: r*=self.handicap
            if arm==EXPLORE or self.library[arm].state!="retired":
                self.chooser.learn(ctx,(),arm,r)
                k,m=self.record.get((ctx,arm),(0,0.0)); k+=1
                self.record[ctx,arm]=(k,m+(r-m)/min(k,50))
        for name,x in self.arrivals.items():
            s=self.library[name]
            if x is not None:
                k=min(s.priced+1,30); self.library[name]=replace(s,priced=k,excess=s.excess+(x-s.excess)/k)
        if self.variant: self._review(success)
        self._prune()
        self.prices.pass_episode()
        self.wins+=success
        if success and self.mining: self._mine()
    def _prune(self):
        places={}
        for s in self.library.values():
            if s.state=="confirmed": places.setdefault(place(s.before),[]).append(s.name)
        for group in places.values():
            if len(group)<2: continue
            for b in list(group):
                for a in group:
                    if a!=b and self.dominates(self.library[a],self.library[b]):
                        group.remove(b); self.library[b]=replace(self.library[b],state="retired"); self.chooser.forget(b); break
            of={n:self.pulls(n) for n in group}
            best=max(m for k,m in of.values() if k>=4) if any(k>=4 for k,m in of.values()) else 0
            for n in group:
                k,m=of[n]
                if k>=6 and m+(max(m*(1-m),0.04)/k)**.5<best:
                    self.library[n]=replace(self.library[n],state="retired"); self.chooser.forget(n)
    def dominates(self,a,b):
        if a.before!=b.before or a.after!=b.after: return False
        if a.priced>=2 and b.priced>=2:
            d=a.excess-b.excess
            if d<-0.08: return True
            if d>0.05: return False
        else: return False
        va=[s.verb for s in a.steps]; vb=[s.verb for s in b.steps]
        if any(s.spare for s in b.steps): return False
        if a.steps[-1].args==b.steps[-1].args or (a.steps[-1].verb==b.steps[-1].verb=="search_flights"):
            it=iter(vb)
            if all(v in it for v in va): return len(va)<len(vb) or a.born<=b.born and a.name<b.name
        return False
    def pulls(self,name):
        n=t=0.0
        for (c,a),(k,m) in self.record.items():
            if a==name: n+=k; t+=k*m
        return n,t/max(n,1)
    def worth(self,name):
        n=t=0.0
        for (c,a),(k,m) in self.record.items():
            if a==name: n+=k; t+=k*m
        return (t+0.5)/(n+1)
    def _mine(self):
        for c in candidates(self.tr):
            if any(not alt for s in c.steps for alt in s.args.values()): continue
            if any(t.by==TRIAL for t in c.taken): continue
            merged=None
            for s in sorted(self.library.values(), key=lambda s:(s.state!="confirmed",-s.support,s.name)):
                if s.state=="retired": continue
                m=unify(s,list(s.steps),c)
                if m is not None: merged=replace(m,support=s.support+1); break
            if merged is not None:
                self.library[merged.name]=merged
                continue
            if all(t.by!=EXPLORE for t in c.taken): continue
            rivals=[s for s in self.library.values() if s.state=="confirmed" and s.before==c.before]
            if any(s.name in self.arrivals and self.worth(s.name)>0.2 for s in rivals) or len(rivals)>=4: continue
            self.count+=1
            name="-".join(st.verb.split("_")[0] for st in c.steps)+f"-{self.count}"
            self.library[name]=Skill(name=name,before=c.before,steps=c.steps,after=c.after,support=1,born=self.episode,state="confirmed")
            for t,h in self.habits:
                s=self.library[name]; self.library[name]=replace(s,steps=self._with_habit(s,t,h))
    def _learn_explore(self,success,outcome):
        taken=self.tr.taken
        ctxs=[self.ectx(t.page) for t in taken]
        self.explorer.learn(ctxs,taken,success,outcome)
        for i in range(len(taken)):
            if i+1<len(taken) and i in self.usedat:
                self.explorer.result(self.usedat[i],taken[i+1].observation["last_action_error"] is None and taken[i+1].signature!=taken[i].signature)
    def ectx(self,page):
        return "/".join([page[k] for k in ("view","payment","cart","checks")])

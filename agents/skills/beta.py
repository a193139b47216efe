import math
class Beta:
    """prototype chooser"""
    def __init__(self, stream, keep=0.99):
        self.s=stream; self.keep=keep; self.t={}
    def _u(self): return ((self.s.word()>>11)+0.5)/2**53
    def _gamma(self,a):
        if a<1:
            return self._gamma(a+1)*self._u()**(1/a)
        d=a-1/3; c=1/math.sqrt(9*d)
        while True:
            u1,u2=self._u(),self._u()
            x=math.sqrt(-2*math.log(u1))*math.cos(2*math.pi*u2)
            v=(1+c*x)**3
            if v<=0: continue
            if math.log(self._u())<0.5*x*x+d-d*v+d*math.log(v): return d*v
    def _beta(self,a,b):
        x=self._gamma(a);return x/(x+self._gamma(b))
    def get(self,c,a): return self.t.get((c,a),(1.0,1.0))
    def choose(self,context,arms):
        if len(arms)==1: return arms[0]
        best=None
        for a in arms:
            x=self._beta(*self.get(context,a))
            if best is None or x>best[0]: best=(x,a)
        return best[1]
    def learn(self,c,a,r):
        al,be=self.get(c,a); self.t[c,a]=(al+r,be+1-r)
    def prior(self,c,a,m,w):
        if (c,a) not in self.t: self.t[c,a]=(1+m*w,1+(1-m)*w)
    def pass_episode(self):
        k=self.keep
        for key,(a,b) in self.t.items(): self.t[key]=(1+(a-1)*k,1+(b-1)*k)

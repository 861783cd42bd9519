# 3.8 to 3.11
def f(a, b=1, /, c=2, *, d, e=3, **g): pass
def f(a, /): pass
def f(a, /, *b: *Ts, c): pass
lambda a, /, b=1, *, c: a
lambda *a, **k: (a, k)
lambda: (yield)
with (open(a) as b, open(c) as d): pass
with (open(a) as b, open(c) as d,): pass
with (open(a)): pass
with (a, b): pass
with (a, b) as c: pass
with (a), (b): pass
with (a) as b, (c) as d: pass
with (yield): pass
with (a := b): pass
with (a for a in b) as c: pass
with (): pass
with (a, *b) as c: pass
with ((a, b) as c): pass
with ((a)): pass
with (a).b as c.d, e() as f[0], g as (h, i), j as [k, *l]: pass
with (a)(b): pass
with (a) + (b): pass
with (a, b)[0]: pass
with (lambda: 1) as a: pass
async def g():
    async with (a as b, c as d): pass
    async for x, *y in z: pass
    return [x async for x in y if await z async for w in v]
    await a ** b
    -await a
x[*a]
x[*a, b]
x[a, *b, c:d]
x[a:b, c]
x[a:b:c]
x[::]
x[:]
x[a:, :b, ::c, a::b]
x[a := 1]
x[a := 1, b := 2]
x[(a := 1):2]
x[()]
x[a,]
x[lambda: 1]
def h(): return *a, b
def i(): return (yield)
for x in *a, b: pass
for x, in y: pass
for (x), [y, z], w.v, u[0] in t: pass
else: pass
x = *a, b
x = y = yield z
x: int = yield
x += yield 1
x: (int, str) = 1, 2
(x): int = 1
(x.y): int
x.y: int = 1
x[0]: int
{a := 1, b}
{a: b, **c, "d": (e := 1)}
{**a, **b}
{*a, *b}
[*a, *b, c]
(*a, b)
f(a := 1, *b, c=1, **d)
f(*a or b, **c or d)
f(x for x in y)
f (x for x in y)
f((x for x in y), z)
f(a, *b, c, *d, e=1, *f, g=2, **h, i=3, **j)
@a.b[c](d).e
def j(): pass
@(x := y)
@lambda z: z
class K(*bases, metaclass=M, **kw): pass
while chunk := read(): pass
if (a := b) and c: pass
assert (a := b), c
print((yield_), *a)
[y for x in z if (y := f(x))]
{k: v for k, v in a for b in c if d if e}
{x for x in y}
not a in b
not a == b
a if b else c if d else e
(a if b else c) if d else e
-a ** -b ** c
a ** b ** c
(a) ** (b)
((a) + (b)) * (c)
((((a))))
a < b <= c != d is not e not in f in g is h
a @ b @ c; a @= b
a //= b; a **= b; a >>= b; a <<= b; a &= b; a |= b; a ^= b; a %= b; a /= b
1_000, 0xFF_FF, 0b1_0, 0o7_7, 1_0.0_1e1_0, 1e-10, 1.e5, .5, 1j, 1.5J, 0, 00, 0_0, 0777.5, 09e1, 099j
123456789012345678901234567890, 0xFFFFFFFFFFFFFFFFFFFFFFFF, 9223372036854775807, 9223372036854775808
1if x else 2
...
del a, (b, c), [d], e.f, g[0], (h)
del (a)
del ()
global aa, bb
import a.b.c as d, e
from . import f
from .. import (g, h as i,)
from ...j.k import *
from .... import l
from ....m import n
if a:
    pass
elif b: pass
elif c:
    pass
else:
    pass
if a: pass; pass;
try: pass
except (A, B): pass
class L: a = 1; b = 2
x = (  # comment
    1 +
    2
)
x = 1 + \
    2
π = "ﬁ"; ﬁ = µ = ª = Å = x̄ = 𝐱 = 1; ｆｕｌｌ = ℌ

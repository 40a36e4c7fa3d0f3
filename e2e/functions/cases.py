"""What people write in cells, one function a construct: it is sent to servers of other Pythons.

`CASES` are called without arguments; their results are compared as text. Not formatted, since the
layout is a part of what is tested.
"""

# fmt: off
# ruff: noqa
# mypy: ignore-errors
import re, math, functools, dataclasses, enum, collections, typing, abc, contextlib, os.path
from typing import NamedTuple, Generic, TypeVar, Protocol, Optional, TypedDict
k=3
def outer(m):
    def f(x): return x*m+k
    return f
a, b = (lambda x: x+1), (lambda x: x*2)
def fib(n, memo={}):
    """doc"""
    if n<2:
        return n
    return sum([fib(n-i) for i in (1,2)])
class Base:
    n=2
    __secret=5
    def go(self, x): return re.sub('a','b',x)*self.n
    def hidden(self): return self.__secret
    @property
    def p(self): return self.n*10
    @classmethod
    def c(cls): return cls.__name__
    @staticmethod
    def s(x): return x+1
class Sub(Base):
    def go(self, x):
        return super().go(x)+'!'
    def __repr__(self): return 'Sub'
    def nested(self):
        def inner(): return super(Sub, self).hidden(), self.__class__.__name__
        return inner()
def gen(n):
    for i in range(n):
        yield i
    yield from (x*x for x in range(3))
async def co(x):
    return x+1
def run_co():
    try: co(1).send(None)
    except StopIteration as e: return e.value
def deco(f):
    @functools.wraps(f)
    def wrapper(*a, **kw): return f(*a, **kw)+1
    return wrapper
@deco
def decorated(x, *, y: int = 2, z=(1,2)) -> int: return x+y+sum(z)
@dataclasses.dataclass
class Point:
    x: int
    y: int = 3
    tags: list = dataclasses.field(default_factory=list)
    def norm(self): return math.hypot(self.x,self.y)
@dataclasses.dataclass(frozen=True, order=True)
class Frozen:
    a: int
    b: Optional[str] = None
NT=collections.namedtuple('NT','a b', defaults=[7])
class TNT(NamedTuple):
    x: int
    y: str = 'q'
    def both(self): return f'{self.x}{self.y}'
class Color(enum.Enum):
    RED=1
    BLUE=2
    def shout(self): return self.name+'!'
    @classmethod
    def _missing_(cls, value): return cls.RED
class Str(str, enum.Enum):
    A='a'
class Fl(enum.Flag):
    A=1
    B=2
class IE(enum.IntEnum):
    ONE=1
class Abs(abc.ABC):
    @abc.abstractmethod
    def m(self): ...
class Conc(Abs):
    def m(self): return 'conc'
T=TypeVar('T')
class Gen(Generic[T]):
    def __init__(self, v: T): self.v=v
class Proto(Protocol):
    def m(self) -> int: ...
class TD(TypedDict):
    a: int
@functools.total_ordering
class Ord:
    def __init__(self, v): self.v=v
    def __eq__(self,o): return self.v==o.v
    def __lt__(self,o): return self.v<o.v
class Cached:
    @functools.cached_property
    def v(self): return 42
class Slots:
    __slots__=('a','b')
    def __init__(self): self.a=1
class Meta(type):
    def __call__(cls,*a): 
        o=super().__call__(*a); o.meta=True; return o
class WithMeta(metaclass=Meta): pass
@contextlib.contextmanager
def ctx():
    yield 5
def use_ctx():
    with ctx() as v: return v
def counter():
    n=0
    def inc():
        nonlocal n
        n+=1
        return n
    return inc
text='''multi
line'''
def strings(): 
    return """a
  b
	c""" + text + 'é€' + f"{k!r:>5}" + r'\n'
def one_line(x=1): y=x; return y*2
def odd(
    a=1,  # comment
    b=2): return (a +
    b)
def tabs():
	if True:
		return 1
def spaces():
 return 2
mult = (lambda x, *a, y=3, **kw:
    (x, y,
     a, kw))
def kwonly(a, /, b, *c, d=4, **e): return a,b,c,d,e
def annotated(x: 'Undefined' = 1) -> "AlsoUndefined": return x
def with_class():
    class Inner:
        z = 1
        class Deep:
            q = 2
        def m(self): return self.__class__.__qualname__, Inner.Deep.__qualname__
    return Inner().m(), Inner.m.__qualname__
class Outer:
    class Mid:
        def m(self): return Outer.Mid.__qualname__
    def make(self):
        class Local:
            def __repr__(s): return f'{type(s).__qualname__}'
            def up(s): return super().__init__
        return repr(Local())
def exc():
    try:
        1/0
    except (ZeroDivisionError, ValueError) as e:
        return str(e)
    finally:
        pass
def walrus(): return [y for x in range(3) if (y := x*2)]
def comp(): return {i: {j for j in range(i)} for i in range(3)}, [lambda: i for i in range(2)][0]()
def glob():
    global newg
    newg = 9
    return newg
partial=functools.partial(fib, 6)
def star(): 
    first, *rest = range(4)
    return first, rest
def sub(): return os.path.join('a','b')
def un(x: int | None = None): return x
neg = lambda: (-0.0, 1e400, True, 1)
nested_lambda = lambda x: (lambda y: (lambda z: x+y+z))
nl = nested_lambda(1)(2)
def err():
    raise_me = 1
    return raise_me
lst=[lambda x, i=i: x+i for i in range(3)]
def self_in_closure():
    def rec(n): return 1 if n<1 else n*rec(n-1)
    return rec
class CallMe:
    def __call__(self, x=2): return x+k
class Desc:
    def __get__(self, o, t): return 'got'
class UsesDesc: d=Desc()
class Init:
    def __init_subclass__(cls, **kw): cls.inited=True
class Initd(Init): pass
class Exc(Exception):
    def __init__(self, a): super().__init__(a); self.a=a
import datetime, decimal, uuid, pathlib, logging, string, itertools, operator, fractions, heapq, bisect, json as j, copy, random, types
from enum import auto, IntFlag, unique
from zoneinfo import ZoneInfo
same1, same2 = [(lambda x: x + n) for n in (1, 2)], [(lambda x: x + n) for n in (1, 2)]
pair = (lambda x: x + 1, lambda x: x + 1, lambda x: x - 1)
pick = {'a': lambda x: x * 10, 'b': lambda x: x * 100,
        'c': lambda x: (
            x * 1000
        )}
def with_default(f=lambda x: x * 7, *, g=lambda y: y + 1): return f(g(1))
def reg(key):
    def deco(fn):
        fn.key = key(3)
        return fn
    return deco
@reg(lambda n: n * 2)
@reg(lambda n: n * 3)
def registered(x):
    # a comment first
    "doc"
    return x + registered.key
if True:
    def in_if(x):
        return x + 1
else:
    def in_if(x):
        return x - 1
for _i in range(2):
    def in_loop(x, i=_i):
        return x * i
with open('/dev/null'):
    def in_with(): return 'with'
try:
    raise KeyError
except KeyError:
    def in_except(): return 'except'
class WithLambdas:
    key = lambda self, x: x + 1
    table = {n: (lambda self, n=n: n) for n in range(3)}
    @property
    def val(self): return self._v
    @val.setter
    def val(self, v): self._v = v * 2
    def __enter__(self): return self
    def __exit__(self, *a): return False
    def __getitem__(self, i): return i * 3
    def __iter__(self): yield from (1, 2)
    def __eq__(self, o): return True
    def __hash__(self): return 7
    def __private(self): return 'mangled'
    def use(self): return self.__private()
    def lam(self): return (lambda: self.__private())()
    def comp(self): return [self.__private() for _ in range(1)]
class Nested:
    class Inner:
        def who(self): return type(self).__name__
    @classmethod
    def make(cls): return cls.Inner().who()
@dataclasses.dataclass(order=True, kw_only=True)
class Kw:
    a: int
    b: list[int] = dataclasses.field(default_factory=list, compare=False, repr=False)
    c: dataclasses.InitVar[int] = 3
    def __post_init__(self, c): self.d = c + self.a
@dataclasses.dataclass(frozen=True)
class Parent:
    p: str = 'p'
@dataclasses.dataclass(frozen=True)
class Child(Parent):
    q: 'int | None' = None
    def both(self): return (self.p, self.q)
@dataclasses.dataclass(slots=True)
class Slotted:
    a: int = 1
    b: int = 2
    def sum(self): return self.a + self.b
class Auto(enum.Enum):
    A = auto()
    B = auto()
    def __str__(self): return f'<{self.name}>'
class Perm(IntFlag):
    R = 4
    W = 2
    RW = R | W
class Planet(enum.Enum):
    EARTH = (5.9, 6.3)
    MARS = (0.6, 3.3)
    def __init__(self, mass, radius):
        self.mass = mass
        self.radius = radius
    @property
    def ratio(self): return round(self.mass / self.radius, 3)
class MyError(ValueError):
    pass
def raises():
    try:
        raise MyError('x') from KeyError('y')
    except MyError as e:
        return repr(e), repr(e.__cause__)
counts = collections.defaultdict(lambda: 5, {'a': 1})
pattern = re.compile(r'(\d+)', re.I)
moment = datetime.datetime(2024, 2, 29, 1, 2, 3, tzinfo=datetime.timezone.utc)
zoned = datetime.datetime(2024, 7, 1, tzinfo=ZoneInfo('Europe/Berlin'))
money = decimal.Decimal('1.10')
ident = uuid.UUID(int=5)
where = pathlib.PurePosixPath('/a/b')
half = fractions.Fraction(1, 2)
log = logging.getLogger('udf')
def uses_globals():
    return counts['zz'], pattern.findall('a1b22'), moment.isoformat(), zoned.utcoffset().total_seconds(), money + 1, str(ident), where.name, half * 3, log.name
def even(n): return True if n == 0 else odd_(n - 1)
def odd_(n): return False if n == 0 else even(n - 1)
def gen_send():
    def g():
        x = yield 1
        yield x
    it = g(); next(it)
    return it.send(9)
def sorter(): return sorted([(1, 'b'), (1, 'a'), (0, 'c')], key=lambda p: (-p[0], p[1]))
def match_like(x=3):
    return 'small' if x < 5 else 'big' if x < 50 else 'huge'
def slices(): 
    a = list(range(10)); return a[1:8:2], a[::-1][:2], a[-3:]
def strs(): return 'a' 'b' f'{1+1}', rb'\x00', '''t
  q''', "it's", 'say "x"', '\N{BULLET}', f'{"n":>3}|{3.14159:.2f}|{10_000:,}|{k=}'
def unpack(*args, **kw): return args, sorted(kw.items())
def call_unpack(): return unpack(*[1, 2], *(3,), **{'a': 1}, **dict(b=2))
def chained(): return 1 < 2 <= 2 != 3, not (1 and 0 or None), (yield_ := 5)
def deleted():
    a = [1, 2, 3]; del a[0]
    try:
        del a
        return a
    except UnboundLocalError: return 'gone'
def asserted():
    try: assert 1 == 2, 'msg'
    except AssertionError as e: return str(e)
def loops():
    out = []
    for i in range(5):
        if i == 1: continue
        if i == 4: break
        out.append(i)
    else: out.append('else')
    while True:
        break
    return out
def imports():
    import statistics as st
    from math import (sqrt,
                      floor as fl)
    return st.mean([1, 2, 3]), sqrt(16), fl(2.7)
def nonlocals():
    a, b = 1, 2
    def f():
        nonlocal a
        a += b
        def g():
            nonlocal b
            b *= 10
            return a + b
        return g()
    return f(), a, b
def class_closure(n):
    class C:
        m = n
        def get(self): return self.m + n
    return C().get()
def ann(): 
    x: int = 3
    y: 'list[str]'
    def inner(a: int, b: str = 'q') -> tuple[int, str]: return a, b
    return x, inner(1), inner.__annotations__
def long_line(a=1, b=2,
              c=3,

              d=4):

    # leading comment

    total = (a +
             b  # inline
             + c)

    return total + \
        d
def tabbed(x=1):
	# tab comment
	if x:
		return [y
for y in (1, 2)]
def semicolon(): a = 1; b = 2; return a + b
def docstring_only(): 'nothing else'
def ellipsis(): ...
lam_tuple = lambda: (1,)
lam_cond = lambda x: 'a' if x else 'b'
lam_dict = lambda: {**{'a': 1}, 'b': [i for i in range(2)]}
lam_gen = lambda: list(i * 2 for i in range(3))
lam_nested = lambda f: lambda x: f(f(x))
lam_star = lambda *a, b=1, **c: (a, b, c)
lam_str = lambda: "lambda x: x"
lam_walrus = lambda: [(n := 3), n * 2]
lam_multi = (lambda
             x: x
             + 1)
lam_paren = (lambda x: (x, lambda y: (x, y)))
bound_partial = functools.partial(operator.mul, 6)
compose = lambda *fs: functools.reduce(lambda f, g: lambda x: f(g(x)), fs)
class Visitor:
    handlers = {}
    @classmethod
    def on(cls, name):
        def deco(f): cls.handlers[name] = f; return f
        return deco
@Visitor.on('a')
def handle_a(v): return v + 1
class Temp(typing.NamedTuple):
    """Doc."""
    low: float
    high: float = 9.5
    @property
    def span(self): return self.high - self.low
class StackT(Generic[T]):
    items: list[T]
    def __init__(self): self.items = []
    def push(self, x: T) -> None: self.items.append(x)
class Singleton:
    _one = None
    def __new__(cls):
        if cls._one is None: cls._one = super().__new__(cls)
        return cls._one
class Multi(WithLambdas, Nested): pass
class Op:
    def __init__(self, v): self.v = v
    def __add__(self, o): return Op(self.v + o.v)
    def __repr__(self): return f'Op({self.v})'
    def __lt__(self, o): return self.v < o.v
    def __bool__(self): return self.v > 0
    def __len__(self): return self.v
    def __contains__(self, x): return x == self.v
cached_value = Op(4)
async def agen():
    for i in range(2): yield i
async def acollect(): return [x async for x in agen()]
def run_async():
    try: acollect().send(None)
    except StopIteration as e: return e.value
CASES = dict(
 closure=lambda: outer(10)(2), a=lambda: a(1), b=lambda: b(4), fib=lambda: fib(7), go=lambda: Sub().go('aa'),
 hidden=lambda: Sub().hidden(), nested=lambda: Sub().nested(), prop=lambda: (Sub().p, Sub.c(), Sub.s(1)), gen=lambda: list(gen(2)),
 co=run_co, deco=lambda: decorated(1), point=lambda: (Point(3,4).norm(), repr(Point(1)), Point(1)==Point(1), dataclasses.asdict(Point(1)), dataclasses.replace(Point(1),y=9)),
 frozen=lambda: (Frozen(1)<Frozen(2), hash(Frozen(1))==hash(Frozen(1)), [f.name for f in dataclasses.fields(Frozen)]),
 nt=lambda: (NT(1), NT(1)._replace(a=4), NT._make([1,2])._asdict()), tnt=lambda: (TNT(1), TNT(1).both()),
 color=lambda: (Color.RED, Color(2), Color(77), Color.BLUE.shout(), list(Color), Color['RED'].value), strenum=lambda: (Str.A=='a', Str('a').name), fl=lambda: ((Fl.A|Fl.B).value, Fl.A in (Fl.A|Fl.B)), ie=lambda: IE.ONE+1,
 abs=lambda: Conc().m(), generic=lambda: Gen[int](4).v, proto=lambda: (Proto.__name__, issubclass(Proto, object)), td=lambda: TD(a=1), ord=lambda: Ord(1)>=Ord(0), cached=lambda: Cached().v, slots=lambda: Slots().a,
 meta=lambda: WithMeta().meta, ctx=use_ctx, counter=lambda: (counter()(),), strings=strings, one=lambda: one_line(4), odd=odd, tabs=tabs, spaces=spaces, mult=lambda: mult(1,2,z=3), kwonly=lambda: kwonly(1,2,3,f=1), annotated=annotated,
 with_class=with_class, outercls=lambda: Outer().make(), exc=exc, walrus=walrus, comp=comp, glob=glob, partial=partial, star=star, sub=sub, un=un, neg=neg, nl=lambda: nl(3), lst=lambda: [f(1) for f in lst], rec=lambda: self_in_closure()(5),
 callme=lambda: CallMe()(), method=Conc().m, bound=functools.partial(Sub().go,'a'), desc=lambda: UsesDesc().d, initsub=lambda: Initd.inited, excs=lambda: Exc(3).a, inst=functools.partial(getattr, Sub(), 'n'), enumv=functools.partial(lambda c: c.name, Color.BLUE), ptv=functools.partial(lambda p: p, Point(1,2,[3])),
same=lambda: [f(1) for f in same1 + same2], pair=lambda: [f(1) for f in pair], pick=lambda: [f(1) for f in pick.values()], with_default=with_default, registered=lambda: registered(1), in_if=lambda: in_if(1), in_loop=lambda: in_loop(5), in_with=in_with, in_except=in_except,
 wl=lambda: (WithLambdas().key(1), WithLambdas.table[2](None), WithLambdas()[2], list(WithLambdas()), WithLambdas() == 3, hash(WithLambdas()), WithLambdas().use(), WithLambdas().lam(), WithLambdas().comp()),
 setter=lambda: (lambda w: (setattr(w, 'val', 4), w.val))(WithLambdas()), nested_too=Nested.make, nestedc=lambda: Nested.make(), kw=lambda: (repr(Kw(a=1)), Kw(a=1).d, Kw(a=1) < Kw(a=2)), child=lambda: (Child(q=2).both(), repr(Child()), Child() == Child()), slotted=lambda: (Slotted(3).sum(), repr(Slotted())),
 auto=lambda: (str(Auto.B), Auto(1).name, [a.value for a in Auto]), perm=lambda: (int(Perm.RW), (Perm.R | Perm.W) == Perm.RW, Perm.R in Perm.RW), raises=raises, uses_globals=uses_globals, even=lambda: even(10), gen_send=gen_send, sorter=sorter, match_like=match_like, slices=slices, strs=strs, call_unpack=call_unpack, chained=chained, deleted=deleted, asserted=asserted, loops=loops, imports=imports, nonlocals=nonlocals, class_closure=lambda: class_closure(3), ann=ann, long_line=long_line, tabbed=tabbed, semicolon=semicolon, doc=lambda: (docstring_only.__doc__, docstring_only()), ellipsis=ellipsis,
 lams=lambda: (lam_tuple(), lam_cond(0), lam_dict(), lam_gen(), lam_nested(lambda x: x + 1)(1), lam_star(1, b=2, z=3), lam_str(), lam_walrus(), lam_multi(1), lam_paren(1)[1](2)), bound_partial=functools.partial(bound_partial, 7), compose=lambda: compose(lambda x: x + 1, lambda x: x * 2)(5), handlers=lambda: Visitor.handlers['a'](1), temp=lambda: (Temp(1.5).span, Temp(1.0), Temp.__doc__), stack=lambda: (lambda s: (s.push(1), s.items))(StackT()), singleton=lambda: Singleton() is Singleton(), multi=lambda: (Multi().use(), Multi.make()), op=lambda: (Op(1) + Op(2), bool(Op(0)), len(Op(3)), 3 in Op(3), sorted([Op(2), Op(1)])), cached_too=lambda: cached_value + Op(1), run_async=run_async,
)

"""Runs the doctests of the copies and uses them. What it prints depends on nothing but the version of Python."""
import contextlib, doctest, glob, importlib, io, sys
modules = {}
for name in sorted(glob.glob("copied_*.py")):
    modules[name[7:-3]] = importlib.import_module(name[:-3])
print(len(modules) >= 18, sorted(modules)[:3])
for name, module in sorted(modules.items()):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        result = doctest.testmod(module)
    print(name, result, len(out.getvalue()))
D = modules["pydecimal"]
D.getcontext().prec = 60
print(D.Decimal(2).sqrt(), D.Decimal(1).exp(), D.Decimal("0.7") ** D.Decimal("1.3"))
P = modules["pickle"]
value = {"a": [1, (2.5, None)], "b": {frozenset([1]), b"x" * 300}, 3: "é" * 10}
for protocol in range(6):
    out = io.BytesIO()
    P._Pickler(out, protocol).dump(value)
    print(len(out.getvalue()), P._Unpickler(io.BytesIO(out.getvalue())).load() == value)
source = open("copied_argparse.py").read()
A = modules["ast"]
print(len(A.dump(A.parse(source))), len(A.unparse(A.parse(source))) if hasattr(A, "unparse") else 0)
T = modules["tokenize"]
print(sum(1 for _ in T.generate_tokens(io.StringIO(source).readline)))
parser = modules["argparse"].ArgumentParser(prog="p", description="d " * 60)
parser.add_argument("--n", type=int, default=3, help="how many")
parser.add_argument("files", nargs="*")
print(parser.format_help(), parser.parse_args(["--n", "5", "x", "y"]))
try:
    parser.parse_args(["--n", "five"])
except SystemExit as end:
    print("exit", end.code)
C = modules["configparser"].ConfigParser()
C.read_string("[a]\nx = 1\n[b]\ny = %(z)s\nz = 2\n")
print({name: dict(C[name]) for name in C.sections()})
print(list(modules["difflib"].unified_diff(source.split("\n")[:200], source.replace("self", "this").split("\n")[:200]))[:40])
r = modules["random"].Random(7)
print([r.randint(1, 100) for _ in range(5)], r.sample(range(50), 5), r.gauss(0, 1), r.choices("abc", k=4))
G = modules["graphlib"].TopologicalSorter({"d": {"b", "c"}, "b": {"a"}, "c": {"a"}}) if "graphlib" in modules else None
print(len(list(G.static_order())) if G else 4)
print(modules["strptime"]._strptime("3 Mar 2021", "%d %b %Y")[0][:6], modules["calendar"].TextCalendar().formatmonth(2024, 2))
F = modules["functools"]
@F.lru_cache(None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(80), F.reduce(lambda a, b: a * b, range(1, 20)))
@modules["dataclasses"].dataclass(order=True)
class Point:
    x: int
    y: float = 2.0
print(Point(1), Point(1) < Point(2), modules["dataclasses"].asdict(Point(3)))

match x:
    case 0: pass
    case -1 | 1.5 | -2j | 3 + 4j | -3 - 4j: pass
    case "a" | b"b" | "c" "d" | None | True | False: pass
    case a.b.c | a.b: pass
    case _: pass
match (x, y):
    case a, b: pass
    case a, *rest: pass
    case *_, last: pass
    case a,: pass
    case (a): pass
    case (a,): pass
    case (): pass
    case []: pass
    case [a, [b, *_], (c, d)]: pass
    case (a | b) as c if c > 1: pass
    case [a] as b: pass
    case {}: pass
    case {"k": v, 1: w, -1: u, None: n, a.b: m, **rest}: pass
    case {"k": {"l": [x, *_]}, **rest,}: pass
    case {**rest}: pass
    case Point(): pass
    case Point(1, y=2, z=Point(x, y),): pass
    case mod.Point(x, (y, *_)): pass
    case str() | bytes(): pass
    case match: pass
    case case: pass
    case type(): pass
match *a, b:
    case x: pass
match a,:
    case x: pass
match x := 1:
    case x: pass
match -x:
    case x: pass
match (x):
    case x:
        match y:
            case z:
                pass
            case w if w: pass
    case y: pass
match[x]:
    case x: pass
match {1: 2}:
    case x: pass
match not x:
    case x: pass
match await_ if x else y:
    case x: pass
match lambda: 1:
    case x: pass
match match:
    case case: pass
match = 1
match.x = 2
match[0] = 3
match(1)
match (1, 2)
match -1
match * 2
match in x
match not in x
match is None
match if x else y
match: int = 3
match[a:b]: int
case = 1
case(2)
print(match, case)

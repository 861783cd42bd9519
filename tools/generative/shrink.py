"""Makes a failing program smaller while it fails in the same way: hierarchical delta debugging on the syntax tree."""
import ast
import copy

from program import Program, Target

ROUNDS = 60
AT_ONCE = 150  # candidates that are judged in one run


def shrink(failure, pipeline):
    """Prints the smallest program found that fails as this one does."""
    best = failure
    for _ in range(ROUNDS):
        candidates = sorted(set(smaller(best.program.source)), key=len)
        smallest = None
        for at in range(0, len(candidates), AT_ONCE):
            programs = [
                Program(f"s{n}", source, best.program.targets, best.program.optional)
                for n, source in enumerate(candidates[at : at + AT_ONCE])
            ]
            found = [f for f in pipeline.run(programs, failure.probed, failure) if f.like(failure)]
            if found:
                smallest = min(found, key=lambda f: len(f.program.source))
                break
        if smallest is None:
            smallest = with_fewer_calls(best, failure, pipeline)
        if smallest is None:
            break
        best = smallest
    show(best)


def with_fewer_calls(best, failure, pipeline):
    programs = []
    for target in best.program.targets:
        if len(target.calls) > 1:
            for call in target.calls:
                programs.append(
                    Program(
                        f"s{len(programs)}", best.program.source, [Target(target.make, [call])], best.program.optional
                    )
                )
    found = [f for f in pipeline.run(programs, failure.probed, failure) if f.like(failure)] if programs else []
    return found[0] if found else None


def show(failure):
    calls = [f"{t.make}: {' | '.join(t.calls)}" for t in failure.program.targets]
    probed = " (probed)" if failure.probed else ""
    print(f"\n=== smallest: {failure.kind} [{failure.fix}]{probed}\n{failure.what}\ncalls: {'; '.join(calls)}")
    print(failure.program.source, "--- becomes ---", failure.changed, "", sep="\n", flush=True)


def smaller(source):
    """Texts with one thing less: a statement, a block around statements, an argument, an operand."""
    tree = ast.parse(source)
    for change in changes(tree):
        made = copy.deepcopy(tree)
        try:
            if not change(made):
                continue
            text = ast.unparse(ast.fix_missing_locations(made)) + "\n"
            ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        if len(text) < len(source):
            yield text


def changes(tree):
    for n, node in enumerate(ast.walk(tree)):
        for field, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                for i in range(len(value)):
                    yield at(n, lambda found, f=field, i=i: drop(getattr(found, f), i))
                    yield at(n, lambda found, f=field, i=i: unwrap(getattr(found, f), i))
            elif isinstance(value, list) and field in (
                "args",
                "keywords",
                "elts",
                "names",
                "decorator_list",
                "targets",
                "generators",
                "ifs",
            ):
                for i in range(len(value)):
                    yield at(n, lambda found, f=field, i=i: drop_entry(getattr(found, f), i))
            elif isinstance(value, ast.expr) and field in ("value", "test", "iter", "returns", "annotation"):
                for inner in ("left", "right", "value", "body", "func"):
                    yield at(n, lambda found, f=field, inner=inner: replace(found, f, inner))


def at(n, work):
    def change(tree):
        for m, node in enumerate(ast.walk(tree)):
            if m == n:
                return work(node)
        return False

    return change


def drop(block, i):
    """Without a statement; a block is never left empty."""
    del block[i]
    if not block:
        block.append(ast.Pass())
    return True


def unwrap(block, i):
    """A loop, branch or try becomes what is in it."""
    inner = getattr(block[i], "body", None)
    if isinstance(block[i], (ast.FunctionDef, ast.ClassDef)) or not isinstance(inner, list):
        return False
    block[i : i + 1] = inner
    return True


def drop_entry(entries, i):
    del entries[i]
    return True


def replace(node, field, inner):
    part = getattr(getattr(node, field), inner, None)
    if not isinstance(part, ast.expr):
        return False
    setattr(node, field, part)
    return True

"""Runs programs and their changed versions, and says where these differ.

Requests come as JSON lines on stdin, one batch each; answers go to the original stdout. torch is imported once; each
batch runs in a forked child, so that a program that ends its process costs only itself.
"""
import contextlib
import importlib.util
import io
import json
import os
import random
import select
import signal
import sys
import time
import types
import warnings

import numpy as np
import torch

from values import attributes, described, difference, plain, settled

LIMIT = 20  # seconds for one version of a program
sys.setrecursionlimit(400)


class Took(BaseException):
    """The time limit. No program catches it."""


class Absent:
    """A finder that knows optional packages: it makes them, or says that they are not installed."""

    def __init__(self, names, present):
        self.names, self.present = names, present

    def find_spec(self, name, path=None, target=None):
        if name not in self.names:
            return None
        if not self.present:
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)
        return importlib.util.spec_from_loader(name, self)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.run = lambda x: x + 100.0


serial = 0


def load(path):
    """The module of a file, under a name of its own: the compiler caches by name."""
    global serial
    serial += 1
    name = f"program_{serial}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def failure(error):
    """An exception as data. Names of modules hold the version's number."""
    return ["raised", type(error).__name__, settled(str(error))]


def of_few_bits(tensor):
    """In place: sums of such numbers are exact, whatever their order."""
    with torch.no_grad():
        tensor.copy_((tensor * 8).round() / 8)


def arguments(text, space):
    def collect(*args, **kwargs):
        for value in (*args, *kwargs.values()):
            if isinstance(value, torch.Tensor) and value.is_floating_point() and value.is_contiguous():
                of_few_bits(value)
        return list(args), kwargs

    return eval(f"collect({text})", {**space, "torch": torch, "collect": collect})


def data_of(module):
    """The module's own data, and its classes': what functions may have changed."""
    found = {}
    for name, value in vars(module).items():
        if isinstance(value, type) and value.__module__ == module.__name__:
            for key, part in vars(value).items():
                if (
                    not key.startswith("_")
                    and not isinstance(part, (types.FunctionType, property, staticmethod, classmethod))
                    and is_data(part)
                ):
                    found[f"{name}.{key}"] = plain(part)
        elif not name.startswith("__") and is_data(value):
            found[name] = plain(value)
    return found


def is_data(value):
    return isinstance(value, (bool, int, float, str, list, tuple, dict, set, torch.Tensor)) or value is None


def seed(n):
    torch.manual_seed(n)
    np.random.seed(n)
    random.seed(n)


def make(module, target):
    seed(7)
    made = eval(target["make"], vars(module))
    if isinstance(made, torch.nn.Module):
        # No two parts are alike, not even norms.
        for n, part in enumerate(made.parameters()):
            of_few_bits(part)
            with torch.no_grad():
                part.add_(n % 3 * 0.25)
    return made


def call_all(module, target, callee):
    """Each call in turn on the same callee: what it gives, prints and raises, its arguments and attributes after it."""
    told = []
    for text in target["calls"]:
        seed(11)
        out = io.StringIO()
        try:
            args, kwargs = arguments(text, vars(module))
        except Exception as error:
            told.append({"result": ["arguments", repr(error)]})
            continue
        with contextlib.redirect_stdout(out):
            try:
                result = ("gave", plain(callee(*args, **kwargs)))
            except Exception as error:
                result = failure(error)
        told.append(
            {
                "result": result,
                "printed": settled(out.getvalue()),
                "arguments": plain((args, kwargs)),
                "attributes": attributes(callee) if isinstance(callee, torch.nn.Module) else {},
            }
        )
    return told


def observe(path, program, present):
    """One version of a program, run eagerly."""
    finder = Absent(program["optional"], present)
    sys.meta_path.insert(0, finder)
    out = io.StringIO()
    try:
        try:
            with contextlib.redirect_stdout(out):
                module = load(path)
        except Exception as error:
            return None, {"import": failure(error)}
        told = {"import": None, "printed": settled(out.getvalue()), "targets": []}
        for target in program["targets"]:
            try:
                with contextlib.redirect_stdout(out):
                    made = make(module, target)
            except Exception as error:
                told["targets"].append({"made": failure(error)})
                continue
            state = list(made.state_dict()) if isinstance(made, torch.nn.Module) else []
            told["targets"].append({"made": None, "state": state, "calls": call_all(module, target, made)})
        told["data"] = data_of(module)
        return module, told
    finally:
        sys.meta_path.remove(finder)
        for name in program["optional"]:
            sys.modules.pop(name, None)


def compare(before, after):
    """What differs between two observations, in words; None where nothing does."""
    if is_refused(before["import"]):
        return None  # by the compiler, at import: that it is no longer is what a fix is for
    if never_ended(before) and after["import"] and after["import"][1] == "Took":
        return None  # calls without end, which Python stops for their depth
    if before["import"] != after["import"]:
        return f"import: {before['import']} became {after['import']}"
    if before["import"]:
        return None
    if before["printed"] != after["printed"]:
        return f"printed at import: {before['printed']!r} became {after['printed']!r}"
    for i, (a, b) in enumerate(zip(before["targets"], after["targets"])):
        if a["made"] != b["made"]:
            return f"target {i} made: {a['made']} became {b['made']}"
        if a["made"]:
            continue
        if a["state"] != b["state"]:
            return f"state_dict: {a['state']} became {b['state']}"
        for n, (x, y) in enumerate(zip(a["calls"], b["calls"])):
            found = compare_call(x, y)
            if found:
                return f"call {n}: {found}"
    return compare_tables(before["data"], after["data"], "module data", added=True)


def is_refused(raised):
    return bool(raised) and (
        "<--- HERE" in raised[2]
        or "body of overload declaration" in raised[2]
        or raised[1] in ("UnsupportedNodeError", "NotSupportedError", "FrontendError")
    )


def never_ended(told):
    return any(
        c["result"][:2] == ["raised", "RecursionError"] for t in told.get("targets", []) for c in t.get("calls", [])
    )


def compare_call(x, y, script=False):
    if list(x["result"][:2]) == ["raised", "NameError"]:
        return None  # a name that the program never defined: a fix that imports it is no change
    if x["result"][0] != y["result"][0]:
        return f"{short(x['result'])} became {short(y['result'])}"
    if x["result"][0] == "gave":
        found = difference(x["result"][1], y["result"][1], script, "result")
        if found:
            return found
    elif x["result"] != y["result"] and not script and not is_same_argument_error(x["result"], y["result"]):
        return f"{x['result']} became {y['result']}"
    if "printed" not in x:
        return None
    if x["printed"] != y["printed"]:
        return f"printed {x['printed']!r} became {y['printed']!r}"
    given = [shared(c["arguments"]) if script else c["arguments"] for c in (x, y)]
    return difference(*given, script, "arguments") or (
        None if script else compare_tables(x["attributes"], y["attributes"], "attribute")
    )


def is_same_argument_error(a, b):
    """Python words it otherwise for another function: 'float(x)', 'math.sqrt(x)'; 'x.reshape(*[])', 'x.reshape([])'."""
    return a[1] == "TypeError" and (b[1] == "TypeError" or " missing " in a[2])


def shared(given):
    """The arguments without their lists and dictionaries: compiled code gets copies of these, and changes the copies."""
    kind, (positional, named) = given
    args = tuple(a for a in positional[1] if a[0] not in ("list", "dict"))
    return kind, ((positional[0], args), (named[0], tuple(n for n in named[1] if n[1][0] not in ("list", "dict"))))


def compare_tables(a, b, what, added=False):
    methods = {name for name in a if name not in b and a[name][0] == "callable"}
    for name in a:
        if name in methods:
            continue  # a function in an attribute that is a method now: calling it is compared
        if name not in b:
            return f"{what} {name} is gone"
        found = difference(a[name], b[name], where=f"{what} {name}")
        if found:
            return found
    # A module that was made in forward may be kept: what it would save is in the state_dict, which is compared too.
    kept = {name.strip(".") for name in b if name not in a and b[name][:1] == ("module",)}
    # The fix keeps its name in '_NAME_is' beside it.
    for path, _, attribute in (name.rpartition(".") for name in methods):
        kept.add(f"{path}._{attribute}_is".strip("."))
    # An attribute that some instances lack is None there, so that compiled code can ask for it.
    kept |= {name.strip(".") for name in b if name not in a and b[name] == ("NoneType", None)}
    new = [name for name in b if name not in a and name.strip(".") not in kept and name.split(".")[0] not in kept]
    extra = [] if added else new
    return f"{what} {extra[0]} is new: {b[extra[0]]}"[:300] if extra else None


def short(result):
    """One line; of an error that compiled code raised the last, which says what failed."""
    if result[0] == "raised":
        return f"raised {result[1]}: {result[2].strip().splitlines()[-1][:200] if result[2].strip() else ''}"
    return f"gave {described(result[1])}" if result[0] == "gave" else str(result)


def scripted(module, program, told):
    """Compiles each target of a version and compares with what eager gave: {compiled, differs, error}."""
    answers = []
    for target, eager in zip(program["targets"], told["targets"]):
        if eager["made"]:
            continue
        try:
            # Unoptimized code is quick to run, but not always right: a difference counts where both have it.
            differs = run_compiled(module, target, eager, False) and run_compiled(module, target, eager, True)
        except CompilerRefuses as refusal:
            answers.append({"compiled": False, "error": str(refusal)[-700:]})
        else:
            answers.append({"compiled": True, "differs": differs})
    return answers


class CompilerRefuses(Exception):
    pass


def run_compiled(module, target, eager, optimized):
    """The first call in which compiled code differs from eager, in words."""
    try:
        # Modules whose parts have the same names share a compiled type, and with it the order of the first one's parts.
        torch.jit._recursive.concrete_type_store = torch.jit._recursive.ConcreteTypeStore()
        with contextlib.redirect_stdout(io.StringIO()):
            compiled = torch.jit.script(make(module, target))
    except Exception as error:
        raise CompilerRefuses(str(error)) from error
    with torch.jit.optimized_execution(optimized):
        calls = call_all(module, target, ScriptedCallee(compiled))
    for n, (x, y) in enumerate(zip(eager["calls"], calls)):
        if gives_none_for_tensor(module, compiled, target["calls"][n]):
            break  # taken for a Tensor without elements: 'is None' is decided when it is compiled
        if refuses_arguments(y):
            break  # said aloud, before anything runs; what follows has another state
        if x["result"][:2] == ["raised", "UnboundLocalError"]:
            break  # compiled code looks names up in the order of the text, and finds the one outside
        if is_raised_by_operator(x["result"]) and y["result"][0] == "gave":
            break  # what fails in eager mode is dropped where nothing uses it; what follows has another state
        found = compare_call(x, y, script=True)
        if found:
            return f"call {n}: {found}"
    return None


def gives_none_for_tensor(module, compiled, text):
    """Whether a call gives None where compiled code wants a Tensor."""
    schema = getattr(getattr(compiled, "forward", compiled), "schema", None)
    try:
        args, kwargs = arguments(text, vars(module))
    except Exception:
        return False
    if schema is None:
        return False
    wanted = [a for a in schema.arguments if a.name != "self"]
    given = [*zip(wanted, args), *((a, kwargs[a.name]) for a in wanted if a.name in kwargs)]
    return any(value is None and isinstance(a.type, torch._C.TensorType) for a, value in given)


def is_raised_by_operator(result):
    """Whether an operator of torch refused what it was given: compiled code runs none whose result nothing uses."""
    if result[0] != "raised":
        return False
    return result[1] == "RuntimeError" or result[1] == "IndexError" and result[2].startswith("Dimension out of range")


def refuses_arguments(call):
    """True where compiled code does not take this call's arguments: they are not of the declared types."""
    kind, *told = call["result"]
    return kind == "raised" and "Expected a value of type" in told[1] and "Declaration:" in told[1]


class ScriptedCallee:
    """Calls what was compiled; no module itself, so its attributes are not asked for."""

    def __init__(self, compiled):
        self.compiled = compiled

    def __call__(self, *args, **kwargs):
        return self.compiled(*args, **kwargs)


def judge(program):
    """All versions of one program: [{key, eager, script}]."""
    answers = []
    bases = {
        present: guarded(program["base"], program, present)
        for present in ((True, False) if program["optional"] else (True,))
    }
    answers.append(
        {
            "key": "",
            "outcome": outcome(bases[True][1]),
            "script": as_written(bases[True], program),
        }
    )
    for version in program["versions"]:
        answer = {"key": version["key"], "eager": None, "script": None}
        for present, (_, before) in bases.items():
            module, after = guarded(version["path"], program, present)
            found = None if version.get("unlike") else compare(before, after)
            # What differs from itself (memory that nothing has written) says nothing of a fix.
            if found and not compare(before, guarded(program["base"], program, present)[1]):
                answer["eager"] = found if present else f"without the optional package: {found}"
                break
            if present and version.get("script") and not after["import"]:
                answer["script"] = scripts((module, after), program)
        answers.append(answer)
    return answers


def as_written(observed, program):
    """What the compiler makes of the program and, where it is a changed case, of the case."""
    found = (scripts(observed, program) or []) if program.get("script") else []
    if program.get("original") and any(v.get("script") for v in program["versions"]):
        found = found + (scripts(guarded(program["original"], program, True), program) or [])
    return found


def scripts(observed, program):
    module, told = observed
    return [] if told["import"] else limited(lambda: scripted(module, program, told))


def outcome(told):
    """How eager runs of the program as written ended: for the count of programs that are of use."""
    if told["import"]:
        return told["import"][1]
    results = [c["result"] for t in told["targets"] if not t["made"] for c in t["calls"]]
    bad = [r for r in results if r[0] != "gave"] + [t["made"] for t in told["targets"] if t["made"]]
    return "ran" if not bad else "raised " + str(bad[0][1:])[:200] + (" every time" if len(bad) >= len(results) else "")


def guarded(path, program, present):
    try:
        return limited(lambda: observe(path, program, present))
    except Took:
        return None, {"import": ["raised", "Took", f"over {LIMIT} s"]}


def limited(work):
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def stop(*_):
    raise Took()


def child(programs, pipe):
    signal.signal(signal.SIGALRM, stop)
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    with os.fdopen(pipe, "w") as out:
        for program in programs:
            try:
                answers = judge(program)
            except Exception as error:  # the harness itself failed: said, never swallowed
                answers = [{"key": "", "harness": repr(error)}]
            out.write(json.dumps({"name": program["name"], "answers": answers}) + "\n")
            out.flush()


def run_batch(programs):
    """Answers of all programs; one that ends or blocks its process is told, and the rest go on in another."""
    answers, at = [], 0
    while at < len(programs):
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            child(programs[at:], writer)
            os._exit(0)
        os.close(writer)
        done, buffer, deadline = 0, b"", time.monotonic() + 6 * LIMIT
        while True:
            ready, _, _ = select.select([reader], [], [], max(0, deadline - time.monotonic()))
            part = os.read(reader, 1 << 16) if ready else b""
            if not part:
                break
            buffer += part
            *lines, buffer = buffer.split(b"\n")
            for line in lines:
                answers.append(json.loads(line))
                done, deadline = done + 1, time.monotonic() + 6 * LIMIT
        os.close(reader)
        os.kill(pid, signal.SIGKILL)
        status = os.waitpid(pid, 0)[1]
        at += done
        if at < len(programs):
            answers.append(
                {
                    "name": programs[at]["name"],
                    "answers": [{"key": "", "harness": f"ended its process (status {status}) or ran too long"}],
                }
            )
            at += 1
    return answers


def main():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    print(json.dumps({"torch": torch.__version__}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(run_batch(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()

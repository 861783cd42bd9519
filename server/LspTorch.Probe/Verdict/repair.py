"""Judges attempts to repair a program: has imported torch once, and forks for each attempt.

    python -B repair.py FOLDER

FOLDER is the user's alone and keeps what attempts share. Each line of standard input is a request, each line of standard output the
answer to one, both JSON (docs/repair.md). In the child the program is run as it lies in a copied workspace, with fixed random seeds,
until the calls that the baseline kept have been made; then its modules are given to torch.jit.script, in forked children of their own.
What is compared: outputs of the program's own calls and the state_dict with the baseline's, and compiled outputs with eager's.
"""
import io
import json
import os
import select
import signal
import sys
import time

MOST_INSTANCES = 2  # of one class that are judged
MOST_CALLS = 3  # of one instance that are kept, each with other shapes or types
GRACE_SECONDS = 5.0  # for an attempt that is asked to stop
DEEPEST = 6  # levels of objects of unknown classes in an output


class Stop(BaseException):
    """Ends the program when all that is asked about it has been seen."""


def load_verdict(folder):
    """The namespace of verdict.py and its parts: recorded inputs, children, comparison, errors."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "verdict.py")
    names = {"__name__": "_lsptorch_verdict", "__file__": path, "_json": json.dumps}
    with io.open_code(path) as stream:
        exec(compile(stream.read(), path, "exec"), names)
    names["_folder"] = folder
    return names


# ---------------------------------------------------------------- the program


class Kept:
    """One call of the program: its inputs, and its output as a plain value."""

    def __init__(self, number, args, kwargs):
        self.number, self.args, self.kwargs = number, args, kwargs
        self.output, self.done = None, False  # not done: the program ended in it


class Instance:
    """A module that the program calls, as verdict.py's functions take it (Calls)."""

    def __init__(self, torch, module):
        self.module, self.kind = module, type(module)
        self.grad, self.training = torch.is_grad_enabled(), module.training
        self.inference = torch.is_inference_mode_enabled() if hasattr(torch, "is_inference_mode_enabled") else False
        self.kept, self.signatures, self.looks = [], [], 0

    @property
    def inputs(self):
        return [(call.args, call.kwargs) for call in self.kept]


class Program:
    """One run of the program, and the modules that it called from outside of other modules."""

    def __init__(self, verdict, torch, request, baseline):
        self.verdict, self.torch, self.request, self.baseline = verdict, torch, request, baseline
        self.instances, self.made = {}, {}  # id of a module -> Instance; class -> first instance
        self.depth, self.number, self.running = {}, 0, False
        self.wanted = None if baseline is None else {call["number"] for call in baseline["calls"]}
        self.only_compile = request["kind"] == "compile"
        self.own = {}

    def run(self):
        """How it ended: {"status": ..., "error": ...}."""
        roots = [root.rstrip(os.sep) + os.sep for root in self.request["roots"]]
        self.verdict["_hold"] = lambda path: any(
            path.startswith(root) and "-packages" + os.sep not in path[len(root) :] for root in roots
        )
        self.watch()
        main = type(sys)("__main__")
        main.__dict__.update(__builtins__=sys.modules["builtins"], __package__=None, __spec__=None)
        self.seed()
        signal.signal(signal.SIGALRM, self.out_of_time)
        signal.setitimer(signal.ITIMER_REAL, self.request["limit"])
        os.chdir(self.request["working"])
        self.running = True
        try:
            self.execute(main)
            return {"status": "ok"}
        except Stop:
            return {"status": "stopped"}
        except SystemExit as error:
            return {"status": "exit", "code": error.code if type(error.code) in (int, type(None)) else 1}
        except BaseException as error:
            return {"status": "exception", "error": self.verdict["_describe_error"](error)}
        finally:
            self.running = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            module = self.torch.nn.Module
            module.__call__, module.__init__ = self.plain_call, self.plain_init

    def execute(self, main):
        request = self.request
        if request.get("module"):
            import runpy

            sys.argv, sys.path[0] = ["-m"] + request["arguments"], request["working"]
            sys.modules["__main__"] = main
            runpy._run_module_as_main(request["module"])
            return
        script = request["script"]
        sys.argv, sys.path[0] = [request["spelled"]] + request["arguments"], os.path.dirname(script)
        sys.modules["__main__"] = main
        main.__dict__["__file__"] = script
        with io.open_code(script) as stream:
            code = compile(stream.read(), script, "exec", dont_inherit=True)
        exec(code, main.__dict__)

    def seed(self):
        import random

        self.torch.manual_seed(self.verdict["SEED"])
        random.seed(self.verdict["SEED"])
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed(self.verdict["SEED"])

    def out_of_time(self, *_):
        if self.running:
            raise Stop()

    def watch(self):
        from _thread import get_ident

        module = self.torch.nn.Module
        plain_call, plain_init = self.plain_call, self.plain_init = module.__call__, module.__init__

        def __init__(made, *args, **kwargs):
            plain_init(made, *args, **kwargs)
            if self.running and type(made) not in self.made and self.verdict["_is_own_class"](type(made)):
                self.made[type(made)] = made

        def __call__(called, *args, **kwargs):
            if not self.running or type(called).__module__.startswith("torch.nn.parallel."):
                return plain_call(called, *args, **kwargs)
            thread = get_ident()
            depth = self.depth.get(thread, 0)
            number = self.number_of(called, depth)
            self.depth[thread] = depth + 1
            try:
                kept = None if number is None else self.keep(called, number, args, kwargs)
                result = plain_call(called, *args, **kwargs)
                if kept is not None:
                    kept.output, kept.done = self.plain(result), True
            finally:
                self.depth[thread] = depth
            if number is not None and self.baseline is not None and number >= self.baseline["stop"]:
                raise Stop()
            return result

        __init__.__wrapped__, __call__.__wrapped__ = plain_init, plain_call
        module.__init__, module.__call__ = __init__, __call__

    def number_of(self, called, depth):
        """The number of a call that counts; None for one inside another module's, or of no class that is asked about."""
        only = self.request["classes"]
        kind = type(called)
        if only:
            counts = kind.__qualname__ in only or kind.__name__ in only
        else:
            counts = depth == 0 and self.holds_own(called)
        if not counts or self.torch._C._get_tracing_state() is not None:
            return None
        if isinstance(called, self.torch.jit.ScriptModule):
            return None
        self.number += 1
        return self.number

    def holds_own(self, called):
        known = self.own.get(id(called))
        if known is None or known[0] is not called:
            is_own = any(self.verdict["_is_own_class"](type(part)) for part in called.modules())
            known = self.own[id(called)] = (called, is_own)
        return known[1]

    def keep(self, called, number, args, kwargs):
        if self.wanted is not None and number not in self.wanted:
            return None
        instance = self.instances.get(id(called))
        if instance is None:
            same = sum(1 for one in self.instances.values() if one.kind is type(called))
            if same >= MOST_INSTANCES and self.wanted is None:
                return None
            instance = self.instances[id(called)] = Instance(self.torch, called)
        if self.only_compile and {one.kind.__qualname__ for one in self.instances.values()} >= self.baseline["classes"]:
            raise Stop()
        instance.looks += 1
        if self.wanted is None and (len(instance.kept) >= MOST_CALLS or instance.looks > self.verdict["MOST_LOOKS"]):
            return None
        signature = self.verdict["_shapes"]((args, kwargs))
        if self.wanted is None and signature in instance.signatures:
            return None
        with self.torch.no_grad():
            try:
                args, kwargs = self.verdict["_copy"]((args, kwargs))
            except self.verdict["_TooLarge"]:
                return None
        instance.signatures.append(signature)
        call = Kept(number, args, kwargs)
        instance.kept.append(call)
        return call

    def plain(self, value, depth=0):
        """A value as tensors, numbers, texts and containers, without classes of the program."""
        torch, kind = self.torch, type(value)
        if isinstance(value, torch.Tensor):
            return value.detach().clone()
        if value is None or kind in (bool, int, float, str, complex, bytes):
            return value
        if isinstance(value, (list, tuple)):
            items = [self.plain(item, depth) for item in value]
            return tuple(items) if isinstance(value, tuple) else items
        if isinstance(value, dict):
            return {
                key if type(key) in (str, int) else repr(key): self.plain(item, depth) for key, item in value.items()
            }
        if kind.__module__ == "numpy":
            try:
                return torch.as_tensor(value).clone()
            except TypeError:
                return repr(value)
        inside = getattr(value, "__dict__", None)
        if type(inside) is not dict or depth >= DEEPEST:
            return kind.__qualname__
        return {"class": kind.__qualname__, "attributes": self.plain(inside, depth + 1)}

    def chosen(self):
        """The instances that are judged; where nothing was called, the outermost ones that were made, without calls."""
        for instance in self.instances.values():
            instance.kept = [call for call in instance.kept if call.done]
        if self.instances:
            return list(self.instances.values())
        only = self.request["classes"]
        made = [m for kind, m in self.made.items() if not only or kind.__qualname__ in only or kind.__name__ in only]
        inside = {id(part) for module in made for part in module.modules() if part is not module}
        return [Instance(self.torch, module) for module in made if only or id(module) not in inside]


def key_of(verdict, kind):
    return [kind.__qualname__, verdict["_file_of"](kind)]


# ---------------------------------------------------------------- answers


def baseline_of(program, folder):
    """Keeps outputs and state, and tells what there is to repair."""
    verdict, torch = program.verdict, program.torch
    chosen = program.chosen()
    calls = [
        {"number": call.number, "class": instance.kind.__qualname__, "output": call.output}
        for instance in chosen
        for call in instance.kept
    ]
    kept = {
        "calls": calls,
        "classes": {instance.kind.__qualname__ for instance in chosen},
        "stop": max([call["number"] for call in calls], default=float("inf")),
        "states": [(instance.kind.__qualname__, state_of(program, instance.module)) for instance in chosen],
    }
    torch.save(kept, os.path.join(folder, "baseline.pt"))
    return {
        "modules": [described(program, kind, group) for kind, group in by_class(chosen)],
        "facts": facts_of(program),
    }


def facts_of(program):
    """What the live program tells that its text does not: values of globals, hooks that compute, where parameters lie."""
    verdict, roots, parts, values, hooks = program.verdict, program.request["roots"], {}, {}, set()
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if type(path) is str and verdict["_is_own"](path) and any(path.startswith(root) for root in roots):
            values[os.path.abspath(path)] = {
                name: literal(value)
                for name, value in vars(module).items()
                if not name.startswith("__") and literal(value) is not None
            }
    for instance in program.chosen():
        for part in instance.module.modules():
            hooks.update(type(hook).__name__ for hook in part._forward_pre_hooks.values())
            if hasattr(part, "parametrizations"):
                hooks.add("parametrized")
            if verdict["_is_own_class"](type(part)):
                first = next((name for name, _ in part.named_parameters()), None)
                parts.setdefault(type(part).__qualname__, set()).add(first)
    first = {kind: as_expression(names.pop()) for kind, names in parts.items() if len(names) == 1 and None not in names}
    return {"globals": values, "hooks": sorted(hooks), "firstParameter": first}


def literal(value):
    if type(value) in (bool, int, str) and len(repr(value)) < 200:
        return repr(value)
    if type(value) is float:
        return repr(value) if value - value == 0.0 else 'float("%r")' % value
    return None


def as_expression(name):
    """'blocks.0.weight' as 'self.blocks[0].weight'."""
    text = "self"
    for part in name.split("."):
        text += "[%s]" % part if part.isdigit() else "." + part
    return text


def state_of(program, module):
    try:
        return program.plain(dict(module.state_dict()))
    except Exception as error:
        return {"problem": type(error).__name__}


def by_class(chosen):
    groups = {}
    for instance in chosen:
        groups.setdefault(instance.kind, []).append(instance)
    return list(groups.items())


def described(program, kind, group):
    import inspect

    verdict = program.verdict
    try:
        line = inspect.getsourcelines(kind)[1]
    except (OSError, TypeError, IndexError, SyntaxError):
        line = None
    classes, files = [], {}
    for instance in group:
        for part in instance.module.modules():
            if verdict["_is_own_class"](type(part)) and key_of(verdict, type(part)) not in classes:
                classes.append(key_of(verdict, type(part)))
        for _, path, _ in verdict["_definitions"](instance.module):
            files[path] = True
    return {
        "class": kind.__qualname__,
        "path": verdict["_file_of"](kind),
        "line": line,
        "inputs": sum(len(instance.kept) for instance in group),
        "classes": classes,
        "files": list(files),
    }


def eager_differences(program):
    """What is not as in the baseline: {class: words}. A difference of the whole program stands under ''."""
    torch, baseline, found = program.torch, program.baseline, {}
    calls = {call.number: (one.kind.__qualname__, call) for one in program.chosen() for call in one.kept}
    for place, before in enumerate(baseline["calls"], 1):
        kind, call = calls.get(before["number"], (None, None))
        if kind != before["class"]:
            text = "call %d is %s" % (place, "not made any more" if kind is None else "one of %s" % kind)
        else:
            text = program.verdict["_difference"](torch, call.output, before["output"], "eager output")
            text = None if text is None else as_before(text) + " on call %d" % place
        if text is not None:
            found.setdefault(before["class"], text)
    for (name, before), instance in zip(baseline["states"], program.chosen()):
        if instance.kind.__qualname__ != name:
            continue
        after = state_of(program, instance.module)
        if list(after) != list(before):
            names = sorted(set(after) ^ set(before))
            found.setdefault(name, "the state_dict has other names: %s" % ", ".join(names[:5] or ["another order"]))
            continue
        text = program.verdict["_difference"](torch, after, before, "the state")
        if text is not None:
            found.setdefault(name, as_before(text))
    return found


def as_before(text):
    return text.replace(" from eager's", "").replace("eager gives", "it was").replace("eager's", "before")


def judged(program, kind, group, folder):
    """What compiling the instances of one class comes to; the first that fails speaks for all."""
    verdict, torch = program.verdict, program.torch
    answer = {"class": kind.__qualname__, "path": verdict["_file_of"](kind), "inputs": 0, "script": {"ok": True}}
    answer.update(equal=True, saved=True)
    export = program.request["mode"] == "export"
    for instance in group:
        if program.only_compile:
            one = verdict["attempt"](lambda: compiled_only(verdict, torch, instance, export))
        else:
            expected = os.path.join(folder, "expected.pt")
            if os.path.exists(expected):
                os.remove(expected)
            eager = verdict["attempt"](lambda: eager_again(program, instance, expected))
            if not eager.get("ok"):
                answer.update(script=eager, equal=False, saved=False)
                return answer
            file = os.path.join(folder, "compiled.pt")
            prove = exported if export else scripted
            one = verdict["attempt"](lambda: prove(program, instance, expected, file))
        answer["inputs"] += len(instance.kept)
        if not one.get("ok"):
            answer.update(script=one, equal=False, saved=False)
            return answer
        for part, why in (("equal", "difference"), ("saved", "unsaved")):
            if one.get(why) is not None and answer.get(why) is None:
                answer.update({part: False, why: one[why]})
    return answer


def compiled_only(verdict, torch, instance, export):
    with verdict["_as_called"](torch, instance.module, instance):
        if export:
            for args, kwargs in instance.inputs[:1]:
                verdict["_exported"](torch, instance.module, args, kwargs)
        else:
            torch.jit.script(instance.module)
    return {"ok": True}


def eager_again(program, instance, path):
    """The module's outputs on the kept inputs, one after the other, for the compiled one that is run in the same way."""
    outputs = run_all(program, instance, instance.module)
    program.torch.save(outputs, path)
    return {"ok": True}


def run_all(program, instance, run):
    outputs = []
    for args, kwargs in instance.inputs:
        with program.verdict["_as_called"](program.torch, instance.module, instance):
            args, kwargs = program.verdict["_copy"]((args, kwargs))
            outputs.append(program.plain(run(*args, **kwargs)))
    return outputs


def scripted(program, instance, expected, file):
    verdict, torch = program.verdict, program.torch
    with verdict["_as_called"](torch, instance.module, instance):
        compiled = torch.jit.script(instance.module)
    answer = {"ok": True}
    try:
        torch.jit.save(compiled, file)
    except Exception as error:
        answer["unsaved"] = verdict["_describe_error"](error)
    compare(program, instance, compiled, expected, answer, "the output")
    if answer.get("unsaved") is None and answer.get("difference") is None:
        try:
            loaded = torch.jit.load(file)
        except Exception as error:
            answer["unsaved"] = verdict["_describe_error"](error)
        else:
            compare(program, instance, loaded, expected, answer, "the output of the saved file")
    return answer


def exported(program, instance, expected, _):
    verdict, torch = program.verdict, program.torch
    answer = {"ok": True}
    args, kwargs = instance.inputs[0]
    with verdict["_as_called"](torch, instance.module, instance):
        made, _ = verdict["_exported"](
            torch, instance.module, args, kwargs, dynamic_shapes=verdict["_differing"](torch, instance)
        )
    compare(program, instance, made.module(), expected, answer, "the output")
    return answer


def compare(program, instance, compiled, expected, answer, where):
    wanted = program.verdict["_expected"](program.torch, expected)
    try:
        outputs = run_all(program, instance, compiled)
    except Exception as error:
        answer["difference"] = program.verdict["_describe_error"](error)
        return
    for number, (output, before) in enumerate(zip(outputs, wanted[0]), 1):
        text = program.verdict["_difference"](program.torch, output, before, where)
        if text is not None:
            answer["difference"] = {"type": None, "message": "%s on call %d" % (text, number), "frames": []}
            return


def answer_of(verdict, torch, request, folder):
    kept = os.path.join(folder, "baseline.pt")
    baseline = None
    if request["kind"] != "baseline":
        baseline = verdict["_expected"](torch, kept)[0]
    program = Program(verdict, torch, request, baseline)
    answer = {"ended": program.run(), "torch": torch.__version__}
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        return dict(answer, problem="the program uses a GPU, and a forked child cannot")
    if baseline is None:
        return dict(answer, **baseline_of(program, folder))
    if not program.only_compile:
        answer["differences"] = eager_differences(program)
    answer["modules"] = [judged(program, kind, group, folder) for kind, group in by_class(program.chosen())]
    return answer


# ---------------------------------------------------------------- one attempt, in a session of its own


def attempt(verdict, torch, request, folder):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        run_child(verdict, torch, request, folder, reading, writing)
    os.close(writing)
    parts, late = [], False
    # The program has its limit and then, for each module, its own; the whole has this one.
    end = time.monotonic() + request["whole"]
    while True:
        left = end - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            late = True
            break
        part = os.read(reading, 1 << 16)
        if not part:
            break
        parts.append(part)
    os.close(reading)
    for target in (-child, child):
        try:
            os.kill(target, signal.SIGKILL)
        except OSError:
            pass  # it has ended
    _, status = os.waitpid(child, 0)
    text = b"".join(parts)
    if text.endswith(b"\n"):
        return json.loads(text)
    if late:
        return {"problem": "no answer after %d s" % request["whole"]}
    if os.WIFSIGNALED(status):
        return {"problem": "the program was ended by signal %d" % os.WTERMSIG(status)}
    return {"problem": "the program ended by itself with exit status %d" % os.WEXITSTATUS(status)}


def run_child(verdict, torch, request, folder, reading, writing):
    try:
        os.close(reading)
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        verdict["LIMIT_SECONDS"] = request["limit"]
        answer = answer_of(verdict, torch, request, folder)
        data = (json.dumps(answer) + "\n").encode("ascii")
        while data:
            data = data[os.write(writing, data) :]
    except BaseException as error:
        failed = {"problem": "%s: %s" % (type(error).__name__, str(error)[:500])}
        os.write(writing, (json.dumps(failed) + "\n").encode("ascii"))
    finally:
        os._exit(0)


def end_with_parent():
    """Nothing outlives who asked for it (Linux; elsewhere the end of standard input tells)."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
    except (AttributeError, OSError, TypeError):
        pass


def main(folder):
    try:
        os.setsid()
    except OSError:
        pass  # it leads a session already
    end_with_parent()
    os.register_at_fork(after_in_child=end_with_parent)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    requests = os.fdopen(os.dup(0), "r")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.path[0] = ""  # the folder of this file is no part of the program
    import torch

    verdict = load_verdict(folder)
    answers.write(json.dumps({"torch": torch.__version__}) + "\n")
    answers.flush()
    for line in requests:
        request = json.loads(line)
        started = time.monotonic()
        answer = attempt(verdict, torch, request, folder)
        answer.update(id=request["id"], seconds=round(time.monotonic() - started, 3))
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])

"""A part of repair.py: one run of the program, and the calls of its modules that are kept."""


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
        self.roots = tuple(root.rstrip(os.sep) + os.sep for root in request["roots"])
        self.own = {}
        self.lines = Lines(self.is_under_repair)

    def is_under_repair(self, path):
        return path.startswith(self.roots) and "-packages" + os.sep not in path

    def run(self):
        """How it ended: {"status": ..., "error": ...}."""
        self.verdict["_hold"] = lambda path: any(
            path.startswith(root) and "-packages" + os.sep not in path[len(root) :] for root in self.roots
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
            if depth == 0 and not self.only_compile:
                self.lines.begin()
            try:
                kept = None if number is None else self.keep(called, number, args, kwargs)
                result = plain_call(called, *args, **kwargs)
                if kept is not None:
                    kept.output, kept.done = self.plain(result), True
            finally:
                self.depth[thread] = depth
                if depth == 0:
                    self.lines.end()
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
            if same >= MAX_INSTANCES and self.wanted is None:
                return None
            instance = self.instances[id(called)] = Instance(self.torch, called)
        if self.only_compile and {one.kind.__qualname__ for one in self.instances.values()} >= self.baseline["classes"]:
            raise Stop()
        instance.looks += 1
        if self.wanted is None and (len(instance.kept) >= MAX_CALLS or instance.looks > self.verdict["MAX_LOOKS"]):
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
        if type(inside) is not dict or depth >= MAX_DEPTH:
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

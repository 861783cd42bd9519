"""A part of repair.py: torch.export as the judge, for all sizes that the calls of a module show and for sizes that none had."""


class Guards:
    """While torch.export traces: what it fixes of sizes, and the stack that made it do so."""

    def __init__(self, verdict):
        self.verdict, self.found = verdict, []

    def __enter__(self):
        try:
            from torch.fx.experimental.symbolic_shapes import ShapeEnv

            self.kind, self.plain = ShapeEnv, ShapeEnv._log_guard
        except (ImportError, AttributeError):
            self.kind = None  # a release that has no such thing
            return self
        plain, note = self.plain, self.note

        def _log_guard(shapes, prefix, guard, *args, **kwargs):
            if prefix == "eval":
                note(shapes, guard, sys._getframe(1))
            return plain(shapes, prefix, guard, *args, **kwargs)

        self.kind._log_guard = _log_guard
        return self

    def __exit__(self, *_):
        if self.kind is not None:
            self.kind._log_guard = self.plain

    def note(self, shapes, guard, frame):
        frames, inside = [], None
        while frame is not None:
            code = frame.f_code
            own = self.verdict["_is_own"](code.co_filename)
            layer = frame.f_locals.get("self") if code.co_name == "forward" and inside is None and not own else None
            if layer is not None and type(layer).__module__.startswith("torch.nn."):
                inside = type(layer).__name__
            if own:
                columns = self.verdict["_positions"](code, frame.f_lasti) if hasattr(code, "co_positions") else None
                frames.insert(0, [os.path.abspath(code.co_filename), frame.f_lineno, columns, code.co_name, True])
            frame = frame.f_back if not own else None
        self.found.append((shapes, guard, frames, inside))

    def cause(self, module, args, kwargs):
        """The frames and the layer of the first guard that these inputs do not pass; None where no guard tells."""
        import inspect

        try:
            given = inspect.signature(module.forward).bind(*args, **kwargs).arguments
        except (TypeError, ValueError):
            return None
        for shapes, guard, frames, inside in self.found:
            values = {symbol: size_of(shapes, symbol, given) for symbol in guard.free_symbols}
            if None in values.values():
                continue
            if str(guard.xreplace(values)) == "False":
                return frames, inside
        return None


def size_of(shapes, symbol, given):
    """What a symbol of torch.export's is for these arguments: its source is a text like L['x'].size()[1]."""
    import sympy

    for source in getattr(shapes, "var_to_sources", getattr(shapes, "var_to_source", {})).get(symbol, ()):
        name = source.name() if callable(source.name) else source.name
        try:
            return sympy.Integer(eval(name, {"__builtins__": {}}, {"L": given}))
        except Exception:
            continue
    return None


# ---------------------------------------------------------------- inputs


def tensors_in(torch, value):
    if isinstance(value, torch.Tensor):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return [tensor for item in items for tensor in tensors_in(torch, item)]


def with_tensors(torch, value, tensors):
    """The value with the next of these in the place of each of its tensors."""
    if isinstance(value, torch.Tensor):
        return next(tensors)
    if isinstance(value, dict) and type(value).__module__ in ("builtins", "collections"):
        return type(value)([(key, with_tensors(torch, item, tensors)) for key, item in value.items()])
    if isinstance(value, tuple) and hasattr(type(value), "_make"):
        return type(value)._make([with_tensors(torch, item, tensors) for item in value])
    if type(value) in (list, tuple):
        return type(value)([with_tensors(torch, item, tensors) for item in value])
    return value


def form_of(torch, value):
    """Calls of one form can be calls of one exported program: tensors of these types and ranks, these constants."""
    if isinstance(value, torch.Tensor):
        return (str(value.dtype), value.dim())
    if isinstance(value, dict):
        return (type(value).__name__, [(repr(key), form_of(torch, item)) for key, item in value.items()])
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, [form_of(torch, item) for item in value])
    return "%.200r" % (value,) if type(value) in (bool, int, float, str, type(None)) else type(value).__name__


def sizes_in(torch, inputs):
    return [size for tensor in tensors_in(torch, inputs) for size in tensor.shape]


class Form:
    """The calls that one exported program is to answer, and what it is made from."""

    def __init__(self, torch, number, inputs):
        self.torch, self.number, self.inputs = torch, number, inputs
        self.by_size = sorted(inputs, key=lambda one: sizes_in(torch, one))
        sizes = [sizes_in(torch, one) for one in inputs]
        self.varying = [at for at in range(len(sizes[0])) if len({one[at] for one in sizes}) > 1]

    def example(self):
        """The largest call: torch.export fixes sizes of 1. Where all calls have such a size, a 2 is put in its place."""
        largest = max(self.inputs, key=lambda one: (self.least(one) > 1, sum(sizes_in(self.torch, one))))
        if not self.varying or self.least(largest) > 1:
            return largest
        sizes = sizes_in(self.torch, largest)
        return self.resized([max(2, n) if at in self.varying else n for at, n in enumerate(sizes)])

    def least(self, inputs):
        sizes = sizes_in(self.torch, inputs)
        return min([sizes[at] for at in self.varying], default=2)

    def unseen(self):
        """Inputs of sizes that no call had, the likeliest first: between two calls, where there is something between."""
        if not self.varying:
            return []
        first, last = (sizes_in(self.torch, self.by_size[at]) for at in (0, -1))
        steps = 0
        for one, other in zip(first, last):
            steps = greatest_common_divisor(steps, abs(other - one))
        middle = sorted(range(1, steps), key=lambda at: abs(2 * at - steps))[:4]

        def at(step):
            return [one + (other - one) // steps * step for one, other in zip(first, last)]

        # Odd ones are asked first: even sizes hide a guard that wants them even.
        middle.sort(key=lambda step: max(at(step)[n] for n in self.varying) % 2 == 0)
        seen = [sizes_in(self.torch, one) for one in self.inputs]
        wanted = [at(step) for step in middle + [2 * steps, -steps]]
        return [self.resized(one) for one in wanted if one not in seen and min(one[n] for n in self.varying) > 1][:4]

    def resized(self, sizes):
        """Inputs of these sizes with values of the last call, lengths among them in proportion."""
        torch, last, made, at = self.torch, self.by_size[-1], [], 0
        for number, tensor in enumerate(tensors_in(torch, last)):
            lengths = self.lengths_of(number)
            new = tensor.detach()
            for axis in range(tensor.dim()):
                new = new.index_select(axis, torch.arange(sizes[at]) % max(1, tensor.shape[axis]))
                at += 1
            if lengths is not None:
                full = sizes_in(torch, last)[lengths]
                new = (new * sizes[lengths] // full).clamp(min=1)
            made.append(new.clone())
        return with_tensors(torch, last, iter(made))

    def lengths_of(self, number):
        """The size that the largest value of an integer tensor is in each call; None where it is none."""
        for at in self.varying:
            for inputs in self.inputs:
                tensor = tensors_in(self.torch, inputs)[number]
                if tensor.dtype not in (self.torch.int64, self.torch.int32) or tensor.numel() == 0:
                    return None
                if int(tensor.max()) != sizes_in(self.torch, inputs)[at]:
                    break
            else:
                return at
        return None


def greatest_common_divisor(one, other):
    while other:
        one, other = other, one % other
    return one


def forms_of(torch, instance):
    """The forms of an instance's calls, and of each call the number of its form."""
    keys, forms, numbers = [], [], []
    for inputs in instance.inputs:
        key = repr(form_of(torch, inputs))
        if key not in keys:
            keys.append(key)
        numbers.append(keys.index(key))
    for number in range(len(keys)):
        forms.append(Form(torch, number, [one for one, of in zip(instance.inputs, numbers) if of == number]))
    return forms, numbers


# ---------------------------------------------------------------- proof


def run_one(program, instance, run, inputs):
    with program.verdict["_as_called"](program.torch, instance.module, instance):
        args, kwargs = program.verdict["_copy"](inputs)
        return program.plain(run(*args, **kwargs))


def eager_with_unseen(program, instance, path):
    """Eager's outputs on the calls, and then, of each form, on the first of the unseen inputs that eager mode takes."""
    torch = program.torch
    forms, _ = forms_of(torch, instance)
    outputs, unseen = run_all(program, instance, instance.module), []
    for form in forms:
        for place, inputs in enumerate(form.unseen()):
            try:
                unseen.append((form.number, place, run_one(program, instance, instance.module, inputs)))
                break
            except Exception:
                continue  # the model does not take that size, so nothing is to be compared
    torch.save({"outputs": outputs, "unseen": unseen}, path)
    # The first attempt is the program as it is.
    place = list(program.instances.values()).index(instance)
    before = os.path.join(os.path.dirname(path), "unseen-%d.pt" % place)
    if not os.path.exists(before):
        torch.save(unseen, before)
        return {"ok": True}
    text = program.verdict["_difference"](torch, unseen, program.verdict["_expected"](torch, before)[0], "eager output")
    return {"ok": True, "changed": None if text is None else as_before(text) + " on sizes that no call had"}


def exported(program, instance, expected, file):
    verdict, torch = program.verdict, program.torch
    forms, numbers = forms_of(torch, instance)
    kept = verdict["_expected"](torch, expected)[0]
    asked = [(number, one, None, output) for number, one, output in zip(numbers, instance.inputs, kept["outputs"])]
    for number, place, output in kept["unseen"]:
        inputs = forms[number].unseen()[place]
        asked.append((number, inputs, [list(t.shape) for t in tensors_in(torch, inputs)], output))
    made, guards = [], []
    for form in forms:
        with Guards(verdict) as found:
            made.append(export_of(program, instance, form))
        guards.append(found)
    answer = {"ok": True, "programs": len(forms), "unseen": len(kept["unseen"])}
    modules = [one.module() for one in made]
    for place, (number, inputs, sizes, output) in enumerate(asked, 1):
        where = "on call %d" % place if sizes is None else "on sizes that no call had, %s" % sizes
        try:
            result = run_one(program, instance, modules[number], inputs)
        except Exception as error:
            return specialised(verdict, error, guards[number].cause(instance.module, *inputs), where, sizes is None)
        text = verdict["_difference"](torch, result, output, "the output")
        if text is not None:
            answer["difference"] = {"type": None, "message": "%s %s" % (text, where), "frames": []}
            return answer
    answer["unsaved"] = unsaved(program, instance, made, asked, file + "2")
    return answer


def export_of(program, instance, form):
    verdict, torch = program.verdict, program.torch
    with verdict["_as_called"](torch, instance.module, instance):
        args, kwargs = verdict["_copy"](form.example())
        how = verdict["_differing"](torch, instance.module, form.inputs)
        return verdict["_exported"](
            torch, instance.module, args, kwargs, **({} if how is None else {"dynamic_shapes": how})
        )[0]


def specialised(verdict, error, cause, where, recorded):
    """A program that answers for some sizes only: refused, at the line that fixed the size where a guard tells it."""
    told = verdict["_describe_error"](error)
    told["message"] = told["message"].strip().split("\n")[0]
    if cause is not None:
        told["type"], told["frames"] = None, cause[0]
        told["message"] += " (torch.export fixes the size here%s)" % (" in %s" % cause[1] if cause[1] else "")
    if not recorded:
        told["message"] += ", " + where
    return {"ok": False, "error": told}


def unsaved(program, instance, made, asked, file):
    """Why the programs are not the same after they were saved and loaded; None where they are."""
    verdict, torch = program.verdict, program.torch
    try:
        loaded = []
        for one in made:
            torch.export.save(one, file)
            loaded.append(torch.export.load(file).module())
        for number, inputs, _, output in asked:
            result = run_one(program, instance, loaded[number], inputs)
            text = verdict["_difference"](torch, result, output, "the output of the saved file")
            if text is not None:
                return {"type": None, "message": text, "frames": []}
    except Exception as error:
        return verdict["_describe_error"](error)
    return None

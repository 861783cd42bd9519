"""Asks the compiler about functions, name by name: which it refuses whatever the arguments are.

A function is asked with no, one and two tensors. It is refused when each of these calls is, and not for its arguments. A bound method (random.uniform) is asked with
as many as Python takes; the compiler takes the first for its self, so that there a call refused for its arguments is one too. Of a module of Python's own the table
says that everything is refused ('random.*') but for the names that are taken. What hangs on how this torch was built (CUDA, a module that is None
here) is left out.
"""
import importlib
import importlib.util
import inspect
import os
import shutil
import sys
import tempfile
import types

import torch

TORCH = """torch torch.nn.functional torch.functional torch.linalg torch.fft torch.special torch.nn.init torch.random torch.utils.checkpoint torch.autograd
torch.autograd.functional torch.nn.utils torch.nn.utils.rnn torch.hub torch.sparse torch.distributed torch.cuda torch.testing torch.utils.data torch.optim
torch.onnx torch.func torch.profiler""".split()

PYTHON = """argparse base64 bisect calendar collections copy csv datetime functools gc getpass glob hashlib heapq inspect io json logging operator os os.path pathlib
pickle platform pprint random re secrets shutil signal socket statistics string struct subprocess sys tempfile textwrap threading time traceback uuid zlib
itertools""".split()

ARGUMENTS = ("", "x", "x, x", "x, x, x", "x, x, x, x")

# What the compiler says where only the arguments were wrong.
OF_ARGUMENTS = (
    "Arguments for call are not valid",
    "Expected at most",
    "not provided",
    "Could not match type",
    "Unknown keyword argument",
    "Expected a value of type",
    "doesn't match the number of",
    "must have at least",
    "expects",
    "Expected at least",
    "argument",
    "Provided too",
)
# What another build or machine may answer otherwise.
OF_BUILD = (
    "cuda::",
    "NoneType",
    "INTERNAL ASSERT",
    "cannot find",
    "Could not run",
    "mps::",
    "xpu::",
    "NCCL",
    "libgomp",
)


def write(folder, name, source):
    path = os.path.join(folder, name + ".py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(source)
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def in_children(items, ask):
    """The answers of `ask`, one a line; an item that kills the child that asks is answered ''."""
    answers = []
    while len(answers) < len(items):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            try:
                with os.fdopen(writer, "w") as pipe:
                    for item in items[len(answers) :]:
                        print(ask(item), file=pipe, flush=True)
            finally:
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            answers += pipe.read().split("\n")[:-1]
        os.waitpid(child, 0)
        if len(answers) < len(items):
            answers.append("")
    return answers


def outcome(function, folder):
    """'taken', 'refused', 'arguments' (not these) or 'unknown'."""
    try:
        torch.jit.script(function)
        return "taken"
    except BaseException as error:
        message = str(error)
    # A message about the callee's own code names its file first; there, arguments are those of its body.
    first = next((line for line in message.split("\n") if 'File "' in line), "")
    if any(part in message for part in OF_BUILD):
        return "unknown"
    if folder in first and any(part in message.split("\n :")[0].split('File "')[0] for part in OF_ARGUMENTS):
        return "arguments"
    return "refused"


def is_function(value):
    return (
        isinstance(value, (types.FunctionType, types.BuiltinFunctionType, types.MethodType))
        or type(value).__name__ == "OpOverloadPacket"
    )


def takes(value, count):
    try:
        inspect.signature(value).bind(*range(count))
        return True
    except TypeError:
        return False


def judged(folder, module_name, values, number):
    """'taken', 'refused' or 'unknown' for each name of a module."""
    prefix = "" if module_name == "builtins" else module_name + "."
    source = "import %s\n\n\n" % module_name + "".join(
        "def f_%s_%d(x):\n    return %s%s(%s)\n\n\n" % (name, i, prefix, name, arguments)
        for name in values
        for i, arguments in enumerate(ARGUMENTS)
    )
    module = write(folder, "asked_%d" % number, source)

    def ask(name):
        bound = isinstance(values[name], types.MethodType)
        for i in range(len(ARGUMENTS)) if bound else range(3):
            if bound and not takes(values[name], i):
                continue
            said = outcome(getattr(module, "f_%s_%d" % (name, i)), folder)
            if said != "refused" and not (bound and said == "arguments"):
                return "unknown" if said == "unknown" else "taken"
        return "refused"

    return dict(zip(values, in_children(list(values), ask)))


def public_names(module):
    for name in sorted(dir(module)):
        value = getattr(module, name, None)
        if name.startswith("_") or not name.isidentifier() or not callable(value) or type(value).__module__ == "typing":
            continue
        if inspect.isclass(value) and issubclass(value, BaseException):
            continue
        yield name, value


def refused(known, modules):
    """NAME, '!' of what is refused, and NAME, '~' of what is taken of a module of which all else is refused. known: names that have a
    meaning already."""
    folder = tempfile.mkdtemp(prefix="lsptorch-refusals-")
    lines = []
    try:
        for number, module_name in enumerate(modules):
            try:
                module = importlib.import_module(module_name)
            except ImportError:
                continue
            python = module_name in PYTHON
            values = {
                name: value
                for name, value in public_names(module)
                if module_name + "." + name not in known and (python or is_function(value) or inspect.isclass(value))
            }
            if module_name == "builtins":
                values = {name: value for name, value in values.items() if name not in ("print", "super")}
            outcomes = judged(folder, module_name, values, number)
            if python and sum(o == "taken" for o in outcomes.values()) * 4 < len(outcomes):
                lines.append(("%s.*" % module_name, "!"))
                lines += [("%s.%s" % (module_name, name), "~") for name in outcomes if outcomes[name] != "refused"]
            else:
                lines += [("%s.%s" % (module_name, name), "!") for name in outcomes if outcomes[name] == "refused"]
    finally:
        shutil.rmtree(folder)
    return lines


def members():
    """What a Tensor and a device have besides operators: Tensor.shape, ':List[int]', and methods that have no operator, Tensor.long, '() -> Tensor'."""
    folder = tempfile.mkdtemp(prefix="lsptorch-members-")
    lines = []
    operators = {schema.name.split("::")[1] for schema in torch._C._jit_get_all_schemas()}
    try:
        for owner, annotated, value in (
            ("Tensor", "torch.Tensor", torch.zeros(1)),
            ("device", "torch.device", torch.device("cpu")),
        ):
            names = [
                name for name in sorted(set(dir(value)) | {"name"}) if name.isidentifier() and not name.startswith("_")
            ]
            source = "import torch\n\n\n" + "".join(
                "def a_%s(x: %s):\n    return x.%s\n\n\ndef m_%s(x: %s):\n    return x.%s()\n\n\n"
                % (name, annotated, name, name, annotated, name)
                for name in names
            )
            module = write(folder, "members_" + owner, source)

            def is_method(name):
                try:
                    return callable(getattr(value, name, None))
                except RuntimeError:  # x.imag of a real tensor
                    return False

            def ask(name):
                if name in operators and is_method(name):
                    return ""
                for kind in "am":
                    try:
                        made = torch.jit.script(getattr(module, "%s_%s" % (kind, name)))
                    except BaseException:
                        continue
                    returns = [returned.type.annotation_str for returned in made.schema.returns]
                    return (":" if kind == "a" else "() -> ") + (returns[0] if returns else "NoneType")
                return ""

            lines += [
                ("%s.%s" % (owner, name), answer) for name, answer in zip(names, in_children(names, ask)) if answer
            ]
    finally:
        shutil.rmtree(folder)
    return lines


def module_members():
    """Module.NAME, '~': the public names that every nn.Module has."""
    return [
        ("Module." + name, "~")
        for name in sorted({name for name in dir(torch.nn.Module()) if not name.startswith("_")})
    ]


def autograd_function():
    """Whether a torch.autograd.Function can be applied."""
    folder = tempfile.mkdtemp(prefix="lsptorch-autograd-")
    try:
        module = write(
            folder,
            "applied",
            "import torch\n\n\nclass Square(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n        return x * x\n\n"
            "    @staticmethod\n    def backward(ctx, g):\n        return g\n\n\ndef f(x):\n    return Square.apply(x)\n",
        )
        return (
            []
            if in_children([module.f], lambda f: outcome(f, folder)) == ["taken"]
            else [("torch.autograd.Function.apply", "!")]
        )
    finally:
        shutil.rmtree(folder)


def lines(known):
    return refused(known, TORCH + PYTHON + ["builtins"]) + members() + module_members() + autograd_function()

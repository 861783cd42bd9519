"""Judges attempts to repair a program: has imported torch once, and forks for each attempt.

    python -B repair.py FOLDER

FOLDER is the user's alone and keeps what attempts share. Each line of standard input is a request, each line of standard output the
answer to one, both JSON (docs/repair.md). In the child the program is run as it lies in a copied workspace, with fixed random seeds,
until the calls that the baseline kept have been made; then its modules are given to torch.jit.script or torch.export, in forked children
of their own.
What is compared: outputs of the program's own calls and the state_dict with the baseline's, and compiled outputs with eager's.
"""
import gc
import io
import json
import os
import select
import signal
import sys
import time

PARTS = (
    "repair_program.py",
    "repair_lines.py",
    "repair_facts.py",
    "repair_proof.py",
    "repair_export.py",
    "repair_sources.py",
)
MAX_INSTANCES = 2  # of one class that are tested
MAX_CALLS = 3  # of one instance that are kept, each with other shapes or types
GRACE_SECONDS = 5.0  # for an attempt that is asked to stop
MAX_DEPTH = 6  # levels of objects of unknown classes in an output


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


def load_parts():
    folder = os.path.dirname(os.path.abspath(__file__))
    for part in PARTS:
        path = os.path.join(folder, part)
        with io.open_code(path) as stream:
            exec(compile(stream.read(), path, "exec"), globals())


load_parts()


def answer_of(verdict, torch, request, folder):
    kept = os.path.join(folder, "baseline.pt")
    baseline = None
    if request["kind"] != "baseline":
        baseline = verdict["_expected"](torch, kept)[0]
    program = Program(verdict, torch, request, baseline)
    answer = {"ended": program.run(), "torch": torch.__version__}
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        return dict(answer, problem="the program uses a GPU, and a forked child cannot")
    answer["ran"] = program.lines.ran()
    if baseline is None:
        return dict(answer, **baseline_of(program, folder))
    if not program.only_compile:
        answer["differences"] = eager_differences(program)
    answer["modules"] = [answers_of(program, kind, group, folder) for kind, group in by_class(program.chosen())]
    for module in answer["modules"]:
        if "changed" in module:
            answer["differences"].setdefault(module["class"], module["changed"])
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


def import_exporter():
    """What torch.export imports when it is first called, once for all children."""
    for name in ("torch.export._trace", "torch._dynamo", "torch._decomp", "torch.fx.experimental.symbolic_shapes"):
        try:
            __import__(name)
        except ImportError:
            return  # a release without torch.export: each attempt says so


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

    keep_sources(torch)
    gc.freeze()  # children that collect garbage do not look through torch again, nor copy its pages
    verdict = load_verdict(folder)
    answers.write(json.dumps({"torch": torch.__version__}) + "\n")
    answers.flush()
    for line in requests:
        request = json.loads(line)
        started = time.monotonic()
        if request["mode"] == "export":
            import_exporter()
        answer = attempt(verdict, torch, request, folder)
        answer.update(id=request["id"], seconds=round(time.monotonic() - started, 3))
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])

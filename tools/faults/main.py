"""Seeds faults in models, lets the recorder explain each run that fails, and counts whether the origin is named.

    python3 tools/faults/main.py [--count 200] [--seed 1] [--recorder FILE] [--probe COMMAND] [--kind KIND] [--program NAME] [--show] [--out FILE]

A fault is an edit of one expression of a model's text; it counts where the program ran before and now ends with an exception. Each is judged twice. `named`: the line of the
fault is the line of the problem or a line that the explanation names; or the explanation names where a mismatched size arises, and that is so: with the number at that line larger by one, the
program fails otherwise. `wrong`: a size is said to come from a line, and a larger number there changes nothing; or None, a key, a signature from a line where the fault is not, and its
own line is not named. What is left is `silent`. The recorder runs in forks of a process that has imported torch; with --probe (a command such as "bin/lsptorch probe") each is run by that instead.
"""
import argparse
import collections
import io
import json
import os
import pickle
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback

import programs
import seeds

SECONDS = 60
HERE = os.path.dirname(os.path.abspath(__file__))
RECORDER = os.path.join(programs.ROOT, "server", "LspTorch.Probe", "bin", "Release", "net10.0", "recorder.py")


def forked(work):
    """What a function answers in a child process; None where that died or took too long."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        signal.alarm(SECONDS)
        try:
            silent = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(silent, descriptor)
            answer = work()
            with os.fdopen(writing, "wb") as stream:
                pickle.dump(answer, stream)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        data = stream.read()
    os.waitpid(child, 0)
    return pickle.loads(data) if data else None


def write(folder, files):
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
            stream.write(text)


def run_plain(folder, main):
    """("ok", "") or (the exception's type, its text, the innermost line in the folder)."""

    def work():
        os.chdir(folder)
        sys.path.insert(0, folder)
        sys.argv = [main]
        sys.dont_write_bytecode = True
        names = {"__name__": "__main__", "__file__": main, "__builtins__": __builtins__}
        module = type(sys)("__main__")
        module.__dict__.update(names)
        sys.modules["__main__"] = module
        try:
            with open(main, encoding="utf-8") as stream:
                exec(compile(stream.read(), os.path.join(folder, main), "exec"), module.__dict__)
            return "ok", "", None
        except SystemExit:
            return "exit", "", None
        except BaseException as error:
            places = [
                (os.path.basename(f.filename), f.lineno)
                for f in traceback.extract_tb(error.__traceback__)
                if os.path.dirname(os.path.abspath(f.filename)) == folder
            ]
            return type(error).__name__, str(error), places[-1] if places else None

    return forked(work)


def run_recorder(folder, main, recorder):
    """The event "failure" of the recorded run; None where there is none."""
    trace = os.path.join(folder, "trace.jsonl")

    def work():
        os.chdir(folder)
        os.environ["XDG_CACHE_HOME"] = os.path.join(folder, "cache")
        sys.dont_write_bytecode = True
        sys.argv = [recorder, "--out", trace, main]
        sys.path.insert(0, folder)
        import builtins

        names = {"__name__": "_lsptorch_recorder", "__file__": recorder, "_lsptorch_private": True}
        names["__builtins__"] = dict(builtins.__dict__)
        with open(recorder, encoding="utf-8") as stream:
            exec(compile(stream.read(), recorder, "exec"), names)
        try:
            names["standalone"](sys.argv[1:])
        except SystemExit:
            pass
        names["ended"]()
        return True

    forked(work)
    return failure_of(trace)


def failure_of(trace):
    if not os.path.exists(trace):
        return None
    with open(trace, encoding="utf-8") as stream:
        for line in stream:
            if line.startswith('{"event":"failure"'):
                return json.loads(line)
    return None


def run_probe(folder, main, command):
    trace = os.path.join(folder, "trace.jsonl")
    words = shlex.split(command) + [main, "--out", trace, "--python", sys.executable]
    ran = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300)
    failure = failure_of(trace)
    if failure is not None:
        failure["said"], failure["status"] = ran.stdout, ran.returncode
    return failure


# ---------------------------------------------------------------- the judgement


def lines_of(failure, path):
    """The lines of a file that the explanation names: of the problem, and of its facts."""
    found = set()
    frame = failure["frames"][-1]
    if frame["path"] == path:
        found.update(range(frame["at"][0], frame["at"][2] + 1))
    for fact in failure["facts"]:
        for place in [fact, fact.get("written")] + list(fact.get("chain", ())):
            if place and place.get("path") == path:
                found.update(range(place["at"][0], place["at"][2] + 1))
    return found


RECORDED = []  # the recorder

# A tensor that is longer by one in a dimension.
LARGER = "(lambda t: __import__('torch').cat([t, t.narrow(AXIS, 0, 1)], AXIS))(%s)"


def is_true(fact, program, files, folder, before):
    """Whether the program fails otherwise with a larger number where a size is said to come from; None where no number stands there."""
    import ast

    place = fact.get("written") or fact
    name = os.path.basename(place["path"])
    if name not in files:
        return None
    text = files[name]
    finder = seeds.Finder(text)
    at = tuple(place["at"])
    node = next(
        (
            n
            for n in ast.walk(finder.tree)
            if isinstance(n, ast.expr) and (n.lineno, n.col_offset, n.end_lineno, n.end_col_offset) == at
        ),
        None,
    )
    if node is None:
        return None
    new = None
    if fact.get("written"):
        new = "(%s) + 1"
        target = node
    elif fact.get("of") is not None:
        target, new = node, LARGER.replace("AXIS", str(fact["of"]))
    elif isinstance(node, ast.Call) and fact.get("parameter"):
        position = {
            "in_features": 0,
            "in_channels": 0,
            "input_size": 0,
            "num_features": 0,
            "d_model": 0,
            "embed_dim": 0,
        }.get(fact["parameter"], 1)
        named = [k.value for k in node.keywords if k.arg == fact["parameter"]]
        target, new = named[0] if named else node.args[position] if position < len(node.args) else None, "(%s) + 1"
    if new is None or target is None:
        return None
    start, end = finder.span(target)
    changed = dict(files, **{name: text[:start] + new % text[start:end] + text[end:]})
    other = os.path.join(folder, "changed")
    os.makedirs(other, exist_ok=True)
    write(other, changed)
    after = run_plain(other, program.main)
    # The same words may be about another operand.
    same = after is not None and after == before
    if same and RECORDED:
        again = run_recorder(other, program.main, RECORDED[0])
        claims = [(f.get("by"), f.get("size"), f.get("at", [0])[0]) for f in (again or {}).get("facts", ())]
        same = (fact.get("by"), fact.get("size"), fact["at"][0]) in claims
    shutil.rmtree(other)
    return not same


def judge(fault, program, files, folder, failure, before):
    """(named, arose, wrong or silent; why)."""
    if failure is None:
        return "silent", "no record"
    path = os.path.join(folder, program.changed)
    for fact in failure["facts"]:
        if fact["say"] == "size" and is_true(fact, program, files, folder, before) is False:
            return "wrong", "%s from %s, line %d" % (fact["size"], fact["by"], fact["at"][0])
    wanted = set(range(fault.line, fault.line + fault.apply_lines))
    if wanted & lines_of(failure, path):
        return "named", ""
    for fact in failure["facts"]:
        if fact["say"] in ("none", "keys", "dtype-from", "device-from", "attributes") and fact.get("path"):
            return "wrong", "%s: line %d" % (fact["say"], fact["at"][0])
    if any([f["say"] == "size" and is_true(f, program, files, folder, before) for f in failure["facts"]]):
        return "arose", ""
    return "silent", "not named"


def candidates(chooser, kinds, names):
    """Faults in turn by kind, so that none has most."""
    by_kind = collections.defaultdict(list)
    for program in programs.all_programs():
        if names and program.name not in names:
            continue
        for fault in seeds.faults_of(program.files[program.changed]):
            if not kinds or fault.kind in kinds:
                by_kind[fault.kind].append((program, fault))
    for found in by_kind.values():
        chooser.shuffle(found)
    while any(by_kind.values()):
        for kind in sorted(by_kind):
            if by_kind[kind]:
                yield by_kind[kind].pop()


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("--count", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--recorder", default=RECORDER)
    asked.add_argument("--probe")
    asked.add_argument("--kind", action="append")
    asked.add_argument("--program", action="append")
    asked.add_argument("--show", action="store_true")
    asked.add_argument("--out")
    options = asked.parse_args()

    RECORDED.append(options.recorder)

    import torch

    torch.set_num_threads(1)
    for name in ("torchvision", "torchaudio"):
        try:
            __import__(name)
        except ImportError:
            pass

    chooser = random.Random(options.seed)
    counts, kept, works = collections.defaultdict(collections.Counter), [], {}
    base = tempfile.mkdtemp(prefix="faults-")
    try:
        for at, (program, fault) in enumerate(candidates(chooser, options.kind, options.program)):
            if len(kept) >= options.count:
                break
            folder = os.path.join(base, "%d" % at)
            os.makedirs(folder)
            if program.name not in works:
                write(folder, program.files)
                works[program.name] = (run_plain(folder, program.main) or ("died",))[0] == "ok"
                if not works[program.name]:
                    print("does not run: %s" % program.name, file=sys.stderr)
            if not works[program.name]:
                continue
            text = program.files[program.changed]
            files = dict(program.files, **{program.changed: fault.apply(text)})
            fault.apply_lines = fault.end_line - fault.line + 1
            try:
                compile(files[program.changed], "f", "exec")
            except SyntaxError:
                continue
            write(folder, files)
            before = run_plain(folder, program.main)
            if before is None or before[0] in ("ok", "exit", "AssertionError") or before[2] is None:
                continue
            failure = (
                run_probe(folder, program.main, options.probe)
                if options.probe
                else run_recorder(folder, program.main, options.recorder)
            )
            verdict, why = judge(fault, program, files, folder, failure, before)
            counts[fault.kind][verdict] += 1
            kept.append(
                {
                    "program": program.name,
                    "kind": fault.kind,
                    "line": fault.line,
                    "verdict": verdict,
                    "why": why,
                    "text": files[program.changed].splitlines()[fault.line - 1].strip(),
                    "exception": before[0] + ": " + before[1].split("\n")[0][:150],
                    "at": before[2],
                    "failure": failure,
                }
            )
            if options.show or verdict in ("wrong",):
                show(kept[-1])
            shutil.rmtree(folder)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    report(counts, kept, options)


def show(case):
    print(
        "%-7s %s:%d %s  %s\n        %s\n        at %s: %s"
        % (
            case["verdict"],
            case["program"],
            case["line"],
            case["kind"],
            case["why"],
            case["text"],
            case["at"],
            case["exception"],
        )
    )
    for fact in (case["failure"] or {}).get("facts", ()):
        print(
            "          ",
            {k: v for k, v in fact.items() if v is not None and k not in ("path", "chain", "written")},
            [c["at"][0] for c in fact.get("chain", ())],
            (fact.get("written") or {}).get("at"),
        )


def report(counts, kept, options):
    total = collections.Counter()
    print("%-18s %6s %6s %6s %6s" % ("kind", "named", "arose", "silent", "wrong"))
    for kind in sorted(counts):
        total.update(counts[kind])
        print(
            "%-18s %6d %6d %6d %6d" % ((kind,) + tuple(counts[kind][v] for v in ("named", "arose", "silent", "wrong")))
        )
    print("%-18s %6d %6d %6d %6d" % (("all",) + tuple(total[v] for v in ("named", "arose", "silent", "wrong"))))
    explained = sum([bool(case["failure"] and case["failure"]["facts"]) for case in kept])
    rate = 100.0 * (total["named"] + total["arose"]) / max(1, len(kept))
    print(
        "%d faults: the origin is named in %.1f %%, wrongly in %d; explained beyond the exception %d"
        % (len(kept), rate, total["wrong"], explained)
    )
    if options.out:
        with io.open(options.out, "w", encoding="utf-8") as stream:
            json.dump(kept, stream, indent=1)
    sys.exit(0 if rate >= 90 and not total["wrong"] else 1)


if __name__ == "__main__":
    main()

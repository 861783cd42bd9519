"""Compares `lsptorch check --entry` with the real torch.jit.script on code that nobody prepared.

    tools/differential/differential.py FOLDER... [--server bin/lsptorch] [--python EXE] [--out cases.json] [--match REGEX] [--jobs N]
    tools/differential/differential.py --run TEST.py [ARG...]      a script run as it is; each outermost torch.jit.script in it is an attempt

Only code that the compiler reached counts:
  alarm    an error finding in a function that was compiled without complaint; or, where the compile failed, before the place where the compiler
           stopped, in a function that it had already read in full
  hit      the compiler stopped, and an error finding is on its line
  near     an error finding covers another line of the same statement
  weak     only a warning or less is on its line
  miss     nothing is on its line
"""
import argparse
import ast
import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


# What the compiler says of a package that is not installed (attempts.py, Missing).
STAND_IN = re.compile(r"'Missing(Module)?'|lsptorch_stand_in")


class Compiler:
    """A process of attempts.py."""

    def __init__(self, python):
        self.process = subprocess.Popen(
            [python, os.path.join(HERE, "attempts.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


class Source:
    def __init__(self, path):
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        self.lines = text.splitlines()
        self.functions, self.statements, self.blocks = [], [], []
        try:
            tree = ast.parse(text)
        except SyntaxError:
            return
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                first = node.decorator_list[0].lineno if node.decorator_list else node.lineno
                self.functions.append((first, node.end_lineno, node.body[0].lineno))
            elif isinstance(node, (ast.If, ast.For, ast.While)):
                self.blocks.append((node.lineno, node.end_lineno))
            elif isinstance(node, ast.stmt) and not isinstance(
                node, (ast.ClassDef, ast.If, ast.For, ast.While, ast.With, ast.Try)
            ):
                self.statements.append((node.lineno, node.end_lineno))

    def function_at(self, line):
        """The innermost def around a 1-based line: (first line, the first decorator's included; last line; first line of the body)."""
        around = [f for f in self.functions if f[0] <= line <= f[1]]
        return max(around, default=None)

    def block_around(self, first, line):
        """Whether a branch or loop that begins on the one line holds the other."""
        return any(b[0] == first and b[0] <= line <= b[1] for b in self.blocks)

    def statement_at(self, line):
        return min(
            (s for s in self.statements if s[0] <= line <= s[1]), key=lambda s: s[1] - s[0], default=(line, line)
        )


def findings_of(server, path, lines, names, torch):
    command = [server, "check", path, "--torch", torch, "--format", "json"]
    for entry in [*lines, *names]:
        command += ["--entry", str(entry)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if answer.returncode not in (0, 1):
        raise RuntimeError(answer.stderr[-500:])
    found = []
    for file in json.loads(answer.stdout)["files"]:
        for finding in file["findings"]:
            start, end = finding["range"]["start"], finding["range"]["end"]
            found.append(
                {
                    "rule": finding["rule"],
                    "severity": finding["severity"],
                    "message": finding["message"],
                    "context": finding.get("context"),
                    "first": start["line"] + 1,
                    "last": end["line"] + 1 if end["character"] else max(end["line"], start["line"]) + 1,
                }
            )
    return found


class Comparison:
    def __init__(self, server, torch):
        self.server, self.torch, self.sources, self.cases = server, torch, {}, []
        self.counts = collections.Counter()
        self.seen = set()

    def source(self, path):
        if path not in self.sources:
            self.sources[path] = Source(path)
        return self.sources[path]

    def add(self, kind, path, line, **more):
        key = (kind, path, line, more.get("rule"))
        if key in self.seen:
            return
        self.seen.add(key)
        self.counts[kind] += 1
        lines = self.source(path).lines
        self.cases.append(
            {
                "kind": kind,
                "path": path,
                "line": line,
                "code": lines[line - 1].strip() if 0 < line <= len(lines) else "",
                **more,
            }
        )

    def compare(self, answer):
        path = answer["path"]
        if answer.get("import"):
            self.counts["files not imported"] += 1
            if not answer["attempts"]:
                return
        self.counts["files"] += 1
        by_file = collections.defaultdict(list)
        for attempt in answer["attempts"]:
            if "unmade" in attempt:
                self.counts["not constructed"] += 1
            elif attempt.get("file") and os.path.exists(attempt["file"]):
                by_file[attempt["file"]].append(attempt)
        for file, attempts in by_file.items():
            # Each file a compile touched is looked at with the same entries; only the entries' own file has names for them.
            lines = sorted({a["line"] for a in attempts if a.get("line")})
            names = sorted({a["entry"] for a in attempts if not a.get("line") and "<locals>" not in a["entry"]})
            self.file(file, attempts, findings_of(self.server, file, lines, names, self.torch))
        del path

    def file(self, path, attempts, findings):
        source = self.source(path)
        errors = [f for f in findings if f["severity"] == "error"]
        compiled = {line for a in attempts if a["ok"] for file, line in a["functions"] if file == path}
        self.counts["compile"] += sum(a["ok"] for a in attempts)
        self.counts["refused"] += sum(not a["ok"] for a in attempts)
        for finding in errors:
            function = source.function_at(finding["first"])
            if function and function[0] in compiled:
                attempt = next(a for a in attempts if a["ok"] and [path, function[0]] in a["functions"])
                entry = attempt["entry"]
                if not self.still_there(finding, attempt):
                    continue
                self.add(
                    "alarm",
                    path,
                    finding["first"],
                    rule=finding["rule"],
                    message=finding["message"],
                    entry=entry,
                    why="it compiles",
                )
        for attempt in attempts:
            if not attempt["ok"]:
                self.refused(path, source, attempt, findings, errors)

    def still_there(self, finding, attempt):
        """Whether it is found for this entry alone: another entry may compile the function for other callers."""
        path = attempt["file"]
        alone = findings_of(
            self.server, path, [attempt["line"]] if attempt.get("line") else [], [attempt["entry"]], self.torch
        )
        return any(
            f["rule"] == finding["rule"] and f["first"] == finding["first"] and f["severity"] == "error" for f in alone
        )

    def refused(self, path, source, attempt, findings, errors):
        frames = attempt["frames"]
        if not frames or not os.path.exists(frames[0][0]):
            self.counts["refused without a place"] += 1
            return
        if STAND_IN.search(attempt["error"]):
            self.counts["stopped by a stand-in"] += 1
            return
        file, line = frames[0]
        if file != path:
            self.counts["refused in another file"] += 1
            return
        common = {"entry": attempt["entry"], "error": attempt["error"][:600]}
        covering = [f for f in findings if f["first"] <= line <= f["last"]]
        statement = source.statement_at(line)
        near = [f for f in errors if f["first"] <= statement[1] and f["last"] >= statement[0]]
        hits = [f for f in covering if f["severity"] == "error"]
        if hits:
            self.add("hit", path, line, **common, rule=hits[0]["rule"], message=hits[0]["message"])
        elif near:
            self.add("near", path, line, **common, rule=near[0]["rule"], message=near[0]["message"])
        elif covering:
            self.add("weak", path, line, **common, rule=covering[0]["rule"], message=covering[0]["message"])
        else:
            self.add("miss", path, line, **common)
        if attempt["frontend"]:
            return
        # Everything before the place where it stopped was accepted, in each function on the way there.
        for frame_file, frame_line in frames:
            function = source.function_at(frame_line) if frame_file == path else None
            if function is None:
                continue
            for finding in errors:
                # What is said of a branch as a whole, or of two types that meet, is found out behind it.
                if (
                    source.block_around(finding["first"], frame_line)
                    or f"line {finding['first']}\n" in attempt["error"]
                ):
                    continue
                # What is said of the signature is found out last.
                if (
                    function[2] <= finding["first"]
                    and finding["last"] < source.statement_at(frame_line)[0]
                    and source.function_at(finding["first"]) == function
                    and self.still_there(finding, attempt)
                ):
                    self.add(
                        "alarm",
                        path,
                        finding["first"],
                        rule=finding["rule"],
                        message=finding["message"],
                        entry=attempt["entry"],
                        why=f"the compiler went on to line {frame_line}: {attempt['error'][:200]}",
                    )


def files_of(folder, match):
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in ("__pycache__", "node_modules"))
        for file in sorted(files):
            path = os.path.join(place, file)
            if (
                file.endswith(".py")
                and os.path.isfile(path)
                and os.path.getsize(path) < 1_000_000
                and (not match or re.search(match, path))
            ):
                with open(path, encoding="utf-8", errors="replace") as text:
                    if "torch" in text.read():
                        yield path


def report(comparison):
    """Prints the false alarms, then how many there are of each kind."""
    for case in comparison.cases:
        if case["kind"] == "alarm":
            print(
                f"{case['path']}:{case['line']}: {case['rule']}: {case['message']}\n    {case['code']}\n    {case['entry']}: {case['why']}"
            )
    reached = sum(comparison.counts[k] for k in ("hit", "near", "weak", "miss"))
    order = [
        "files",
        "files not imported",
        "compile",
        "refused",
        "not constructed",
        "refused without a place",
        "refused in another file",
        "stopped by a stand-in",
        "check failed",
        "alarm",
        "hit",
        "near",
        "weak",
        "miss",
    ]
    for key in order:
        print(f"{key:28}{comparison.counts[key]:8}")
    if reached:
        print(f"{'on the compiler’s line':28}{100 * comparison.counts['hit'] / reached:7.1f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--run", nargs="+", default=None, metavar=("SCRIPT", "ARG"))
    parser.add_argument("--root", help="the folder that imports start from (else each FOLDER)")
    parser.add_argument("--server", default=os.path.join(ROOT, "bin", "lsptorch"))
    parser.add_argument("--python", default=os.environ.get("LSPTORCH_TEST_PYTHON") or "/usr/bin/python3")
    parser.add_argument("--torch", default="1.13")
    parser.add_argument("--out", help="the cases as JSON")
    parser.add_argument(
        "--keep",
        help="the compiler's answers as JSON lines: a second run with the same file asks the compiler only what is new",
    )
    parser.add_argument("--match", help="only files whose path matches this expression")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()

    requests = []
    if arguments.run:
        script = os.path.realpath(arguments.run[0])
        requests.append(
            {
                "path": script,
                "root": os.path.realpath(arguments.root or os.path.dirname(script)),
                "run": arguments.run[1:],
            }
        )
    for folder in arguments.folders:
        requests += [
            {"path": path, "root": os.path.realpath(arguments.root or folder)}
            for path in files_of(os.path.realpath(folder), arguments.match)
        ]
    answers = {}
    if arguments.keep and os.path.exists(arguments.keep):
        with open(arguments.keep, encoding="utf-8") as kept:
            for line in kept:
                answer = json.loads(line)
                answers[answer["path"]] = answer
    comparison = Comparison(arguments.server, arguments.torch)
    todo = [r for r in requests if os.path.realpath(r["path"]) not in answers]
    keep = open(arguments.keep, "a", encoding="utf-8") if arguments.keep else None
    pool = concurrent.futures.ThreadPoolExecutor(arguments.jobs)
    compilers = [Compiler(arguments.python) for _ in range(min(arguments.jobs, len(todo)))]
    free = list(compilers)

    def ask(request):
        compiler = free.pop()
        try:
            return compiler.ask(request)
        finally:
            free.append(compiler)

    for answer in pool.map(ask, todo):
        answers[answer["path"]] = answer
        if keep:
            keep.write(json.dumps(answer) + "\n")
            keep.flush()
    for request in requests:
        try:
            comparison.compare(answers[os.path.realpath(request["path"])])
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            comparison.counts["check failed"] += 1
            print(request["path"], error, file=sys.stderr)

    report(comparison)
    if arguments.out:
        with open(arguments.out, "w", encoding="utf-8") as file:
            json.dump({"counts": comparison.counts, "cases": comparison.cases}, file, indent=1, ensure_ascii=False)
    for compiler in compilers:
        compiler.process.stdin.close()
        compiler.process.wait()


if __name__ == "__main__":
    main()

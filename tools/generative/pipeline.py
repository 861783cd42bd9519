"""From programs to failures: every fix alone, all of them together, each version run and compared."""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass

import divergences

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


@dataclass
class Failure:
    program: object
    fix: str  # the fix's title, or 'fix' or 'fix --suggested'
    kind: str  # eager, script, errors, bulk, harness
    what: str
    changed: str  # the program's text after the fix
    probed: bool = False

    def like(self, other):
        return self.kind == other.kind and general(self.fix) == general(other.fix)


def general(title):
    """A title without the names of this program."""
    return re.sub(r"'[^']*'|\bself\.\w+|\d+", "_", title)


class LspTorch:
    """The command line under test."""

    def __init__(self, command, torch, cache):
        self.command, self.torch, self.environment = command, torch, {**os.environ, "XDG_CACHE_HOME": cache}

    def run(self, *arguments, allowed=(0,)):
        done = subprocess.run([*self.command, *arguments], capture_output=True, text=True, env=self.environment)
        if done.returncode not in allowed:
            said = (done.stderr + done.stdout)[-2000:]
            raise RuntimeError(f"lsptorch {arguments[0]} ended with {done.returncode}: {said}")
        return done.stdout

    def check(self, folder):
        """File name → findings."""
        told = self.run("check", folder, "--torch", self.torch, "--entry", "all", "--format", "json", allowed=(0, 1))
        return {os.path.basename(f["path"])[:-3]: f["findings"] for f in json.loads(told)["files"]}

    def fix(self, folder, *options):
        """File name → titles of what was applied."""
        applied = {}
        for line in self.run("fix", folder, "--torch", self.torch, "--entry", "all", *options).splitlines():
            path, _, title = line.partition(".py: ")
            if title:
                applied.setdefault(os.path.basename(path), []).append(title)
        return applied

    def probe(self, script, python):
        self.run("probe", script, "--python", python, "--root", os.path.dirname(script))


class Worker:
    """The process that imported torch."""

    def __init__(self, python):
        self.process = subprocess.Popen(
            [python, "-W", "ignore", os.path.join(HERE, "worker.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        self.torch = json.loads(self.process.stdout.readline())["torch"]

    def ask(self, programs):
        self.process.stdin.write(json.dumps(programs) + "\n")
        self.process.stdin.flush()
        return {a["name"]: a["answers"] for a in json.loads(self.process.stdout.readline())}

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def edited(text, edits):
    """The text after the edits. Lines are 0-based, columns UTF-16 code units, as in LSP."""
    lines = text.split("\n")

    def offset(position):
        line = lines[position["line"]] if position["line"] < len(lines) else ""
        column = len(line.encode("utf-16-le")[: 2 * position["character"]].decode("utf-16-le"))
        return sum(len(known) + 1 for known in lines[: position["line"]]) + column

    for edit in sorted(edits, key=lambda e: (offset(e["range"]["start"]), offset(e["range"]["end"])), reverse=True):
        text = text[: offset(edit["range"]["start"])] + edit["newText"] + text[offset(edit["range"]["end"]) :]
    return text


def told():
    """Rules that say where compiled code does something else than eager: what differs there is told."""
    rules = {"implicit-tensor-conversion", "none-default-without-optional", "in-place-on-list-element"}
    for path in glob.glob(os.path.join(ROOT, "server", "LspTorch.Rules", "*.cs")):
        with open(path, encoding="utf-8") as file:
            if ": DivergenceRule" in file.read():
                name = os.path.basename(path)[:-3]
                rules.add(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower())
    return rules


TOLD = told()


def errors(findings):
    return Counter(f["rule"] for f in findings if f["severity"] == "error")


DRIVER = """import importlib, sys
import torch
for name, targets, present in {programs!r}:
    for package in present:
        stand_in = type(sys)(package)
        stand_in.run = lambda x: x + 100.0
        sys.modules[package] = stand_in
    try:
        module = importlib.import_module(name)
        for make, calls in targets:
            made = eval(make, vars(module))
            for call in calls:
                try:
                    args, kwargs = eval("(lambda *a, **k: (a, k))(" + call + ")", {{**vars(module), "torch": torch}})
                    made(*args, **kwargs)
                except Exception:
                    pass
    except Exception:
        pass
"""


class Pipeline:
    def __init__(self, lsptorch, worker, folder, python):
        self.lsptorch, self.worker, self.folder, self.python = lsptorch, worker, folder, python
        self.count = Counter()

    def fresh(self, name):
        path = os.path.join(self.folder, name)
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
        return path

    def run(self, programs, probed=False, only=None):
        """Judges the programs; returns the failures. only: a failure; what cannot give its like is left out."""
        base, changed = self.fresh("base"), self.fresh("changed")
        for program in programs:
            program.write(base)
        if probed:
            driver = os.path.join(self.fresh("driver"), "drive.py")
            shutil.copytree(base, os.path.dirname(driver), dirs_exist_ok=True)
            base = os.path.dirname(driver)
            with open(driver, "w", encoding="utf-8") as file:
                file.write(
                    DRIVER.format(
                        programs=[(p.name, [(t.make, t.calls) for t in p.targets], p.optional) for p in programs]
                    )
                )
            self.lsptorch.probe(driver, self.python)
            os.remove(driver)
        findings = self.lsptorch.check(base)
        # A changed file was never run: what it lacks of the last run's facts is no fault of the fix.
        self.unprobed = {}
        if probed:
            plain = self.fresh("plain")
            for program in programs:
                program.write(plain)
            self.unprobed = self.lsptorch.check(plain)
        versions = {p.name: self.versions(p, findings.get(p.name, [])) for p in programs}
        for option in ((), ("--suggested",)):
            if only is None or only.fix == " ".join(("fix", *option)):
                self.in_bulk(programs, base, option, findings, versions)
        if only is not None:
            versions = {
                name: [v for v in some if general(v["key"]) == general(only.fix)] for name, some in versions.items()
            }
        number = 0
        for program in programs:
            for version in versions[program.name]:
                number += 1
                version["path"] = os.path.join(changed, f"{program.name}_{number}.py")
                with open(version["path"], "w", encoding="utf-8", newline="") as file:
                    file.write(version["text"])
        after = self.lsptorch.check(changed) if number else {}
        asked = []
        for program in programs:
            mine = versions[program.name]
            for version in mine:
                left = after.get(os.path.basename(version["path"])[:-3], [])
                version["errors"] = errors(left)
                version["script"] = not version["errors"] and not any(f["rule"] in TOLD for f in left)
            asked.append(
                {
                    "name": program.name,
                    "base": os.path.join(base, program.name + ".py"),
                    "optional": program.optional,
                    "targets": [{"make": t.make, "calls": t.calls} for t in program.targets],
                    "script": not errors(findings.get(program.name, [])),
                    "versions": [{k: v[k] for k in ("key", "path", "script", "unlike")} for v in mine],
                }
            )
        originals = self.fresh("original")
        for program, question in zip(programs, asked):
            if program.original:
                question["original"] = program.write(originals, original=True)
        answers = self.worker.ask([a for a in asked if a["versions"]])
        failures = []
        for program in programs:
            failures += self.failures(
                program, findings.get(program.name, []), versions[program.name], answers.get(program.name, []), probed
            )
        self.count["programs"] += len(programs)
        return failures

    def versions(self, program, findings):
        """Each distinct fix applied alone."""
        made, seen = [], {program.source}
        for finding in findings:
            for fix in finding["fixes"]:
                text = edited(program.source, fix["edits"])
                if text not in seen:
                    seen.add(text)
                    made.append(
                        {
                            "key": fix["title"],
                            "text": text,
                            "safety": fix["safety"],
                            "unlike": fix["safety"] not in ("safe", "suggested"),
                        }
                    )
        self.count["fixes"] += len(made)
        return made

    def in_bulk(self, programs, base, option, findings, versions):
        applied = self.lsptorch.fix(base, *option)
        key = " ".join(("fix", *option))
        for program in programs:
            path = os.path.join(base, program.name + ".py")
            with open(path, encoding="utf-8", newline="") as file:
                text = file.read()
            program.write(base)
            if text == program.source:
                continue
            self.count[key] += 1
            never = {
                f["title"]
                for finding in findings.get(program.name, [])
                for f in finding["fixes"]
                if f["safety"] not in ("safe", "suggested")
            }
            taken = never & set(applied.get(program.name, []))
            same = next((v for v in versions[program.name] if v["text"] == text), None)
            if same is None or taken:
                versions[program.name].append(
                    {
                        "key": key,
                        "text": text,
                        "safety": "suggested" if option else "safe",
                        "unlike": False,
                        "bulk": sorted(taken),
                        "titles": applied.get(program.name, []),
                    }
                )

    def is_silenced(self, program, version, differs):
        """What the fix itself says: 'Call it only when not scripting' takes what is printed out of compiled code."""
        guarded = "is_scripting()" in version["text"] and "is_scripting()" not in program.source
        guarded |= "(changes behaviour: what is printed)" in version["key"]
        guarded |= "register_forward_" in program.source  # a hook that prints is taken off, which the title says
        self.count["printed in eager only"] += guarded and ": printed " in differs
        return guarded and ": printed " in differs

    def failures(self, program, findings, versions, answers, probed):
        if not versions:
            return []
        found = []

        def add(version, kind, what):
            found.append(Failure(program, version["key"], kind, what, version["text"], probed))

        by_key = {}
        for answer in answers:
            if "harness" in answer:
                add({"key": "", "text": program.source}, "harness", answer["harness"])
            by_key.setdefault(answer["key"], []).append(answer)
        first = next(iter(by_key.get("", [])), {})
        outcome = first.get("outcome") or "none"
        self.count["outcome " + outcome.split(" ")[0] + (" every time" if "every time" in outcome else "")] += 1
        before = errors(findings) | errors(self.unprobed.get(program.name, []))
        bulk = next((v for v in versions if v["key"] == "fix"), {})
        differs_as_written = any(s.get("differs") for s in first.get("script") or [])
        known = divergences.found(program.source)
        self.count["differ as written"] += differs_as_written
        self.count["known divergences"] += bool(known)
        for version in versions:
            if version.get("bulk"):
                add(version, "bulk", f"applied in bulk: {version['bulk']}")
            added = version["errors"] - before if version["safety"] == "safe" else Counter()
            if version["key"] in bulk.get("titles", []):
                added &= bulk["errors"] - before  # what another safe fix of the file mends, it mends in bulk
            if added:
                add(version, "errors", f"new errors after a safe fix: {dict(added)}")
            answer = by_key[version["key"]].pop(0) if by_key.get(version["key"]) else {}
            if answer.get("eager"):
                add(version, "eager", answer["eager"])
                continue
            if differs_as_written or known:
                continue  # TorchScript's own difference, in a text that no fix has touched
            for script in answer.get("script") or []:
                self.count["compiled" if script["compiled"] else "refused"] += 1
                if script.get("differs") and not self.is_silenced(program, version, script["differs"]):
                    add(version, "script", script["differs"])
        return found


def server_command():
    return (os.environ.get("LSPTORCH_BIN") or os.path.join(ROOT, "bin", "lsptorch")).split(" ")


def default_python():
    return os.environ.get("LSPTORCH_TEST_PYTHON") or (sys.executable if sys.platform != "linux" else "/usr/bin/python3")

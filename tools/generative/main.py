"""Makes programs, applies every fix that is offered, and says where a fix changes what a program computes.

    node tools/generative.mjs [--programs 20000] [--seed N] [--python EXE] [--shrink]

Exit status 1 where anything differs.
"""
import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter

from grammar import generate
from mutate import mutated
from pipeline import LspTorch, Pipeline, Worker, default_python, general, server_command

BATCH = 120
PROBED = 5  # one batch in so many is run under the recorder first


def made(arguments, first, count):
    """Four of five from the grammar, the fifth by changing a case of the rule pages."""
    seed = arguments.seed * 1_000_003
    fifth = {"grammar": (), "mutation": range(5), "both": (4,)}[arguments.style]
    return [(mutated if n % 5 in fifth else generate)(seed + n, f"p{n}") for n in range(first, first + count)]


class Run:
    def __init__(self, arguments, folder):
        self.arguments, self.folder = arguments, folder
        self.next, self.done, self.broken = 0, 0, None
        self.lock, self.failures, self.count = threading.Lock(), [], Counter()

    def pipeline(self, n):
        place = os.path.join(self.folder, str(n))
        lsptorch = LspTorch(server_command(), self.arguments.torch, os.path.join(place, "cache"))
        return Pipeline(lsptorch, Worker(self.arguments.python), place, self.arguments.python)

    def work(self, n):
        try:
            pipeline = self.pipeline(n)
            while True:
                with self.lock:
                    first, self.next = self.next, self.next + BATCH
                count = min(BATCH, self.arguments.programs - first)
                if count <= 0 or self.broken:
                    break
                probed = self.arguments.probed or first // BATCH % PROBED == PROBED - 1
                found = pipeline.run(made(self.arguments, first, count), probed)
                with self.lock:
                    self.failures += found
                    self.done += count
                    of = self.arguments.programs
                    print(f"{self.done} of {of} programs, {len(self.failures)} differences", file=sys.stderr)
                    for failure in found:
                        report(failure, self.arguments.verbose)
            with self.lock:
                self.count += pipeline.count
            pipeline.worker.close()
        except Exception as error:
            self.broken = error
            raise


def report(failure, verbose):
    probed = " (probed)" if failure.probed else ""
    print(f"{failure.kind} {failure.program.name}{probed} [{failure.fix}] {failure.what[:400]}", flush=True)
    if verbose:
        print(failure.program.source, "--- becomes ---", failure.changed, sep="\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--python", default=default_python())
    parser.add_argument("--torch", default="1.13", help="the release whose rules apply")
    parser.add_argument("--style", choices=["both", "grammar", "mutation"], default="both")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--shrink", action="store_true", help="print the smallest program of each kind that still fails"
    )
    parser.add_argument("--verbose", action="store_true", help="print each failing program, and what it became")
    parser.add_argument(
        "--probed", action="store_true", help="run every batch under the recorder first, not one in five"
    )
    arguments = parser.parse_args()

    started = time.monotonic()
    folder = tempfile.mkdtemp(prefix="lsptorch-generative-")
    try:
        run = Run(arguments, folder)
        threads = [threading.Thread(target=run.work, args=(n,)) for n in range(arguments.processes)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if run.broken:
            raise run.broken
        kinds = {}
        for failure in run.failures:
            kinds.setdefault((failure.kind, general(failure.fix)), []).append(failure)
        for (kind, title), some in sorted(kinds.items(), key=lambda k: -len(k[1])):
            print(f"{len(some):5} {kind}: {title}")
        if arguments.shrink and run.failures:
            from shrink import shrink

            pipeline = run.pipeline("shrink")
            for some in sorted(kinds.values(), key=len):
                shrink(min(some, key=lambda f: len(f.program.source)), pipeline)
            pipeline.worker.close()
        print(
            ", ".join(f"{n} {what}" for what, n in sorted(run.count.items())), f"in {time.monotonic() - started:.0f} s"
        )
        print(f"{arguments.programs} programs, {len(run.failures)} differences")
        sys.exit(1 if run.failures else 0)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

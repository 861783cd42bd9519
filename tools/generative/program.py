"""A program under test: a module's text, and what to make and call in it."""
import json
import os
from dataclasses import asdict, dataclass, field


@dataclass
class Target:
    """What is called. make: an expression that gives the instance or function; calls: the arguments of each."""

    make: str
    calls: list


@dataclass
class Program:
    name: str
    source: str
    targets: list = field(default_factory=list)
    # Packages that the program imports and that may be absent: it is run with and without them.
    optional: list = field(default_factory=list)
    style: str = "grammar"
    # Of a case that was changed, the case itself: what compiled code makes otherwise there, no fix has done.
    original: str = ""

    def to_json(self):
        return json.dumps(asdict(self))

    @staticmethod
    def of(data):
        return Program(**{**data, "targets": [Target(**t) for t in data["targets"]]})

    def write(self, folder, original=False):
        path = os.path.join(folder, self.name + ".py")
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(self.original if original else self.source)
        return path

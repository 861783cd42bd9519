"""A part of repair.py: which lines of the program's functions ran."""


class Lines:
    """Lines that the main thread ran, by code object. What a code object did in its first calls stands for all of them."""

    MAX_CALLS = 200  # of one code object that are followed, and at least as long as each shows another line
    MAX_QUIET = 20

    def __init__(self, is_wanted):
        self.is_wanted, self.files, self.seen = is_wanted, {}, {}

    def begin(self):
        if sys.gettrace() is None:
            sys.settrace(self.on_call)

    def end(self):
        if sys.gettrace() == self.on_call:
            sys.settrace(None)

    def on_call(self, frame, event, _):
        code = frame.f_code
        lines = self.seen.get(code)
        if lines is None:
            wanted = self.files.get(code.co_filename)
            if wanted is None:
                wanted = self.files[code.co_filename] = self.is_wanted(code.co_filename)
            if not wanted:
                return None
            lines = self.seen[code] = {"ran": set(), "calls": 0, "quiet": 0, "known": 0}
        lines["calls"] += 1
        lines["quiet"] = lines["quiet"] + 1 if len(lines["ran"]) == lines["known"] else 0
        lines["known"] = len(lines["ran"])
        if lines["quiet"] > self.MAX_QUIET and lines["calls"] > self.MAX_CALLS:
            return None
        ran = lines["ran"]
        ran.add(frame.f_lineno)

        def on_line(frame, event, _):
            ran.add(frame.f_lineno)
            return on_line

        return on_line

    def ran(self):
        """By file, the 1-based lines that ran."""
        files = {}
        for code, lines in self.seen.items():
            files.setdefault(code.co_filename, set()).update(lines["ran"])
        return {path: sorted(lines) for path, lines in files.items()}

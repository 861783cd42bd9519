"""Faults that a programmer makes in a model, as edits of its text: (kind, line, edit). A line is where the fault stands, 1-based."""
import ast

LAYERS = {
    "Linear": 2,
    "Conv1d": 2,
    "Conv2d": 2,
    "ConvTranspose1d": 2,
    "ConvTranspose2d": 2,
    "BatchNorm1d": 1,
    "BatchNorm2d": 1,
    "LayerNorm": 1,
    "GroupNorm": 0,
    "GRU": 2,
    "LSTM": 2,
    "GRUCell": 2,
    "LSTMCell": 2,
    "MultiheadAttention": 1,
}


class Fault:
    """`edits`: [(start, end, text)] in characters of the source, in order."""

    def __init__(self, kind, node, edits):
        self.kind, self.line, self.end_line, self.edits = kind, node.lineno, node.end_lineno, edits

    def apply(self, text):
        for start, end, new in sorted(self.edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text


class Finder(ast.NodeVisitor):
    def __init__(self, text):
        self.text, self.found, self.function = text, [], None
        self.tree = ast.parse(text)
        starts, at = [0], 0
        for line in text.splitlines(keepends=True):
            at += len(line)
            starts.append(at)
        self.starts, self.lines = starts, text.splitlines()
        self.functions = {n.name for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef)}
        self.classes = {n.name for n in ast.walk(self.tree) if isinstance(n, ast.ClassDef)}
        self.visit(self.tree)

    # -- text

    def offset(self, line, column):
        encoded = self.lines[line - 1].encode("utf-8")[:column]
        return self.starts[line - 1] + len(encoded.decode("utf-8"))

    def span(self, node):
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def source(self, node):
        start, end = self.span(node)
        return self.text[start:end]

    def add(self, kind, node, *edits):
        self.found.append(Fault(kind, node, list(edits)))

    def replace(self, kind, node, text):
        start, end = self.span(node)
        self.add(kind, node, (start, end, text))

    def more(self, kind, node, by):
        """A number that is larger by so much."""
        if isinstance(node, ast.Constant) and type(node.value) is int:
            self.replace(kind, node, str(node.value + by))
        elif not isinstance(node, (ast.Constant, ast.Starred)):
            self.replace(kind, node, "(%s) + %d" % (self.source(node), by))

    # -- places

    def visit_FunctionDef(self, node):
        before, self.function = self.function, node
        self.generic_visit(node)
        self.function = before

    def visit_If(self, node):
        if '"__main__"' in self.source(node.test):
            return  # what calls the model is no model
        self.generic_visit(node)

    def visit_Call(self, node):
        name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
        numbers = [a for a in node.args if isinstance(a, ast.Constant) and type(a.value) is int]
        in_forward = self.function is not None and self.function.name != "__init__"
        if name in LAYERS and not in_forward and not any(isinstance(a, ast.Starred) for a in node.args):
            sizes = LAYERS[name]
            if sizes >= 1 and node.args:
                self.more("in-size", node.args[0], 1)
            if sizes == 2 and len(node.args) > 1:
                self.more("out-size", node.args[1], 1)
            if name == "GroupNorm" and len(node.args) > 1:
                self.more("in-size", node.args[1], 2)
        elif name == "Embedding" and node.args and not in_forward:
            self.replace("embedding-size", node.args[0], "1")
        elif in_forward and name in ("cat", "stack"):
            dims = [k.value for k in node.keywords if k.arg == "dim"] or node.args[1:2]
            for dim in dims:
                self.replace("cat-dim", dim, "0" if self.source(dim) != "0" else "1")
        elif in_forward and name in ("transpose", "permute") and isinstance(node.func, ast.Attribute):
            end = self.span(node.func.value)[1]
            self.add("transpose", node, (end, self.span(node)[1], ""))
        elif in_forward and name in ("unsqueeze", "squeeze") and isinstance(node.func, ast.Attribute):
            self.add("rank", node, (self.span(node.func.value)[1], self.span(node)[1], ""))
        elif in_forward and name in ("view", "reshape") and numbers:
            for number in numbers:
                if number.value > 0:
                    self.more("view-size", number, 1)
        elif in_forward and name in ("zeros", "ones", "randn", "arange", "full") and numbers:
            self.more("tensor-size", numbers[-1], 1)
        own = name in self.functions or self.source(node.func).startswith("self.") and in_forward
        if own and node.args and not any(isinstance(a, ast.Starred) for a in node.args) and not node.keywords:
            start = self.span(node.args[-1])[0] if len(node.args) == 1 else self.span(node.args[-2])[1]
            self.add("argument-missing", node, (start, self.span(node.args[-1])[1], ""))
            end = self.span(node.args[-1])[1]
            self.add("argument-surplus", node, (end, end, ", None, None, None, None"))
        self.generic_visit(node)

    def visit_Assign(self, node):
        target = node.targets[0]
        if isinstance(target, ast.Attribute) and self.function is not None and self.function.name == "__init__":
            if isinstance(node.value, ast.Call) and len(node.targets) == 1:
                self.replace("none", node.value, "None")
        if isinstance(target, ast.Name) and isinstance(node.value, ast.Call) and self.function is not None:
            if self.function.name != "__init__" and target.id not in ("shape", "size"):
                value = self.source(node.value)
                self.replace("dtype", node.value, "(%s).double()" % value)
                self.replace("dtype-int", node.value, "(%s).long()" % value)
                self.replace("slice", node.value, "(%s)[..., :-1]" % value)
                self.replace("slice-first", node.value, "(%s)[:, 1:]" % value)
                self.replace("device", node.value, '(%s).to("meta")' % value)
        self.generic_visit(node)

    def visit_Attribute(self, node):
        if isinstance(node.ctx, ast.Load) and getattr(node.value, "id", None) == "self" and self.function is not None:
            end = self.span(node)[1]
            self.add("attribute", node, (end, end, "_"))
        self.generic_visit(node)

    def visit_Subscript(self, node):
        index = node.slice
        if isinstance(node.ctx, ast.Load) and self.function is not None:
            if isinstance(index, ast.Constant) and type(index.value) is int:
                self.replace("index", index, str(index.value + 90))
            elif isinstance(index, ast.Constant) and type(index.value) is str:
                self.replace("key", index, repr(index.value + "_"))
        self.generic_visit(node)

    def visit_Dict(self, node):
        for key in node.keys:
            if isinstance(key, ast.Constant) and type(key.value) is str:
                self.replace("key-made", key, repr(key.value + "_"))
        self.generic_visit(node)

    def visit_Return(self, node):
        if node.value is not None and self.function is not None and self.function.name not in ("__init__", "__len__"):
            start, end = self.span(node.value)
            self.add("none-returned", node, (start, end, ""))
        self.generic_visit(node)

    def visit_BinOp(self, node):
        if isinstance(node.op, ast.MatMult):
            self.replace("product", node.right, "(%s).transpose(-1, -2)" % self.source(node.right))
        self.generic_visit(node)


def faults_of(text):
    return Finder(text).found

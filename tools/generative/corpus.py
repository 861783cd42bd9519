"""The functions and module classes of tests/python/corpus, each a program, with arguments made up from annotations."""
import ast
import glob
import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VALUES = {
    "Tensor": "torch.linspace(-1, 1, 16).view(4, 4)",
    "int": "2",
    "float": "0.5",
    "bool": "True",
    "str": "'ab'",
    "List[int]": "[1, 2]",
    "List[float]": "[0.5, 1.5]",
    "List[str]": "['a', 'b']",
    "List[bool]": "[True, False]",
    "List[Tensor]": "[torch.ones(4, 4), torch.zeros(4, 4)]",
    "Dict[str, Tensor]": "{'a': torch.ones(4, 4)}",
    "Dict[str, int]": "{'a': 1}",
    "Dict[int, int]": "{1: 2}",
    "Tuple[int, int]": "(1, 2)",
    "Tuple[Tensor, Tensor]": "(torch.ones(4, 4), torch.zeros(4, 4))",
    "Tuple[int, Tensor]": "(1, torch.ones(4, 4))",
}


def corpus_cases():
    found = []
    for path in sorted(glob.glob(os.path.join(ROOT, "tests", "python", "corpus", "**", "*.py"), recursive=True)):
        with open(path, encoding="utf-8") as file:
            tree = ast.parse(file.read())
        imports = [n for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))]
        for at, node in enumerate(tree.body):
            called = target_of(node)
            if called is None:
                continue
            needed = [*closure(tree.body[: at + 1]), node]
            used = set().union(*map(names_in, needed))
            text = [ast.unparse(i) for i in imports if used & {(a.asname or a.name).split(".")[0] for a in i.names}]
            code = "\n".join(text) + "\n\n\n" + "\n\n\n".join(map(ast.unparse, needed)) + "\n"
            found.append((code, *called))
    return found


def closure(body):
    """What a definition names of the definitions before it, and what those name."""
    names, needed = names_in(body[-1]), []
    for node in reversed(body[:-1]):
        defined = (
            {node.name}
            if isinstance(node, (ast.FunctionDef, ast.ClassDef))
            else {t.id for t in node.targets if isinstance(t, ast.Name)}
            if isinstance(node, ast.Assign)
            else set()
        )
        if defined & names:
            names = (names - defined) | names_in(node)
            needed.insert(0, node)
    return needed


def names_in(node):
    """The names that it uses, in annotations that are texts, too."""
    texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} | {w for t in texts for w in re.findall(r"\w+", t)}


def target_of(node):
    """What gives the callee, and its arguments; None for what cannot be called from its text alone."""
    if isinstance(node, ast.FunctionDef) and not node.decorator_list:
        arguments = arguments_of(node.args, skip=0)
        return None if arguments is None else (node.name, arguments)
    if not isinstance(node, ast.ClassDef) or not any("Module" in ast.unparse(b) for b in node.bases):
        return None
    methods = {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}
    made = arguments_of(methods["__init__"].args, skip=1) if "__init__" in methods else "()"
    called = arguments_of(methods["forward"].args, skip=1) if "forward" in methods else None
    return None if made is None or called is None else (f"{node.name}(*{made})", called)


def arguments_of(args, skip):
    parameters = (args.posonlyargs + args.args)[skip:]
    given = parameters[: len(parameters) - len(args.defaults)] if args.defaults else parameters
    if any(default is None for default in args.kw_defaults):
        return None
    values = [value_of(p) for p in given]
    return None if None in values else f"({', '.join(values)},)" if values else "()"


def value_of(parameter):
    if parameter.annotation is None:
        return VALUES["int"] if parameter.arg in ("n", "k", "i", "dim", "size", "count") else VALUES["Tensor"]
    text = re.sub(r"torch\.|typing\.", "", ast.unparse(parameter.annotation).strip("'\"")).replace("list[", "List[")
    return "None" if text.startswith("Optional[") else VALUES.get(text)

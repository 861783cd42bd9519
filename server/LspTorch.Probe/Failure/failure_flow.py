# ---------------------------------------------------------------- where a value comes from

MAX_STEPS = 64  # of a value's way back
MAX_VISITS = 8  # of one expression on that way: a loop
MAX_QUESTIONS = 4000  # in all


class Bounded:
    """A question about expressions that leads to others: none is asked again inside of itself for ever, and all together end."""

    def __init__(self):
        self.open, self.asked = {}, 0

    def ask(self, key, answer):
        visits = self.open.get(key, 0)
        self.asked += 1
        if visits >= MAX_VISITS or self.asked > MAX_QUESTIONS:
            return None
        self.open[key] = visits + 1
        try:
            return answer()
        finally:
            self.open[key] = visits


_bounded = Bounded()

# Of a layer of torch.nn: how many dimensions stand behind the one it takes and gives (None: the last one is it), and the parameters of its sizes: taken, given.
_LAYERS = {
    "Linear": (0, "in_features", "out_features"),
    "Conv1d": (1, "in_channels", "out_channels"),
    "Conv2d": (2, "in_channels", "out_channels"),
    "Conv3d": (3, "in_channels", "out_channels"),
    "ConvTranspose1d": (1, "in_channels", "out_channels"),
    "ConvTranspose2d": (2, "in_channels", "out_channels"),
    "ConvTranspose3d": (3, "in_channels", "out_channels"),
    "BatchNorm1d": (-1, "num_features", None),
    "BatchNorm2d": (2, "num_features", None),
    "BatchNorm3d": (3, "num_features", None),
    "InstanceNorm1d": (-1, "num_features", None),
    "InstanceNorm2d": (2, "num_features", None),
    "GroupNorm": (-1, "num_channels", None),
    "LayerNorm": (0, "normalized_shape", None),
    "Embedding": (0, None, "embedding_dim"),
    "EmbeddingBag": (0, None, "embedding_dim"),
    "RNN": (0, "input_size", "hidden_size"),
    "LSTM": (0, "input_size", "hidden_size"),
    "GRU": (0, "input_size", "hidden_size"),
    "RNNCell": (0, "input_size", "hidden_size"),
    "LSTMCell": (0, "input_size", "hidden_size"),
    "GRUCell": (0, "input_size", "hidden_size"),
    "MultiheadAttention": (0, "embed_dim", "embed_dim"),
    "TransformerEncoderLayer": (0, "d_model", None),
    "TransformerDecoderLayer": (0, "d_model", None),
}
# Where in the call of its constructor a parameter stands.
_PARAMETERS = {
    "in_features": 0,
    "out_features": 1,
    "in_channels": 0,
    "out_channels": 1,
    "num_features": 0,
    "normalized_shape": 0,
    "num_channels": 1,
    "num_embeddings": 0,
    "embedding_dim": 1,
    "input_size": 0,
    "hidden_size": 1,
    "embed_dim": 0,
    "d_model": 0,
}
# Layers that give what they were given, size by size.
_SAME_SIZES = (
    "ReLU ReLU6 LeakyReLU PReLU ELU SELU CELU GELU SiLU Mish Hardswish Hardsigmoid Hardtanh Sigmoid Tanh Softplus Softsign Softmax LogSoftmax Softmax2d Dropout "
    "Dropout1d Dropout2d Dropout3d AlphaDropout Identity BatchNorm1d BatchNorm2d BatchNorm3d InstanceNorm1d InstanceNorm2d InstanceNorm3d GroupNorm "
    "LayerNorm LocalResponseNorm TransformerEncoderLayer TransformerDecoderLayer TransformerEncoder"
).split()
# Layers that change what stands behind the channels.
_POOLS = (
    "MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveMaxPool1d AdaptiveMaxPool2d LPPool1d "
    "LPPool2d FractionalMaxPool2d Upsample UpsamplingNearest2d UpsamplingBilinear2d ReflectionPad1d ReflectionPad2d ReplicationPad1d ReplicationPad2d "
    "ZeroPad2d ConstantPad1d ConstantPad2d"
).split()
# Functions and methods of the same kind.
_SAME_SHAPE = (
    "relu relu_ relu6 leaky_relu leaky_relu_ elu selu gelu silu mish hardswish hardtanh sigmoid sigmoid_ tanh tanh_ softplus softmax log_softmax logsigmoid dropout dropout_ "
    "dropout1d dropout2d exp log log2 log10 log1p expm1 sqrt rsqrt abs neg sin cos square reciprocal floor ceil round sign erf clamp clamp_ clamp_min clamp_max clip "
    "contiguous clone detach float double half bfloat16 long int short bool byte to type cpu cuda requires_grad_ masked_fill masked_fill_ batch_norm layer_norm group_norm "
    "instance_norm normalize cumsum cumprod flip roll tril triu nan_to_num zero_ fill_ logical_not zeros_like ones_like full_like empty_like rand_like randn_like "
    "bernoulli add_ mul_ sub_ div_ type_as data"
).split()
_ARITHMETIC = "add sub mul div pow maximum minimum true_divide where lerp addcmul eq ne lt le gt ge logical_and logical_or".split()
_OF_SIZES = "zeros ones empty rand randn full randint normal new_zeros new_ones new_empty new_full".split()
_REDUCING = "sum mean amax amin norm std var argmax argmin prod logsumexp max min any all".split()
_PADDING = (
    "pad interpolate upsample max_pool1d max_pool2d avg_pool1d avg_pool2d adaptive_avg_pool1d adaptive_avg_pool2d conv_transpose1d conv_transpose2d one_hot unfold "
    "narrow index_select gather repeat_interleave select masked_select"
).split()
_MAKING = "arange linspace tensor as_tensor from_numpy eye chunk split embedding einsum outer cdist pixel_shuffle bincount".split()


def layer_of(module):
    """The name of the torch.nn class that a module is of; None for the program's own."""
    for base in _type_mro(type(module)):
        name = _type_module(base)
        if type(name) is str and name.startswith("torch.nn.modules.") and _type_name(base) != "Module":
            return _type_name(base)
    return None


def number_of(module, name):
    found, value = _attribute_of(module, name)
    return value if found and type(value) in (int, tuple) else None


class Origin:
    """
    `by`: the text of what gives the value; `parameter`: of the constructor that `node` calls; `written`: (source, node) of the number it was given, where that stands
    elsewhere; `axis`: the dimension of the value of `node` that is meant, in `scope`; `chain`: the calls that led to it, from the inside.
    """

    def __init__(self, source, node, by, parameter=None, chain=(), written=None):
        self.source, self.node, self.by, self.parameter, self.chain = source, node, by, parameter, chain
        self.written, self.axis, self.scope = written, None, None

    def record(self, say, **more):
        return dict(
            {"say": say, "by": self.by, "parameter": self.parameter, "of": self.axis},
            **place_of(self.source, self.node),
            written=place_of(*self.written) if self.written is not None else None,
            chain=[place_of(source, node) for source, node in self.chain],
            **more,
        )


def made(module):
    """(scope, call) of the constructor call that made a module, where the recorder saw it made; None otherwise."""
    known = _made.get(_place_of(module))
    if known is None or known[0]() is not module:
        return None
    scope = node = None
    for code, lasti in reversed(known[1]):
        source, span = source_of(code.co_filename), _position(code, lasti)
        if source is None or span is None:
            return None
        function = _function_named(source, code)
        call = None if scope is None or not isinstance(node, _ast.Call) else (scope, node, _implied(function, source))
        scope, node = Scope(source, function, None, call), source.node_at(span)
    if not isinstance(node, _ast.Call):
        return None
    found, maker = scope.live(node.func)
    if not found or not _within(_type_mro(type(maker)), type) or not _within(_type_mro(type(module)), maker):
        return None
    return scope, node


def _function_named(source, code):
    work = [source.tree]
    while work:
        node = work.pop()
        if isinstance(node, (_ast.FunctionDef, _ast.AsyncFunctionDef)) and node.name == code.co_name:
            if min([node.lineno] + [d.lineno for d in node.decorator_list]) == code.co_firstlineno:
                return node
        work.extend(_children_of(node))
    return source.tree


def _implied(function, source):
    """The parameters that a call binds by itself."""
    inside = isinstance(source.parents.get(id(function)), _ast.ClassDef)
    static = any([getattr(d, "id", None) == "staticmethod" for d in getattr(function, "decorator_list", ())])
    return 1 if inside and not static else 0


def made_by(module, by, parameter, holder=None):
    """The origin of a size that a module's constructor was given: its call, and where the number was written; of a part of a library's module the call that made that."""
    found = made(module)
    if found is None and holder is not None:
        found, parameter = made(holder), None
    if found is None:
        return None
    scope, node = found
    chain, outer = [], scope.call
    while outer is not None:
        chain.append((outer[0].source, outer[1]))
        outer = outer[0].call
    written = None
    if parameter in _PARAMETERS:
        argument = argument_of(node, _PARAMETERS[parameter], parameter)
        written = number_written(argument, scope) if argument is not None else None
        if written is not None and written[0] is scope.source and _holds(_span(node), _span(written[1])):
            written = None
    return Origin(scope.source, node, by, parameter, chain, written)


def argument_of(call, at, name):
    if any([isinstance(a, _ast.Starred) for a in call.args]):
        return None
    if at < len(call.args):
        return call.args[at]
    return next((k.value for k in call.keywords if k.arg == name), None)


def parameters_of(function):
    args = function.args
    return list(getattr(args, "posonlyargs", [])) + list(args.args)


def argument_for(scope, name):
    """(scope, expression) that a parameter was given; its default, where the call says nothing; None where that is not known."""
    function = scope.function
    if not isinstance(function, (_ast.FunctionDef, _ast.AsyncFunctionDef)) or scope.call is None:
        return None
    outer, call, implied = scope.call
    positional = [p.arg for p in parameters_of(function)]
    if name in positional:
        at = positional.index(name) - implied
        if at < 0:
            return None
        given = argument_of(call, at, name)
        if given is not None:
            return outer, given
        if any([isinstance(a, _ast.Starred) for a in call.args]) or any([k.arg is None for k in call.keywords]):
            return None
        default = positional.index(name) - len(positional) + len(function.args.defaults)
        return (Scope(scope.source, scope.source.tree), function.args.defaults[default]) if default >= 0 else None
    for parameter, default in zip(function.args.kwonlyargs, function.args.kw_defaults):
        if parameter.arg == name:
            given = next((k.value for k in call.keywords if k.arg == name), None)
            if given is not None:
                return outer, given
            return (Scope(scope.source, scope.source.tree), default) if default is not None else None
    return None


class Definition:
    """Where a name is bound. `value`: what it is bound to, `index`: the element of it; None for all of it."""

    def __init__(self, statement, value, index=None, kind="assign"):
        self.statement, self.value, self.index, self.kind = statement, value, index, kind


def definitions(function, name):
    found, work = [], list(function.body) if type(getattr(function, "body", None)) is list else []
    while work:
        node = work.pop()
        if isinstance(node, (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef, _ast.Lambda)):
            continue
        if isinstance(node, _ast.Assign):
            for target in node.targets:
                found.extend(_bound(node, target, node.value, name))
        elif isinstance(node, _ast.AnnAssign) and node.value is not None:
            found.extend(_bound(node, node.target, node.value, name))
        elif isinstance(node, _ast.AugAssign) and getattr(node.target, "id", None) == name:
            found.append(Definition(node, node.value, kind="augmented"))
        elif isinstance(node, _ast.NamedExpr) and node.target.id == name:
            found.append(Definition(node, node.value))
        elif isinstance(node, (_ast.For, _ast.AsyncFor)) and _binds(node.target, name):
            found.append(Definition(node, node.iter, kind="loop"))
        elif isinstance(node, (_ast.With, _ast.AsyncWith)):
            if any([item.optional_vars is not None and _binds(item.optional_vars, name) for item in node.items]):
                found.append(Definition(node, None, kind="with"))
        work.extend(_children_of(node))
    return sorted(found, key=lambda d: _span(d.statement)[:2])


def _bound(statement, target, value, name):
    if isinstance(target, _ast.Name):
        return [Definition(statement, value)] if target.id == name else []
    if isinstance(target, (_ast.Tuple, _ast.List)):
        for at, part in enumerate(target.elts):
            if isinstance(part, _ast.Name) and part.id == name:
                if isinstance(value, (_ast.Tuple, _ast.List)) and len(value.elts) == len(target.elts):
                    return [Definition(statement, value.elts[at])]
                return [Definition(statement, value, at)]
            if _binds(part, name):
                return [Definition(statement, None, kind="with")]
    return []


def _binds(target, name):
    return getattr(target, "id", None) == name or any([_binds(inner, name) for inner in _children_of(target)])


def reaching(scope, name, use):
    """
    The definitions that a use of a name may see, the most likely first: those before it that no later one on every path hides; in a loop also those behind it.
    Second, whether there is one that certainly was the last.
    """
    source = scope.source
    found = [d for d in definitions(scope.function, name) if _has_run(source, d)]
    begin = _span(use)[:2]
    before, after = [], []
    loops = _loops_around(source, use, scope.function)
    for definition in found:
        statement = definition.statement
        inside = _holds(_span(statement), _span(use)) and definition.kind != "loop"
        if not inside and (_span(statement)[:2] < begin):
            before.append(definition)
        elif any([_holds(_span(loop), _span(statement)) for loop in loops]):
            after.append(definition)
    possible = []
    for definition in reversed(before):
        possible.append(definition)
        if _dominates(source, definition.statement, use, scope.function) or _runs_in_loop(scope, definition, use):
            break
    return possible, after


def _has_run(source, definition):
    """Whether an assignment was ever come to the end of: of a call or operator something was seen then."""
    if definition.kind != "assign" or not isinstance(definition.statement, _ast.Assign):
        return True
    statement = definition.statement
    if len(statement.targets) != 1 or not isinstance(statement.targets[0], _ast.Name):
        return True
    return _was_seen(source, statement.value)


def _was_seen(source, node):
    """False for a call or operator that was never evaluated to its end."""
    if not isinstance(node, (_ast.Call, _ast.BinOp, _ast.Subscript)):
        return True
    return source.rows(_span(node), ("expression",)) is not None


def _loops_around(source, node, function):
    loops, node = [], source.parents.get(id(node))
    while node is not None and node is not function:
        if isinstance(node, (_ast.For, _ast.AsyncFor, _ast.While)):
            loops.append(node)
        node = source.parents.get(id(node))
    return loops


def _dominates(source, statement, use, function):
    """Whether the statement runs whenever the use does: its block is one of those around the use."""
    block = source.parents.get(id(statement))
    if isinstance(statement, (_ast.For, _ast.AsyncFor)):
        return _holds(_span(statement), _span(use))
    node, child = source.parents.get(id(use)), use
    while node is not None:
        if node is block:
            return any([_in(getattr(block, f, None), statement, child) for f in ("body", "orelse", "finalbody")])
        node, child = source.parents.get(id(node)), node
    return block is function


def _runs_in_loop(scope, definition, use):
    """Whether it stands in the body of a loop over modules, of which there are some, and the use behind the loop."""
    loop = scope.source.parents.get(id(definition.statement))
    if not isinstance(loop, _ast.For) or _holds(_span(loop), _span(use)):
        return False
    return bool(_looped_modules(scope, loop)) and _dominates(scope.source, loop.body[0], loop.body[0], scope.function)


def _looped_modules(scope, loop):
    """[(name, modules)] of the names of a loop that go through modules."""
    iterated, targets = [loop.iter], [loop.target]
    name = _callee_name(loop.iter) if isinstance(loop.iter, _ast.Call) else None
    pair = loop.target.elts if isinstance(loop.target, (_ast.Tuple, _ast.List)) else []
    if name in ("items", "values", "children", "named_children") and isinstance(loop.iter.func, _ast.Attribute):
        iterated, targets = [loop.iter.func.value], pair[1:] if name in ("items", "named_children") else targets
    elif name == "enumerate" and loop.iter.args:
        iterated, targets = [loop.iter.args[0]], pair[1:]
        if targets and isinstance(targets[0], (_ast.Tuple, _ast.List)) and isinstance(iterated[0], _ast.Call):
            iterated, targets = iterated[0].args, targets[0].elts
    elif name == "zip":
        iterated, targets = loop.iter.args, pair
    found = []
    for expression, target in zip(iterated, targets):
        has, holder = scope.live(expression)
        if not has or not isinstance(target, _ast.Name):
            continue
        parts = [part for _, part in _parts_of(holder)] if is_module(holder) and is_container(holder) else holder
        if type(parts) in (list, tuple) and parts and all([is_module(part) for part in parts]):
            found.append((target.id, list(parts)))
    return found


def _in(block, a, b):
    return type(block) is list and any([s is a for s in block]) and any([s is b for s in block])


def number_written(node, scope, steps=0):
    """(source, node) where a whole number that reached an expression is written; None where that is not certain."""
    if steps > MAX_STEPS or node is None:
        return None
    if isinstance(node, _ast.Constant):
        return (scope.source, node) if type(node.value) is int else None
    if isinstance(node, (_ast.BinOp, _ast.UnaryOp)):
        return scope.source, node
    if isinstance(node, _ast.Name):
        possible, after = reaching(scope, node.id, node)
        if len(possible) == 1 and not after and possible[0].kind == "assign" and possible[0].index is None:
            return number_written(possible[0].value, scope, steps + 1)
        if not possible and not after and isinstance(scope.function, (_ast.FunctionDef, _ast.AsyncFunctionDef)):
            given = argument_for(scope, node.id)
            if given is not None:
                return number_written(given[1], given[0], steps + 1)
            if scope.call is None and node.id in [p.arg for p in parameters_of(scope.function)]:
                return None
            outside = definitions(scope.source.tree, node.id)
            if len(outside) == 1 and outside[0].kind == "assign" and outside[0].index is None:
                return number_written(outside[0].value, Scope(scope.source, scope.source.tree), steps + 1)
        return None
    if isinstance(node, _ast.Attribute) and isinstance(node.value, _ast.Name) and node.value.id == "self":
        stored = attribute_stores(scope, node.attr)
        if len(stored) == 1 and stored[0][1] is not None:
            inner = Scope(scope.source, stored[0][0], None, scope.call if stored[0][0] is scope.function else None)
            return number_written(stored[0][1], inner, steps + 1)
    return None


def attribute_stores(scope, name, owner=None):
    """(function, value, statement) of each assignment to self.name in the class around a scope, or in that of another object."""
    source, kind = scope.source, None
    if scope.function is not None:
        kind = source.enclosing(scope.function, (_ast.ClassDef,))
    return stores_in(kind, name) if kind is not None else []


def stores_in(kind, name):
    found = []
    for function in kind.body:
        if isinstance(function, (_ast.Assign, _ast.AnnAssign)):
            for target in function.targets if isinstance(function, _ast.Assign) else [function.target]:
                if getattr(target, "id", None) == name and function.value is not None:
                    found.append((kind, function.value, function))
        if not isinstance(function, (_ast.FunctionDef, _ast.AsyncFunctionDef)):
            continue
        work = list(function.body)
        while work:
            node = work.pop()
            if isinstance(node, (_ast.Assign, _ast.AnnAssign)):
                for target in node.targets if isinstance(node, _ast.Assign) else [node.target]:
                    if isinstance(target, _ast.Attribute) and target.attr == name and _is_self(target.value, function):
                        found.append((function, node.value, node))
            elif isinstance(node, _ast.Call) and isinstance(node.func, _ast.Attribute) and len(node.args) > 1:
                if node.func.attr in ("register_buffer", "register_parameter", "add_module"):
                    if isinstance(node.args[0], _ast.Constant) and node.args[0].value == name:
                        found.append((function, node.args[1], node))
            work.extend(_children_of(node))
    return found


def _is_self(node, function):
    parameters = parameters_of(function)
    return isinstance(node, _ast.Name) and bool(parameters) and node.id == parameters[0].arg

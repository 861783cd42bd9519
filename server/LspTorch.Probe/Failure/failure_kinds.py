# ---------------------------------------------------------------- what went wrong, by kinds

_INPUTS = ("input", "query", "src", "x", "hx")


class Fault(OfPython):
    """`values`: (text, Desc) of the operands; `facts`: what is told besides, in order (docs/trace-format.md)."""

    def __init__(self, kind, value, steps):
        self.exception, self.message, self.steps = kind, _message(value) or "", steps
        self.kind, self.values, self.facts = "plain", [], []
        for at, step in enumerate(steps):
            step.index, step.steps = at, steps
            if step.scope is not None:
                step.scope.step = step
        self.at = [step for step in steps if step.source is not None][-1]
        self.scope, self.node, self.source = self.at.scope, self.at.node, self.at.source
        self.below = steps[self.at.index + 1 :]

    def explain(self):
        if self.node is None:
            self.unpacked()
            return
        self.values = self.operands()
        name = _type_name(self.exception)
        for explain in (
            self.missing_key if name == "KeyError" else None,
            self.arity if name == "TypeError" else None,
            self.of_none if name in ("TypeError", "AttributeError") else None,
            self.no_attribute if name.endswith("AttributeError") else None,
            self.of_layer,
            self.index if name == "IndexError" else None,
            self.operation,
            self.unlike_tags,
            self.unpacked,
        ):
            if explain is not None and explain():
                return

    # -- what is told

    def operands(self):
        node, found = self.node, []
        if isinstance(node, _ast.Call):
            if isinstance(node.func, _ast.Attribute):
                found.append(node.func.value)
            for argument in node.args:
                found.extend(argument.elts if isinstance(argument, (_ast.List, _ast.Tuple)) else [argument])
            found.extend([k.value for k in node.keywords if k.arg is not None])
        elif isinstance(node, _ast.BinOp):
            found = [node.left, node.right]
        elif isinstance(node, _ast.Compare):
            found = [node.left] + node.comparators
        elif isinstance(node, (_ast.Subscript, _ast.Attribute)):
            found = [node.value]
        values = []
        for operand in found:
            if isinstance(operand, _ast.Starred) or isinstance(operand, _ast.Constant):
                continue
            seen = self.scope.desc(operand)
            if seen is not None and (seen.is_tensor or seen.shape is not None or seen.type in ("None",)):
                values.append((self.source.text(operand), seen))
        return values

    def fact(self, say, origin=None, **more):
        record = {"say": say}
        if origin is not None:
            record = origin.record(say)
        self.facts.append(dict(record, **more))
        return True

    def comes(self, size, origin, **more):
        """Where a size comes from: said only where it is known."""
        if origin is not None:
            self.fact("size", origin, size=size, **more)

    def number_in_message(self, before):
        at = self.message.find(before)
        if at < 0:
            return None
        digits = ""
        for letter in self.message[at + len(before) :]:
            if not (letter.isdigit() or letter == "-" and not digits):
                break
            digits += letter
        return int(digits) if digits.lstrip("-") else None

    # -- layers

    def leaf(self):
        """The layer of torch that raised, and what it was given."""
        for step in reversed(self.below):
            owner = step.frame.f_locals.get("self")
            if not is_module(owner) or layer_of(owner) is None or is_container(owner):
                continue
            for name in _INPUTS:
                given = step.frame.f_locals.get(name)
                if type(given) is _Torch.tensor or type(given) is _Torch.parameter:
                    return step, owner, given
        return None

    def of_layer(self):
        found = self.leaf()
        if found is None:
            return False
        step, layer, given = found
        name, seen = layer_of(layer), desc_of(given)
        forwards = [s for s in self.below[: step.index - self.at.index] if s.code.co_name == "forward"]
        forwards = [s for s in forwards if s.frame.f_locals.get("self") is not layer]
        direct = not forwards and isinstance(self.node, _ast.Call)
        text, argument = self.layer_text(layer, forwards), self.node.args[0] if direct and self.node.args else None
        if not direct:
            self.values = [("input of " + text, seen)]
        trace = self.tracer(forwards, layer, argument)
        if self.layer_tags(name, layer, seen, text, argument):
            return True
        if name == "Embedding" and _type_name(self.exception) == "IndexError":
            self.kind = "index"
            self.fact(
                "indices", made_by(layer, text, "num_embeddings"), what=text, size=number_of(layer, "num_embeddings")
            )
            origin = object_from(argument, self.scope) if argument is not None else None
            if origin is not None and isinstance(origin.node, _ast.Call):
                self.fact("made", origin, what=self.source.text(argument))
            return True
        if name not in _LAYERS or _LAYERS[name][1] is None:
            return False
        return self.layer_sizes(name, layer, seen, text, trace)

    def layer_sizes(self, name, layer, seen, text, trace):
        behind, parameter, _ = _LAYERS[name]
        wanted = number_of(layer, parameter)
        rank = len(seen.shape)
        if name == "LayerNorm" and type(wanted) is tuple:
            if len(wanted) != 1:
                return False
            wanted = wanted[0]
        if behind > 0 and rank not in (behind + 1, behind + 2) or name == "BatchNorm2d" and rank != 4:
            self.kind = "rank"
            self.fact("rank", made_by(layer, text, None), what=text, size=behind + 2, against=rank)
            return True
        axis = 1 if behind < 0 else rank - 1 - behind
        if type(wanted) is not int or not 0 <= axis < rank or seen.shape[axis] == wanted:
            return False
        self.kind = "sizes"
        origin = made_by(layer, text, parameter)
        if not self.fact(
            "takes", origin, what=text, parameter=parameter, size=wanted, against=seen.shape[axis], axis=axis
        ):
            return False
        self.comes(seen.shape[axis], trace(axis, rank, seen.shape[axis], 0))
        return True

    def layer_tags(self, name, layer, seen, text, argument):
        found, weight = _attribute_of(layer, "weight")
        if not found or weight is None:
            found, weight = _attribute_of(layer, "weight_ih_l0")
        if not found or weight is None or type(weight) not in (_Torch.tensor, _Torch.parameter):
            return False
        own = desc_of(weight)
        if own is None or own.shape is None:
            return False
        if own.device != seen.device:
            self.kind = "device"
            self.fact("device", made_by(layer, text, None), what=text, dtype=own.device, dtype2=seen.device)
            return self.tag_origin(argument, seen.device, "device")
        integer = seen.dtype in ("int64", "int32")
        if name.startswith("Embedding") and not integer or not name.startswith("Embedding") and own.dtype != seen.dtype:
            self.kind = "dtype"
            wanted = "int64" if name.startswith("Embedding") else own.dtype
            self.fact("dtype", made_by(layer, text, None), what=text, dtype=wanted, dtype2=seen.dtype)
            return self.tag_origin(argument, seen.dtype, "dtype")
        return False

    def tag_origin(self, argument, wanted, tag):
        origin = tag_from(argument, self.scope, wanted, lambda d: getattr(d, tag)) if argument is not None else None
        if origin is not None:
            self.fact(tag + "-from", origin, dtype=wanted)
        return True

    def layer_text(self, layer, forwards):
        text = self.source.text(self.node.func) if isinstance(self.node, _ast.Call) else self.source.text(self.node)
        holders = [s.frame.f_locals.get("self") for s in forwards] + [layer]
        for holder, part in zip(holders, holders[1:]):
            name = next((n for n, p in _parts_of(holder) if p is part), None) if is_module(holder) else None
            if name is None:
                return _class_name(type(layer))
            text += "[%s]" % name if name.isdigit() else "." + name
        return text

    def tracer(self, forwards, layer, argument):
        if not forwards:
            if argument is None:
                return lambda axis, rank, size, steps: None
            return lambda axis, rank, size, steps: size_from(argument, self.scope, axis, rank, size, steps)
        found = through(self.at, forwards, layer) if isinstance(self.node, _ast.Call) else None
        return found or (lambda axis, rank, size, steps: None)

    # -- operators and functions

    def operation(self):
        node, name = self.node, None
        if isinstance(node, _ast.BinOp):
            name, operands = "@" if isinstance(node.op, _ast.MatMult) else "+", [node.left, node.right]
        elif isinstance(node, _ast.Compare) and len(node.comparators) == 1:
            name, operands = "+", [node.left, node.comparators[0]]
        elif isinstance(node, _ast.Call):
            name, of = _callee_name(node), _operand(node, self.scope)
            if name in ("cat", "concat", "stack") and isinstance(of, (_ast.List, _ast.Tuple)):
                return self.joined(name, of.elts)
            if name in ("view", "reshape") and of is not None:
                return self.viewed(of)
            operands = ([of] if of is not None else []) + list(_arguments(node, self.scope))
        else:
            statement = self.source.statement_at(self.at.line)
            if not isinstance(statement, _ast.AugAssign):
                return False
            name, operands = "+", [statement.target, statement.value]
        if len(operands) < 2:
            return False
        seen = [self.scope.desc(o) for o in operands[:2]]
        if any([d is None or not d.is_tensor for d in seen]):
            return False
        a, b = seen
        if a.device != b.device and a.shape and b.shape:
            return False
        if name in ("@", "matmul", "bmm", "mm") and len(a.shape) >= 2 and len(b.shape) >= 2:
            return self.product(operands, a, b)
        if name == "linear" and len(b.shape) == 2 and a.shape:
            return self.unlike(operands, a, b, len(a.shape) - 1, 1, "product")
        return self.broadcast(operands, a, b)

    def product(self, operands, a, b):
        if a.shape[-1] != b.shape[-2]:
            return self.unlike(operands, a, b, len(a.shape) - 1, len(b.shape) - 2, "product")
        return self.broadcast(operands, a, b, 2)

    def broadcast(self, operands, a, b, last=0):
        for back in range(1 + last, min(len(a.shape), len(b.shape)) + 1):
            x, y = a.shape[-back], b.shape[-back]
            if x != y and None not in (x, y) and x != 1 and y != 1:
                return self.unlike(operands, a, b, len(a.shape) - back, len(b.shape) - back, "broadcast")
        return False

    def unlike(self, operands, a, b, i, j, say):
        x, y = a.shape[i], b.shape[j]
        if x == y or x is None or y is None:
            return False
        self.kind = "sizes"
        texts = [self.source.text(o) for o in operands[:2]]
        self.values = [(texts[0], a), (texts[1], b)]
        self.fact(say, what=texts[0], other=texts[1], size=x, against=y, axis=i, axis2=j)
        self.comes(x, size_from(operands[0], self.scope, i, len(a.shape), x))
        self.comes(y, size_from(operands[1], self.scope, j, len(b.shape), y))
        return True

    def joined(self, name, parts):
        seen = [self.scope.desc(part) for part in parts]
        if len(parts) < 2 or any([d is None or not d.is_tensor for d in seen]):
            return False
        first, rank = seen[0], len(seen[0].shape)
        self.values = [(self.source.text(p), d) for p, d in zip(parts, seen)]
        at = 1 if isinstance(self.node.func, _ast.Attribute) else 0
        dim = _dimension(self.node, at, 0, rank) if name != "stack" else -1
        for part, other in zip(parts[1:], seen[1:]):
            if len(other.shape) != rank:
                self.kind = "rank"
                texts = self.source.text(parts[0]), self.source.text(part)
                self.fact("ranks", what=texts[0], other=texts[1], size=rank, against=len(other.shape))
                return True
            for axis in range(rank):
                x, y = first.shape[axis], other.shape[axis]
                if axis != dim and x != y and None not in (x, y) and dim is not None:
                    self.kind = "sizes"
                    texts = self.source.text(parts[0]), self.source.text(part)
                    self.fact("joined", what=texts[0], other=texts[1], size=x, against=y, axis=axis, axis2=dim)
                    self.comes(x, size_from(parts[0], self.scope, axis, rank, x))
                    self.comes(y, size_from(part, self.scope, axis, rank, y))
                    return True
        return False

    def viewed(self, of):
        seen = self.scope.desc(of)
        if seen is None or not seen.is_tensor or None in seen.shape:
            return False
        count = 1
        for size in seen.shape:
            count *= size
        if "size of" not in self.message and "is invalid" not in self.message:
            return False
        self.kind = "sizes"
        self.values = [(self.source.text(of), seen)]
        self.fact("elements", what=self.source.text(of), size=count)
        sizes = _arguments(self.node, self.scope)
        for expression in sizes[0].elts if len(sizes) == 1 and isinstance(sizes[0], (_ast.Tuple, _ast.List)) else sizes:
            written = number_written(expression, self.scope)
            found, value = self.scope.live(expression)
            if written is not None and written[1] is not expression and found and type(value) is int:
                origin = Origin(written[0], written[1], self.source.text(expression))
                self.fact("written", origin, what=self.source.text(expression), size=value)
        return True

    def unlike_tags(self):
        operands = [(t, d) for t, d in self.values if d.is_tensor]
        nodes = self.tensor_operands()
        for tag in ("device", "dtype"):
            found = sorted(set([getattr(d, tag) for _, d in operands if getattr(d, tag) is not None]))
            words = self.message.lower()
            said = "device" in words if tag == "device" else "dtype" in words or "type" in words
            if len(found) == 2 and said:
                self.kind = tag
                first, second = operands[0], next(
                    o for o in operands if getattr(o[1], tag) != getattr(operands[0][1], tag)
                )
                self.fact(
                    "unlike-" + tag,
                    what=first[0],
                    other=second[0],
                    dtype=getattr(first[1], tag),
                    dtype2=getattr(second[1], tag),
                )
                for text, desc in (first, second):
                    origin = tag_from(nodes.get(text), self.scope, getattr(desc, tag), lambda d: getattr(d, tag))
                    if origin is not None and origin.node is not self.node:
                        self.fact(tag + "-from", origin, dtype=getattr(desc, tag))
                return True
        return False

    def tensor_operands(self):
        node, nodes = self.node, {}
        work = list(_children_of(node))
        for inner in work:
            if isinstance(inner, (_ast.List, _ast.Tuple)):
                work.extend(inner.elts)
            elif isinstance(inner, _ast.Attribute) and isinstance(node, _ast.Call) and inner is node.func:
                work.append(inner.value)
            if isinstance(inner, _ast.expr):
                nodes.setdefault(self.source.text(inner), inner)
        return nodes

# ---------------------------------------------------------------- what a layer of torch.nn was given

_INPUTS = ("input", "query", "src", "x")
_RECURRENT = ("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell")


class Leaf:
    """
    The layer that raised. `forwards`: the frames of modules of libraries around it, from the outside; `text`: how the program says it; `argument`: the expression of its input, where the
    program calls it itself.
    """

    def __init__(self, fault, step, module, given):
        self.module, self.name, self.step, self.seen = module, layer_of(module), step, desc_of(given)
        frames = fault.below[: step.index - fault.at.index]
        self.forwards = [
            s for s in frames if s.code.co_name == "forward" and s.frame.f_locals.get("self") is not module
        ]
        self.is_called = not self.forwards and isinstance(fault.node, _ast.Call)
        self.argument = fault.node.args[0] if self.is_called and fault.node.args else None
        self.holder = self.forwards[-1].frame.f_locals.get("self") if self.forwards else None
        if not is_module(self.holder):
            self.holder = None
        self.text = self.path(fault)

    def path(self, fault):
        text = fault.source.text(fault.node.func if isinstance(fault.node, _ast.Call) else fault.node)
        holders = [s.frame.f_locals.get("self") for s in self.forwards] + [self.module]
        for holder, part in zip(holders, holders[1:]):
            name = next((n for n, p in _parts_of(holder) if p is part), None) if is_module(holder) else None
            if name is None:
                return _class_name(type(self.module))
            text += "[%s]" % name if name.isdigit() else "." + name
        return text

    def made(self, parameter=None):
        return made_by(self.module, self.text, parameter, self.holder)


class OfLayers:
    def of_layer(self):
        for step in reversed(self.below):
            owner = step.frame.f_locals.get("self")
            if not is_module(owner) or layer_of(owner) is None or is_container(owner):
                continue
            for name in _INPUTS:
                given = step.frame.f_locals.get(name)
                if type(given) is _Torch.tensor or type(given) is _Torch.parameter:
                    return self.explain_leaf(Leaf(self, step, owner, given))
        return False

    def explain_leaf(self, leaf):
        if leaf.seen is None or leaf.seen.shape is None:
            return False
        values = self.values
        given = self.scope.desc(leaf.argument) if leaf.argument is not None else None
        if not leaf.is_called or given is None or not given.is_tensor:
            self.values = [("input of " + leaf.text, leaf.seen)]
        explained = self.leaf_tags(leaf) or self.leaf_index(leaf) or self.leaf_sizes(leaf) or self.leaf_state(leaf)
        if not explained:
            self.values = values
        return explained

    def leaf_index(self, leaf):
        if leaf.name != "Embedding" or _type_name(self.exception) != "IndexError":
            return False
        self.kind = "index"
        self.fact("indices", leaf.made("num_embeddings"), what=leaf.text, size=number_of(leaf.module, "num_embeddings"))
        origin = object_from(leaf.argument, self.scope) if leaf.argument is not None else None
        if origin is not None and isinstance(origin.node, _ast.Call):
            self.fact("made", origin, what=self.source.text(leaf.argument))
        return True

    def leaf_sizes(self, leaf):
        if leaf.name not in _LAYERS or _LAYERS[leaf.name][1] is None:
            return False
        behind, parameter, _ = _LAYERS[leaf.name]
        wanted, shape = number_of(leaf.module, parameter), leaf.seen.shape
        rank = len(shape)
        if leaf.name == "LayerNorm" and type(wanted) is tuple:
            wanted = wanted[0] if len(wanted) == 1 else None
        if (
            behind > 0
            and rank not in (behind + 1, behind + 2)
            or leaf.name == "BatchNorm2d"
            and rank != 4
            or leaf.name in ("RNN", "LSTM", "GRU")
            and rank not in (2, 3)
        ):
            self.kind, behind = "rank", behind or 1
            self.fact("rank", leaf.made(), what=leaf.text, size=behind + 2, against=rank)
            self.assigned(leaf.argument)
            return True
        axis = 1 if behind < 0 else rank - 1 - behind
        if type(wanted) is not int or not 0 <= axis < rank or shape[axis] == wanted:
            return False
        self.kind, size = "sizes", shape[axis]
        self.fact(
            "takes", leaf.made(parameter), what=leaf.text, parameter=parameter, size=wanted, against=size, axis=axis
        )
        origin = None
        if leaf.argument is not None:
            origin = size_from(leaf.argument, self.scope, axis, rank, size)
        elif isinstance(self.node, _ast.Call):
            passage = through(self.at, leaf.forwards, leaf.module)
            origin = passage.size_from(axis, rank, size, 0) if passage is not None else None
        self.comes(size, origin)
        self.exchanged(leaf.argument, shape, axis, wanted, origin)
        return True

    def exchanged(self, node, shape, axis, wanted, origin):
        """Where another dimension has the size: the dimensions may be in another order."""
        other = [i for i, size in enumerate(shape) if size == wanted and i != axis and (i > 0 or len(shape) == 2)]
        if node is not None and len(other) == 1:
            self.fact("elsewhere", self.assignment(node), what=self.source.text(node), size=wanted, axis=other[0])
        elif origin is None and node is not None:
            self.assigned(node)

    def leaf_state(self, leaf):
        """The state of a recurrent layer."""
        if leaf.name not in _RECURRENT:
            return False
        if "Expected hidden" in self.message:
            return self.whole_state(leaf)
        wanted, hidden = number_of(leaf.module, "hidden_size"), self.state_of(leaf)
        given = self.node.args[1] if leaf.is_called and len(self.node.args) > 1 else None
        given = given.elts if isinstance(given, (_ast.Tuple, _ast.List)) else [given]
        for at, state in enumerate(hidden if type(hidden) is tuple else (hidden,)):
            seen = desc_of(state) if type(state) is _Torch.tensor else None
            if seen is None or not seen.shape or seen.shape[-1] == wanted:
                continue
            node = given[at] if at < len(given) else None
            text, rank = self.source.text(node) if node is not None else "state", len(seen.shape)
            self.kind, self.values = "sizes", [(text, seen)]
            self.fact(
                "takes",
                leaf.made("hidden_size"),
                what=leaf.text,
                parameter="hidden_size",
                size=wanted,
                against=seen.shape[-1],
                axis=rank - 1,
            )
            self.comes(
                seen.shape[-1],
                size_from(node, self.scope, rank - 1, rank, seen.shape[-1]) if node is not None else None,
            )
            return True
        return False

    def state_of(self, leaf):
        for step in reversed(self.below):
            for name in ("hx", "hidden"):
                if step.frame.f_locals.get("self") is leaf.module and step.frame.f_locals.get(name) is not None:
                    return step.frame.f_locals[name]
        return None

    def whole_state(self, leaf):
        """Of which the message tells the sizes that it should have."""
        begin = self.message.find("(")
        wanted = self.message[begin + 1 : self.message.find(")", begin)].split(",")
        hidden = self.state_of(leaf)
        given = self.node.args[1] if leaf.is_called and len(self.node.args) > 1 else None
        nodes = given.elts if isinstance(given, (_ast.Tuple, _ast.List)) else [given]
        for at, state in enumerate(hidden if type(hidden) is tuple else (hidden,)):
            seen = desc_of(state) if type(state) is _Torch.tensor else None
            if seen is None or len(seen.shape) != len(wanted) or not all([w.strip().isdigit() for w in wanted]):
                continue
            axis = next((i for i, w in enumerate(wanted) if int(w) != seen.shape[i]), None)
            node = nodes[at] if at < len(nodes) else None
            if axis is None or node is None:
                continue
            text = self.source.text(node)
            self.kind, self.values = "sizes", [(text, seen)]
            self.fact(
                "state", leaf.made(), what=leaf.text, signature="[" + ", ".join([w.strip() for w in wanted]) + "]"
            )
            self.comes(seen.shape[axis], size_from(node, self.scope, axis, len(wanted), seen.shape[axis]))
            return True
        return False

    def leaf_tags(self, leaf):
        found, weight = _attribute_of(leaf.module, "weight")
        if not found or weight is None:
            found, weight = _attribute_of(leaf.module, "weight_ih_l0")
        own = desc_of(weight) if found and type(weight) in (_Torch.tensor, _Torch.parameter) else None
        if own is None or own.shape is None:
            return False
        if own.device != leaf.seen.device:
            self.kind = "device"
            self.fact("device", leaf.made(), what=leaf.text, dtype=own.device, dtype2=leaf.seen.device)
            return self.tag_origin(leaf, leaf.seen.device, "device")
        embeds, dtype = leaf.name.startswith("Embedding"), leaf.seen.dtype
        if dtype not in ("int64", "int32") if embeds else own.dtype != dtype:
            self.kind = "dtype"
            self.fact("dtype", leaf.made(), what=leaf.text, dtype="int64" if embeds else own.dtype, dtype2=dtype)
            return self.tag_origin(leaf, dtype, "dtype")
        return False

    def tag_origin(self, leaf, wanted, tag):
        argument, scope = leaf.argument, self.scope
        if argument is None and isinstance(self.node, _ast.Call):
            passage = through(self.at, leaf.forwards, leaf.module)
            if passage is not None and passage.argument is not None:
                scope, argument = passage.argument
        origin = tag_from(argument, scope, wanted, lambda d: getattr(d, tag)) if argument is not None else None
        if origin is not None:
            self.fact(tag + "-from", origin, dtype=wanted)
        return True

"""Asks torch.export about the code that repairs for it write (ExportBlocks.cs): python export_blocks.py EXPORTBLOCKS.CS, with a torch that has
torch.compiler.is_exporting. Each recurrent layer, in every form, packed and not, exported from one length and compared with eager on three: values,
shapes and strides. Prints what differs and a count.
"""
import re
import sys
import textwrap

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

AUTO = torch.export.Dim.AUTO
KEY = torch._C.DispatchKey.CompositeImplicitAutograd


def blocks(path):
    """What the code of the engine's defines."""
    names = {"torch": torch}
    with open(path) as stream:
        for code in re.findall(r'const string \w+ = """\n(.*?)\n +""";', stream.read(), re.S):
            exec(textwrap.dedent(code).replace("'''", '"""'), names)
    return names


class Plain(nn.Module):
    def __init__(self, rnn, names):
        super().__init__()
        self.rnn, self.names = rnn, names

    def forward(self, x, lengths):
        with self.names["AnyLength"]():
            y, states = self.rnn(x)
        # A view of memory that is not laid out as torch.export was told fails when it runs.
        return y.contiguous().view(y.size(0), y.size(1), -1), states[0] if isinstance(states, tuple) else states


class Packed(Plain):
    def forward(self, x, lengths):
        if torch.compiler.is_exporting():
            y, states = self.names["run_padded"](self.rnn, x, lengths)
        else:
            first = self.rnn.batch_first
            y, states = self.rnn(pack_padded_sequence(x, lengths, batch_first=first, enforce_sorted=False))
            y, _ = pad_packed_sequence(y, batch_first=first)
        return y.contiguous(), states[0] if isinstance(states, tuple) else states


def difference(net, batch_first, grad):
    def given(steps):
        x = torch.randn(3, steps, 4)
        return x if batch_first else x.transpose(0, 1).contiguous(), torch.tensor([steps - 2, steps, 1])

    with torch.set_grad_enabled(grad):
        shapes = {"x": {1 if batch_first else 0: AUTO}, "lengths": None}
        program = torch.export.export(net, given(9), dynamic_shapes=shapes, strict=False).module()
        for steps in (9, 5, 14):
            inputs = given(steps)
            for wanted, got in zip(net(*inputs), program(*inputs)):
                if wanted.shape != got.shape or wanted.stride() != got.stride():
                    return "other shapes or strides at %d steps" % steps
                if not torch.allclose(wanted, got, atol=1e-5):
                    return "other values at %d steps" % steps
    return None


def main(path):
    names, asked, wrong = blocks(path), 0, 0
    kernels = [getattr(torch.ops.aten, name).input.py_kernels[KEY] for name in ("lstm", "gru", "rnn_tanh", "rnn_relu")]
    forms = [(nn.LSTM, {}), (nn.LSTM, {"proj_size": 3}), (nn.GRU, {}), (nn.GRU, {"bias": False})]
    forms += [(nn.RNN, {}), (nn.RNN, {"nonlinearity": "relu"})]
    for kind, more in forms:
        for layers in (1, 2):
            for both in (False, True):
                for first in (False, True):
                    for net_kind in (Plain, Packed):
                        torch.manual_seed(0)
                        rnn = kind(4, 5, layers, bidirectional=both, batch_first=first, **more)
                        asked += 1
                        try:
                            found = difference(net_kind(rnn, names).eval(), first, grad=layers == 1)
                        except Exception as error:
                            found = str(error).strip().split("\n")[0][:200]
                        if found is not None:
                            wrong += 1
                            print(kind.__name__, more, "layers", layers, both, first, net_kind.__name__, found)
    after = [getattr(torch.ops.aten, name).input.py_kernels[KEY] for name in ("lstm", "gru", "rnn_tanh", "rnn_relu")]
    print(
        "torch %s: %d layers asked, %d differ; kernels restored: %s"
        % (torch.__version__, asked, wrong, kernels == after)
    )
    sys.exit(1 if wrong or kernels != after else 0)


if __name__ == "__main__":
    main(sys.argv[1])

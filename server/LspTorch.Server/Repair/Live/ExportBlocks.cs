using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>Code of the engine's that a file gets once, behind its imports.</summary>
internal static class ExportBlocks
{
    public const string AnyLength = """
        class AnyLength:
            '''Around a call of an LSTM, GRU or RNN: torch.export keeps the layer as one operator, for every length.'''

            def __enter__(self):
                self.kernels = []
                if torch.compiler.is_exporting():
                    key = torch._C.DispatchKey.CompositeImplicitAutograd
                    for name in ("lstm", "gru", "rnn_tanh", "rnn_relu"):
                        operator = getattr(torch.ops.aten, name).input
                        self.kernels.append((operator, operator.py_kernels[key]))
                        self.replace(operator, self.shapes)

            def __exit__(self, *error):
                for operator, kernel in self.kernels:
                    self.replace(operator, kernel)

            @staticmethod
            def replace(operator, kernel):
                operator.py_kernels[torch._C.DispatchKey.CompositeImplicitAutograd] = kernel
                operator._dispatch_cache.clear()

            @staticmethod
            def shapes(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first):
                '''Tensors of the shapes that the operator gives; only while torch.export traces.'''
                states = hx if isinstance(hx, (list, tuple)) else [hx]
                width = states[0].size(-1) * (2 if bidirectional else 1)
                steps, batch = (input.size(1), input.size(0)) if batch_first else (input.size(0), input.size(1))
                output = input.new_empty([steps, batch, width])
                output = output.transpose(0, 1) if batch_first else output
                return (output, *[state.new_empty(state.size()) for state in states])
        """;

    public const string RunPadded = """
        def run_padded(layer, x, lengths, states=None):
            '''What layer gives for x packed with these lengths, on the padded tensor; of an LSTM's states only the first.'''
            x = x if layer.batch_first else x.transpose(0, 1)
            lengths = torch.as_tensor(lengths, device=x.device)
            steps = torch.arange(x.size(1), device=x.device)
            valid = steps < lengths[:, None]
            last = (lengths - 1)[:, None, None]
            # Forth and back: each sequence turned round, with its padding left behind it.
            turned = torch.where(valid, last[..., 0] - steps, steps)[..., None]
            lstm = layer.mode == "LSTM"
            run = getattr(torch, layer.mode.lower())
            parts = states if lstm or states is None else [states]
            ends = []
            for number in range(layer.num_layers):
                outputs = []
                for back in range(2 if layer.bidirectional else 1):
                    given = x.gather(1, turned.expand(-1, -1, x.size(2))) if back else x
                    at = len(ends)
                    if parts is None:
                        widths = [layer.proj_size or layer.hidden_size, layer.hidden_size][: 2 if lstm else 1]
                        begin = [x.new_zeros(1, x.size(0), width) for width in widths]
                    else:
                        begin = [part[at : at + 1] for part in parts]
                    with AnyLength():
                        y = run(
                            given,
                            begin if lstm else begin[0],
                            list(layer.all_weights[at]),
                            layer.bias,
                            1,
                            0.0,
                            layer.training,
                            False,
                            True,
                        )[0]
                    ends.append(y.gather(1, last.expand(-1, 1, y.size(2)))[:, 0])
                    outputs.append(y.gather(1, turned.expand(-1, -1, y.size(2))) if back else y)
                x = torch.cat(outputs, -1)
                if number < layer.num_layers - 1:
                    x = torch.nn.functional.dropout(x, layer.dropout, layer.training)
            x = x * valid[..., None]
            end = torch.stack(ends)
            return x if layer.batch_first else x.transpose(0, 1), (end, None) if lstm else end
        """;

    public const string Cut = """
        def cut(x, axis, end):
            '''The part of x before end on an axis, copied: what torch.export makes of it holds for every size.'''
            return x.index_select(axis, torch.arange(torch.sym_min(end, x.size(axis)), device=x.device))
        """;

    /// <summary>The edit that brings these definitions and the imports they need; none where the file has them.</summary>
    public static ImmutableArray<TextEdit> Define(
        FileSnapshot file,
        params IEnumerable<(string Name, string Code)> parts
    )
    {
        string end = file.Text.DominantLineBreak,
            torch = TorchNames.Member(file, "", out var import),
            text = "";
        foreach (var (name, code) in parts)
        {
            if (file.Tree.Root.Body.Any(s => s is ClassDef c && c.Name == name || s is FunctionDef f && f.Name == name))
                continue;
            string written = code.ReplaceLineEndings("\n")
                .Replace("torch.", torch, StringComparison.Ordinal)
                .Replace("'''", "\"\"\"", StringComparison.Ordinal);
            text += string.Join(end, ["", "", .. written.Split('\n'), ""]);
        }
        return text.Length == 0
            ? []
            : [TextEdit.Insert(Blocks.OffsetBehindImports(file), (import?.NewText ?? "") + text)];
    }
}

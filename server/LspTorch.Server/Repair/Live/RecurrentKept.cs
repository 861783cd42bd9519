using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// An LSTM, GRU or RNN, which torch.export unrolls over the time steps of the example: called where the operator only
/// tells the shapes of its outputs. The program keeps the operator.
/// </summary>
/// <param name="Statement">The first line of the statement that calls the layer.</param>
internal sealed record RecurrentKept(string Path, string Statement)
    : LiveRepair(
        Path,
        "export-recurrent",
        $"Let torch.export keep the recurrent layer of '{Statement}' for every length"
    )
{
    private const string Name = "AnyLength";

    private const string Code = """
        class AnyLength:
            '''Around a call of an LSTM, GRU or RNN: torch.export keeps the layer as one operator, for sequences of every length.'''

            def __enter__(self):
                self.kernels = []
                if torch.compiler.is_exporting():
                    for name in ("lstm", "gru", "rnn_tanh", "rnn_relu"):
                        operator = getattr(torch.ops.aten, name).input
                        self.kernels.append((operator, operator.py_kernels[torch._C.DispatchKey.CompositeImplicitAutograd]))
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
                output = input.new_empty([input.size(0), input.size(1), width])
                return (output, *[state.new_empty(state.size()) for state in states])
        """;

    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        var edits = ExportStatement
            .Of(file, Statement)
            .Take(1)
            .SelectMany(s => CodeLines.Wrapped(file, [s], [$"with {Name}():"], []))
            .ToImmutableArray();
        return edits.IsEmpty
            ? []
            : [.. edits, .. ExportBlocks.Define(file, Name, Code.Replace("'''", "\"\"\"", StringComparison.Ordinal))];
    }
}

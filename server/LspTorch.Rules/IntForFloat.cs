using System.Collections.Frozen;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Refactorings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>
/// A module of torch is made with an int where its forward hands a float on: the compiler refuses that inside torch.nn.
/// </summary>
public sealed class IntForFloat : Rule
{
    /// <summary>
    /// Parameters of which an int makes torch.jit.script refuse the module, with their positions: asked of torch 1.13,
    /// 2.6 and 2.14, which answer alike.
    /// </summary>
    private static readonly FrozenDictionary<string, (string Name, int Position)[]> floats = Table(
        """
        AlphaDropout p 0; BatchNorm1d eps 1 momentum 2; BatchNorm2d eps 1 momentum 2; BatchNorm3d eps 1 momentum 2;
        CELU alpha 0; ConstantPad1d value 1; ConstantPad2d value 1; ConstantPad3d value 1; CosineEmbeddingLoss margin 0;
        CosineSimilarity eps 1; CrossEntropyLoss label_smoothing 5; Dropout p 0; Dropout1d p 0; Dropout2d p 0;
        Dropout3d p 0; ELU alpha 0; Embedding max_norm 3 norm_type 4; EmbeddingBag max_norm 2 norm_type 3;
        FeatureAlphaDropout p 0; GroupNorm eps 2; Hardtanh min_val 0 max_val 1; HingeEmbeddingLoss margin 0;
        HuberLoss delta 1; InstanceNorm1d eps 1 momentum 2; InstanceNorm2d eps 1 momentum 2;
        InstanceNorm3d eps 1 momentum 2; LayerNorm eps 1; LeakyReLU negative_slope 0;
        LocalResponseNorm alpha 1 beta 2 k 3; MarginRankingLoss margin 0; MultiMarginLoss margin 1;
        MultiheadAttention dropout 2; PairwiseDistance p 0 eps 1; PoissonNLLLoss eps 3; RReLU lower 0 upper 1;
        SmoothL1Loss beta 3; Threshold threshold 0 value 1; Transformer dropout 5 layer_norm_eps 9;
        TransformerDecoderLayer dropout 3 layer_norm_eps 5; TransformerEncoderLayer dropout 3 layer_norm_eps 5;
        TripletMarginLoss margin 0 p 1 eps 2
        """
    );

    public override string Id => "int-for-float";
    public override Severity DefaultSeverity => Severity.Warning;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        if (!context.Compiled.Bodies.Any(b => b.Class is not null))
            return;
        CheckCalls(context);
        var compiled = context.Compiled.Bodies.Select(b => b.Def).ToHashSet();
        foreach (var call in file.Tree.Root.Find<Call>())
        {
            if (
                call.Func is not (Name or Attribute)
                || file.Model.ResolveName(call.Func) is not { } name
                || !name.StartsWith("torch.nn.", StringComparison.Ordinal)
                || !floats.TryGetValue(name[(name.LastIndexOf('.') + 1)..], out var parameters)
                || name["torch.nn.".Length..].Contains('.')
                || call.FirstAncestor<FunctionDef>() is { } function && compiled.Contains(function)
            )
                continue;
            foreach (var (parameter, position) in parameters)
                if (
                    (CallArguments.Given(call, position, parameter) ?? CallArguments.Given(call, null, parameter))
                        is { } given
                    && AsFloat(file, given) is { } fix
                )
                    context.Report(
                        new Finding(
                            Id,
                            DefaultSeverity,
                            given.Span,
                            $"'{parameter}' of '{file.Text[call.Func.Span]}' is an int here, and the compiled forward "
                                + "wants a float: torch.jit.script refuses it, at a line inside torch.",
                            null,
                            fix
                        )
                    );
        }
    }

    /// <summary>A literal, or a parameter of the function around it whose default is an int.</summary>
    private static Fix? AsFloat(FileSnapshot file, Expr given)
    {
        if (
            given
            is Constant { Kind: ConstantKind.Int }
                or UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Kind: ConstantKind.Int } }
        )
            return FloatLiteral.Edits(file, given) is { } edits
                ? new Fix(FloatLiteral.Title(file, given), FixSafety.Suggested, [.. edits])
                : null;
        bool isInt =
            given is Name name
                && name.FirstAncestor<FunctionDef>() is { } function
                && function.Args.All().FirstOrDefault(a => a.Name == name.Id)
                    is { Default: Constant { Kind: ConstantKind.Int } }
                && !NameFlow.Writes(function.Body).Contains(name.Id)
            || given is Name or Attribute && ConstructedTypes.Of(file).TypeOfMade(given) == TorchType.Int;
        return isInt ? Converted(file, given) : null;
    }

    private static Fix Converted(FileSnapshot file, Expr given) =>
        new(
            $"Write 'float({file.Text[given.Span]})'",
            FixSafety.Suggested,
            [TextEdit.Insert(given.Start, "float("), TextEdit.Insert(given.End, ")")]
        );

    /// <summary>Attributes that hold an int where a function that is compiled with a float is given them.</summary>
    private void CheckCalls(RuleContext context)
    {
        var file = context.File;
        foreach (var call in context.Compiled.Live<Call>())
        foreach (var given in call.Node.Args.Concat(call.Node.Keywords.Select(k => k.Value)))
            if (
                given is Attribute
                && file.Model.TypeOf(given).IsUnknown
                && ConstructedTypes.Of(file).TypeOfMade(given) == TorchType.Int
                && FormalOf(file, call.Node, given) is { } formal
            )
                context.Report(
                    this,
                    DefaultSeverity,
                    given.Span,
                    $"'{file.Text[given.Span]}' holds an int where this file makes an instance, and '{formal}' of "
                        + $"'{file.Text[call.Node.Func.Span]}' is a float: torch.jit.script refuses it.",
                    call.Body,
                    Converted(file, given)
                );
    }

    /// <summary>The name of the parameter, where it surely is a float.</summary>
    private static string? FormalOf(FileSnapshot file, Call call, Expr given)
    {
        if (file.Model.ResolveSymbol(call.Func) is not { } callee)
            return null;
        if (callee.Function is { } function)
            return
                ReferenceEquals(callee.Owner, file.Model)
                && function.Parent is Module
                && CallArguments.Bind(function, call, skipFirst: false) is { } bound
                && bound.FirstOrDefault(b => ReferenceEquals(b.Value, given)).Parameter is { } parameter
                && file.Model.DeclaredTypeOf(parameter) == TorchType.Float
                ? parameter.Name
                : null;
        if (
            callee.DottedName is not { } name
            || file.Model.Tables.Function(name) is not FunctionEntry { Schemas: [var schema] }
            || call.Args.Any(a => a is Starred)
        )
            return null;
        int position = call.Args.ToList().IndexOf(given);
        var formal =
            position >= 0 && position < schema.Arguments.Length ? schema.Arguments[position]
            : given.Parent is Keyword { Name: { } keyword } ? schema.Arguments.FirstOrDefault(a => a.Name == keyword)
            : null;
        return formal is not null && formal.Type == TorchType.Float ? formal.Name : null;
    }

    private static FrozenDictionary<string, (string, int)[]> Table(string text)
    {
        var table = new Dictionary<string, (string, int)[]>();
        foreach (
            string entry in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        )
        {
            var words = entry.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            table[words[0]] =
            [
                .. words
                    .Skip(1)
                    .Chunk(2)
                    .Select(w => (w[0], int.Parse(w[1], System.Globalization.CultureInfo.InvariantCulture))),
            ];
        }
        return table.ToFrozenDictionary();
    }
}

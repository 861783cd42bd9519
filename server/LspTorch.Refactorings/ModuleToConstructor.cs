using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// A module that a method makes anew at each call is made once, in <c>__init__</c>. Only of classes of which every
/// instance made with the same arguments computes the same, in training mode or not: nothing is learned, counted or
/// drawn. What they save (windows, filter banks) stays out of the state_dict, where it was not before.
/// </summary>
internal static class ModuleToConstructor
{
    private static readonly HashSet<string> ofTorch =
    [
        .. """
            ReLU ReLU6 LeakyReLU ELU CELU SELU GELU SiLU Mish Sigmoid Tanh Softplus Softsign Softshrink
            Hardshrink Hardtanh Hardsigmoid Hardswish LogSigmoid Tanhshrink Threshold GLU Softmax LogSoftmax
            Softmin Softmax2d Identity Flatten Unflatten Fold Unfold PixelShuffle PixelUnshuffle Upsample
            UpsamplingNearest2d MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d AdaptiveAvgPool1d
            AdaptiveAvgPool2d AdaptiveMaxPool1d AdaptiveMaxPool2d LPPool1d LPPool2d ConstantPad1d ConstantPad2d
            ReflectionPad1d ReflectionPad2d ReplicationPad1d ReplicationPad2d ZeroPad2d CosineSimilarity
            PairwiseDistance L1Loss MSELoss SmoothL1Loss HuberLoss CrossEntropyLoss NLLLoss BCELoss
            BCEWithLogitsLoss KLDivLoss CTCLoss
            """.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries),
    ];

    /// <summary>Transforms of torchaudio; true where they hold buffers.</summary>
    private static readonly Dictionary<string, bool> ofTorchaudio = new()
    {
        ["Spectrogram"] = true,
        ["InverseSpectrogram"] = true,
        ["MelSpectrogram"] = true,
        ["MelScale"] = true,
        ["MFCC"] = true,
        ["LFCC"] = true,
        ["Resample"] = true,
        ["SpectralCentroid"] = true,
        ["AmplitudeToDB"] = false,
        ["MuLawEncoding"] = false,
        ["MuLawDecoding"] = false,
        ["ComputeDeltas"] = false,
        ["SlidingWindowCmn"] = false,
        ["Fade"] = false,
        ["Vol"] = false,
    };

    public static Fix? Of(FileSnapshot file, Call made, ClassDef? owner)
    {
        if (
            owner is null
            || HoldsBuffers(file, made) is not { } buffers
            || made.FirstAncestor<FunctionDef>() is not { Name: not "__init__" } function
            || !ReferenceEquals(function.Parent, owner)
            || function.Args.All().FirstOrDefault()?.Name is not { } self
            || function.Decorators.Any(d => d is Name { Id: "staticmethod" or "classmethod" })
        )
            return null;
        var type = file.Model.ClassOf(owner);
        if (
            !type.IsModule
            || !type.Methods.TryGetValue("__init__", out var constructor)
            || constructor.Args.All().FirstOrDefault()?.Name is not { } newSelf
            || constructor.Body[^1] is Return or Raise
            || !made.Args.Concat(made.Keywords.Select(k => k.Value)).All(a => IsFixed(file, type, a, self))
        )
            return null;
        string name = ((made.Func as Attribute)?.Name ?? (made.Func as Name)?.Id ?? "part");
        var edits = new List<TextEdit>();
        if (made.Parent is Assign { Targets: [Name variable], TypeComment: null } assign)
        {
            if (Uses(function, assign, variable.Id) is not { } uses)
                return null;
            name = AttributeName(file, type, variable.Id);
            edits.Add(WholeLines(file.Text, assign) is { } lines ? TextEdit.Delete(lines) : new(assign.Span, "pass"));
            edits.AddRange(uses.Select(u => new TextEdit(u.Span, $"{self}.{name}")));
        }
        else if (made.Parent is Call outer && ReferenceEquals(outer.Func, made))
        {
            name = AttributeName(file, type, BaseMethodUnderOwnName.Snake(name));
            edits.Add(new TextEdit(made.Span, $"{self}.{name}"));
        }
        else
            return null;
        return new Fix(
            $"Make '{name}' in __init__",
            FixSafety.Suggested,
            [.. edits, Made(file.Text, constructor, newSelf, name, Written(file.Text, made, self, newSelf), buffers)]
        );
    }

    /// <summary>Whether instances have buffers; null where the class is none of those that may be made once.</summary>
    private static bool? HoldsBuffers(FileSnapshot file, Call made)
    {
        if (file.Model.ResolveName(made.Func) is not { } name)
            return null;
        string last = name[(name.LastIndexOf('.') + 1)..];
        if (name.StartsWith("torch.nn.", StringComparison.Ordinal))
            return ofTorch.Contains(last) ? false : null;
        return
            name.StartsWith("torchaudio.transforms.", StringComparison.Ordinal)
            && ofTorchaudio.TryGetValue(last, out bool buffers)
            ? buffers
            : null;
    }

    /// <summary>The same value at each call, and at the end of the constructor.</summary>
    private static bool IsFixed(FileSnapshot file, ClassModel type, Expr value, string self) =>
        value switch
        {
            Constant => true,
            UnaryOp { Operand: var operand } => IsFixed(file, type, operand, self),
            BinOp { Left: var left, Right: var right } => IsFixed(file, type, left, self)
                && IsFixed(file, type, right, self),
            TupleExpr { Elements: var elements } => elements.All(e => IsFixed(file, type, e, self)),
            Attribute { Value: Name { Id: var of }, Name: var name } when of == self => type.FindAttribute(name)
                is { IsSetInConstructor: true, Always: true } attribute
                && attribute.Assignments.All(a => a.FirstAncestor<FunctionDef>() is { Name: "__init__" }),
            Attribute or Name => file.Model.ResolveName(value) is { } dotted
                && dotted.StartsWith("torch.", StringComparison.Ordinal),
            _ => false,
        };

    /// <summary>
    /// The reads of a variable that only this assignment stores, all behind it; null where there are others.
    /// </summary>
    private static List<Name>? Uses(FunctionDef function, Assign made, string name)
    {
        var all = function.Body.SelectMany(s => s.Find<Name>()).Where(n => n.Id == name).ToList();
        var reads = all.Where(n => n.Start > made.End).ToList();
        return
            all.Count == reads.Count + 1
            && reads.All(n =>
                n.Context == ExprContext.Load && ReferenceEquals(n.FirstAncestor<FunctionDef>(), function)
            )
            ? reads
            : null;
    }

    private static string AttributeName(FileSnapshot file, ClassModel type, string wanted) =>
        type.FindAttribute(wanted) is null && type.FindMethod(wanted) is null && wanted is not ("training" or "forward")
            ? wanted
            : UniqueNames.For(file, wanted);

    private static TextSpan? WholeLines(SourceText text, Stmt statement) =>
        Indentation.StartsItsLine(text, statement.Start)
        && Indentation.EndsItsLine(text, statement.End)
        && Blocks.Containing(statement) is { Count: > 1 }
            ? TextSpan.FromBounds(
                text.LineStart(text.LineOf(statement.Start)),
                text.LineEndWithBreak(text.LineOf(statement.End))
            )
            : null;

    private static string Written(SourceText text, Call made, string self, string newSelf)
    {
        string written = text[made.Span];
        foreach (var name in made.Find<Name>().Where(n => n.Id == self).Reverse())
            written = written[..(name.Start - made.Start)] + newSelf + written[(name.End - made.Start)..];
        return written;
    }

    private static TextEdit Made(
        SourceText text,
        FunctionDef constructor,
        string self,
        string name,
        string written,
        bool buffers
    )
    {
        int line = text.LineOf(constructor.Body[^1].End);
        string end = text.DominantLineBreak,
            unit = Indentation.Unit(text, constructor),
            indent = Indentation.OfFunction(text, constructor) + unit;
        string code = $"{indent}{self}.{name} = {written}{end}";
        if (buffers)
            code +=
                $"{indent}for part in {self}.{name}.modules():  # not in the state_dict, as before{end}"
                + $"{indent}{unit}part._non_persistent_buffers_set.update(part._buffers){end}";
        bool broken = text.LineEndWithBreak(line) > text.LineEnd(line);
        return TextEdit.Insert(text.LineEndWithBreak(line), (broken ? "" : end) + code);
    }
}

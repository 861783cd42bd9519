using System.Collections.Immutable;
using System.Globalization;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// A part chosen by a number that is no literal (<c>self.convs[i - 1](x)</c>, <c>getattr(self, "conv%d" % i)(x)</c>):
/// a method goes through the parts, which the compiler writes out one by one, and calls the one that is meant.
/// </summary>
/// <param name="Parts">The names of parts, where they are attributes: conv1, conv2.</param>
internal sealed record PartCalled(string Path, string Class, IReadOnlyList<string> Parts)
    : LiveRepair(
        Path,
        "module-list-indexed-by-variable",
        $"Call the parts that {Class} chooses by a number in methods that the compiler can unroll"
    )
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (ClassOf(file, Class) is not { Body: [.., var last] } type)
            return [];
        var calls = Nodes<Call>
            .In(type)
            .Select(c => (Call: c, Chosen: ChoiceOf(file, c)))
            .Where(c => c.Chosen is not null && CanPass(c.Call))
            // The outermost alone: edits do not overlap.
            .Where(c => !c.Call.Ancestors().OfType<Call>().Any(o => ChoiceOf(file, o) is not null))
            .ToList();
        if (calls.Count == 0)
            return [];
        var edits = new List<TextEdit>();
        var methods = new List<string>();
        var taken = new HashSet<string>();
        var needed = new List<NeededImport>();
        foreach (var group in calls.GroupBy(FormOf))
        {
            string callee = group.First().Chosen?.Callee ?? "";
            string name = UniqueNames.For(file, $"call_{StemOf(callee)}");
            while (!taken.Add(name))
                name += "_";
            methods.Add(Method(file, name, callee, group.First().Call, needed));
            foreach (var (call, chosen) in group)
            {
                if (chosen is not { } one)
                    continue;
                var arguments = call
                    .Args.Select(a => file.Text[a.Span])
                    .Concat(call.Keywords.Select(k => file.Text[k.Value.Span]))
                    .Prepend(file.Text[one.Index.Span]);
                edits.Add(new TextEdit(call.Span, $"self.{name}({string.Join(", ", arguments)})"));
            }
        }
        var text = file.Text;
        string indent = text.IndentationOf(text.LineOf(type.Body[0].Start)),
            unit = indent.Contains('\t') ? "\t" : "    ",
            end = text.DominantLineBreak;
        int line = text.LineOf(last.End);
        bool broken = text.LineEndWithBreak(line) > text.LineEnd(line);
        string code = string.Concat(
            methods
                .SelectMany(m => m.Split('\n').Prepend(""))
                .Select(l => l.Length == 0 ? end : indent + l.Replace("\t", unit, StringComparison.Ordinal) + end)
        );
        edits.Add(TextEdit.Insert(text.LineEndWithBreak(line), (broken ? "" : end) + code));
        edits.AddRange(AnnotationWriter.ImportEdits(file.Model, needed));
        return [.. edits];
    }

    /// <summary>Calls of one form share a method.</summary>
    private static string FormOf((Call Call, (string Callee, Expr Index)? Chosen) one) =>
        string.Join(',', one.Call.Keywords.Select(k => k.Name).Prepend($"{one.Chosen?.Callee}{one.Call.Args.Count}"));

    private static string StemOf(string callee) =>
        callee.Contains('"', StringComparison.Ordinal) ? callee.Split('"')[1] : callee["self.".Length..^1];

    private string Method(FileSnapshot file, string name, string callee, Call call, List<NeededImport> needed)
    {
        var parameters = new List<string> { "index: int" };
        var passed = new List<string>();
        foreach (
            var (argument, keyword) in call
                .Args.Select(a => (a, ""))
                .Concat(call.Keywords.Select(k => (k.Value, k.Name ?? "")))
        )
        {
            string parameter = keyword.Length > 0 ? keyword : $"x{(passed.Count == 0 ? "" : passed.Count + 1)}";
            passed.Add(keyword.Length > 0 ? $"{keyword}={keyword}" : parameter);
            var type = file.Model.TypeOf(argument);
            if (type != TorchType.Tensor && AnnotationWriter.Write(file.Model, type) is { } written)
            {
                needed.AddRange(written.Imports);
                parameter += ": " + written.Text;
            }
            parameters.Add(parameter);
        }
        string arguments = string.Join(", ", passed);
        string head = $"def {name}(self, {string.Join(", ", parameters)}):\n";
        if (callee.EndsWith('['))
            return head
                + $"\tfor place, part in enumerate({callee[..^1]}):\n"
                + $"\t\tif index == place or index == place - len({callee[..^1]}):\n"
                + $"\t\t\treturn part({arguments})\n"
                + "\traise IndexError(\"index out of range\")";
        string stem = StemOf(callee);
        return head
            + string.Concat(
                Parts
                    .Select(p => (Part: p, Number: NumberOf(p, stem)))
                    .Where(p => p.Number is not null)
                    .OrderBy(p => p.Number)
                    .Select(p => $"\tif index == {p.Number}:\n\t\treturn self.{p.Part}({arguments})\n")
            )
            + $"\traise AttributeError(\"{stem}\")";
    }

    private static int? NumberOf(string part, string stem) =>
        part.StartsWith(stem, StringComparison.Ordinal)
        && int.TryParse(part[stem.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;

    private static bool CanPass(Call call) =>
        !call.Args.Any(a => a is Starred) && call.Keywords.All(k => k.Name is not null);

    /// <summary>What a call chooses by a number; null where it chooses nothing so.</summary>
    public static (string Callee, Expr Index)? ChoiceOf(FileSnapshot file, Call call) =>
        call.Func switch
        {
            Subscript
            {
                Value: Attribute { Value: Syntax.Name { Id: "self" } } list,
                Index: not (Constant or Slice) and var index
            } when index is not UnaryOp { Operand: Constant } => ($"self.{list.Name}[", index),
            Call { Func: Syntax.Name { Id: "getattr" }, Args: [Syntax.Name { Id: "self" }, var name] } => Composed(
                file,
                name
            )
                is var (stem, number)
                ? ($"getattr(self,\"{stem}", number)
                : null,
            _ => null,
        };

    /// <summary>A text with a number at its end: "conv%d" % i, "conv" + str(i), f"conv{i}", "conv{}".format(i).</summary>
    private static (string Stem, Expr Number)? Composed(FileSnapshot file, Expr name) =>
        name switch
        {
            BinOp { Op: BinaryOperator.Mod, Left: Constant { Value: string text } } b
                when text.EndsWith("%d", StringComparison.Ordinal) || text.EndsWith("%s", StringComparison.Ordinal) =>
                Of(text[..^2], b.Right is TupleExpr { Elements: [var one] } ? one : b.Right),
            BinOp
            {
                Op: BinaryOperator.Add,
                Left: Constant { Value: string text },
                Right: Call { Func: Syntax.Name { Id: "str" }, Args: [var i] }
            } => Of(text, i),
            Call { Func: Attribute { Name: "format", Value: Constant { Value: string text } }, Args: [var i] }
                when text.EndsWith("{}", StringComparison.Ordinal) => Of(text[..^2], i),
            JoinedStr { Values: [Constant { Value: string text }, FormattedValue { FormatSpec: null } i] } => Of(
                text,
                i.Value
            ),
            _ => null,
        };

    private static (string, Expr)? Of(string stem, Expr number) =>
        stem.Length > 0 && stem.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? (stem, number) : null;
}

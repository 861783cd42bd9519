using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>reversed() knows tensors only; a module container has no reverse iteration in TorchScript.</summary>
public sealed class ReversedModuleList : Rule
{
    public override string Id => "reversed-module-list";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var model = context.File.Model;
        foreach (var node in context.Compiled.Live<Call>())
        {
            if (
                node.Node is not { Args: [var sequence], Keywords.Count: 0 } call
                || call.Func is not Name { Id: "reversed" }
            )
                continue;
            if (
                model.ResolveName(call.Func) != "builtins.reversed"
                || model.TypeOf(sequence) is not ModuleContainerType container
            )
                continue;
            string shown = context.File.Text[sequence.Span];
            context.Report(
                this,
                node.Severity,
                call.Span,
                $"'reversed({shown})' reverses a {container.Kind}, which TorchScript cannot: visit the modules "
                    + "by position, or keep a second, reversed list.",
                node.Body,
                Fixes(context.File, call, sequence, node.Body)
            );
        }
    }

    private static IEnumerable<Fix> Fixes(FileSnapshot file, Call call, Expr sequence, CompiledBody body)
    {
        if (ByPosition(file, call, sequence) is { } inner)
            yield return inner;
        if (SecondList(file, call, sequence, body) is { } second)
            yield return second;
    }

    /// <summary>
    /// Counts down in an outer loop and picks the module in an inner, unrolled one: same order, no new entry in
    /// state_dict. The bodies' variables
    /// must exist before, as the inner 'if' is a branch to the compiler.
    /// </summary>
    private static Fix? ByPosition(FileSnapshot file, Call call, Expr sequence)
    {
        if (
            call.Parent is not For { Target: Name element } loop
            || !ReferenceEquals(loop.Iter, call)
            || loop.OrElse.Count > 0
            || loop.Body.Count == 0
        )
            return null;
        // The inner loop leaves the last module behind in the variable, and a nested scope may see it.
        if (
            Jumps(loop.Body)
            || OtherScopes.AreIn(loop.Body, generators: true)
            || loop.FirstAncestor<FunctionDef>() is not { } function
        )
            return null;
        var text = file.Text;
        int first = text.LineOf(MovedPiece.StartOf(loop.Body[0])),
            last = text.LineOf(loop.Body[^1].End),
            header = text.LineOf(loop.Start);
        if (first == header || HasLongString(text, loop))
            return null;
        // What the body assigns must have been assigned before on every way, with its type.
        var flow = new NameFlow(function);
        if (Blocks.Containing(loop) is not { } block)
            return null;
        int index = 0;
        while (!ReferenceEquals(block[index], loop))
            index++;
        if (flow.IsLiveAfter(element.Id, block, index))
            return null;
        var before = new HashSet<string>(function.Args.All().Select(p => p.Name));
        if (block == function.Body)
            before.UnionWith(flow.DefinitelyAssigned(block.Take(index)));
        foreach (string name in NameFlow.Writes(loop.Body))
            if (!before.Contains(name) && flow.IsLiveAfter(name, block, index))
                return null;
        // Behind the loop the element is the first module, behind the inner loop that is written it would be the last.
        if (flow.IsLiveAfter(element.Id, block, index))
            return null;

        string indent = text.IndentationOf(header),
            bodyIndent = text.IndentationOf(first);
        if (bodyIndent.Length <= indent.Length || !bodyIndent.StartsWith(indent, StringComparison.Ordinal))
            return null;
        string unit = bodyIndent[indent.Length..],
            end = text.DominantLineBreak;
        string position = UniqueNames.For(file, "position"),
            index2 = UniqueNames.For(file, "index");
        string container = text[sequence.Span];
        var edits = new List<TextEdit>
        {
            new(
                TextSpan.FromBounds(loop.Start, text.LineStart(first)),
                $"for {position} in range(len({container}) - 1, -1, -1):{end}{indent}{unit}for {index2}, "
                    + $"{element.Id} in enumerate({container}):{end}"
                    + $"{indent}{unit}{unit}if {index2} == {position}:{end}"
            ),
        };
        for (int line = first; line <= last; line++)
            if (text.LineEnd(line) > text.LineStart(line))
                edits.Add(TextEdit.Insert(text.LineStart(line), unit + unit));
        if (text.Text[loop.Iter.ParenthesizedSpan.End..text.LineEnd(header)].Contains('#'))
            return null;
        // The first body line's insertion would touch the header's edit.
        edits[0] = edits[0] with
        {
            NewText = edits[0].NewText + unit + unit,
        };
        edits.RemoveAll(e => e.Span.IsEmpty && e.Span.Start == text.LineStart(first));
        // One edit: what stands inside moves to the right with it, so that no other fix may write there at the same
        // time.
        var span = TextSpan.FromBounds(loop.Start, text.LineEnd(last));
        string changed = text.WithEdits([.. edits]).Text;
        return new Fix(
            $"Visit {container} by position, from the last",
            FixSafety.Safe,
            [new TextEdit(span, changed[span.Start..(changed.Length - (text.Text.Length - span.End))])]
        );
    }

    /// <summary>
    /// A reversed list made in the constructor; its weights appear a second time in state_dict, so look first.
    /// </summary>
    private static Fix? SecondList(FileSnapshot file, Call call, Expr sequence, CompiledBody body)
    {
        if (sequence is not Attribute { Value: Name { Id: "self" } } attribute || body.Class is not { } owner)
            return null;
        var init = owner.Body.OfType<FunctionDef>().FirstOrDefault(f => f.Name == "__init__");
        var (assignment, made) = (init?.Body.OfType<Assign>() ?? [])
            .SelectMany(a => AssignedValues.Of(a), (a, stored) => (Statement: a, stored.Target, stored.Value))
            .Where(s => s.Target is Attribute { Value: Name { Id: "self" } } target && target.Name == attribute.Name)
            .Select(s => (s.Statement, s.Value))
            .LastOrDefault();
        if (made is not Call make || file.Model.ResolveName(make.Func) != "torch.nn.ModuleList")
            return null;
        string name = UniqueNames.For(file, attribute.Name + "_reversed");
        int line = file.Text.LineOf(assignment.End);
        string indent = file.Text.IndentationOf(file.Text.LineOf(assignment.Start));
        var insert = TextEdit.Insert(
            file.Text.LineEnd(line),
            $"{file.Text.DominantLineBreak}{indent}self.{name} = "
                + $"{file.Text[make.Func.Span]}(reversed(self.{attribute.Name}))"
        );
        return Fix.Changing(
            $"Make 'self.{name}' in __init__",
            "its weights appear twice in state_dict",
            [insert, new TextEdit(call.Span, $"self.{name}")]
        );
    }

    private static bool Jumps(NodeList<Stmt> block)
    {
        foreach (var statement in block)
        {
            if (statement is Break or Continue or Return)
                return true;
            if (statement is not (For or While or FunctionDef or ClassDef) && Blocks.Of(statement).Any(Jumps))
                return true;
        }
        return false;
    }

    private static bool HasLongString(SourceText text, For loop)
    {
        string body = text[TextSpan.FromBounds(loop.Body[0].Start, loop.Body[^1].End)];
        return body.Contains("\"\"\"", StringComparison.Ordinal) || body.Contains("'''", StringComparison.Ordinal);
    }
}

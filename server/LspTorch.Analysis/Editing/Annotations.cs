using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Editing;

/// <summary>
/// Fixes that write one annotation, with the imports it needs; null where the type cannot be written.
/// </summary>
internal static class Annotations
{
    public static Fix? OfParameter(FileSnapshot file, Arg parameter, TorchType type, string note, FixSafety safety)
    {
        if (AnnotationWriter.Write(file.Model, type, parameter.Start) is not { } written)
            return null;
        return new Fix(
            $"Annotate '{parameter.Name}: {written.Text}'{note}",
            safety,
            [.. ParameterEdits(file, parameter, written), .. AnnotationWriter.ImportEdits(file.Model, written.Imports)]
        );
    }

    /// <summary>
    /// Safe where the compiler refuses nothing in the function, and no compiled call of it, that it did not refuse
    /// before. It may: where a Tensor is wanted, where
    /// the parameter meets another one without its type yet, or where one call gives another type.
    /// </summary>
    public static FixSafety SafetyOf(CompiledCode code, CompiledBody body, Arg parameter, TorchType type)
    {
        var model = code.Model;
        // Where it returns another type then, its callers would see that.
        bool isSeen =
            model.AnalysisIf(body.Def, parameter, type).Returns != model.ReturnTypeOf(body.Def)
            && code.CallsTo(body.Def).Any();
        return
            isSeen
            || BringsProblem(model, body.Def, parameter, type)
            || ACallGivesAnother(code, body.Def, parameter, type)
            ? FixSafety.Suggested
            : FixSafety.Safe;
    }

    /// <summary>
    /// Whether the compiler would refuse something in the function that it does not refuse now, if the parameter had
    /// this type.
    /// </summary>
    public static bool BringsProblem(SemanticModel model, FunctionDef function, Arg parameter, TorchType type)
    {
        var before = model.ProblemsOf(function);
        return model
            .AnalysisIf(function, parameter, type)
            .Problems.Any(problem =>
                problem is not (TensorConversion or IgnoredCall)
                && !before.Any(b => ReferenceEquals(b.At, problem.At) && b.Kind == problem.Kind)
            );
    }

    /// <summary>
    /// Whether a compiled call of this file passes something for the parameter that is not of the type, or may not be.
    /// </summary>
    public static bool ACallGivesAnother(CompiledCode code, FunctionDef function, Arg parameter, TorchType type)
    {
        foreach (var call in code.CallsTo(function))
        {
            if (Editing.CallArguments.Bind(function, call, skipFirst: function.Parent is ClassDef) is not { } given)
                continue;
            if (given.FirstOrDefault(g => ReferenceEquals(g.Parameter, parameter)).Value is not { } argument)
                continue;
            var passed = code.Model.TypeOf(argument);
            // Of a tuple with an unknown part nobody can say that it fits.
            if (passed.HasUnknown ? argument is TupleExpr : !passed.IsSubtypeOf(type))
                return true;
        }
        return false;
    }

    /// <summary>
    /// The type put in, in place of one that is there; with blanks around '=' as annotated defaults are written.
    /// </summary>
    public static IEnumerable<TextEdit> ParameterEdits(FileSnapshot file, Arg parameter, WrittenAnnotation written)
    {
        if (parameter.Annotation is { } old)
        {
            yield return new TextEdit(old.ParenthesizedSpan, written.Text);
            yield break;
        }
        int end = parameter.NameSpan.End;
        if (parameter.Default is { } value && file.Text.Text[end..value.ParenthesizedSpan.Start] == "=")
            yield return new TextEdit(TextSpan.FromBounds(end, value.ParenthesizedSpan.Start), $": {written.Text} = ");
        else
            yield return TextEdit.Insert(end, $": {written.Text}");
    }

    /// <summary>
    /// Annotates a variable where it is assigned. An assignment of several targets, which cannot be annotated, is
    /// written as one for each; null where that would change an order that matters.
    /// </summary>
    public static Fix? OfVariable(FileSnapshot file, Name target, TorchType type, string note, FixSafety safety)
    {
        if (AnnotationWriter.Write(file.Model, type) is not { } written)
            return null;
        string title = $"Annotate '{target.Id}: {written.Text}'{note}";
        if (target.Parent is not (TupleExpr or ListExpr or Starred or Assign { Targets.Count: > 1 }))
            return new Fix(title, safety, AnnotationWriter.Annotate(file.Model, target.End, ": ", written));
        return SplitAssignment.Annotated(file, target, written.Text) is { } split
            ? new Fix(title, safety, [split, .. AnnotationWriter.ImportEdits(file.Model, written.Imports)])
            : null;
    }

    public static Fix? OfReturn(FileSnapshot file, FunctionDef function, TorchType type, string note, FixSafety safety)
    {
        if (AnnotationWriter.Write(file.Model, type, function.Start) is not { } written)
            return null;
        return new Fix(
            $"Annotate '{function.Name}(...) -> {written.Text}'{note}",
            safety,
            AnnotationWriter.Annotate(file.Model, function.ParametersEnd, " -> ", written)
        );
    }

    /// <summary>Declares an attribute at class level, the only place where the compiler looks for its type.</summary>
    public static Fix? OfAttribute(
        FileSnapshot file,
        ClassDef owner,
        string name,
        TorchType type,
        string note,
        FixSafety safety
    )
    {
        // What decorates or makes the class may give its annotations a meaning, as dataclass does.
        if (
            owner.Body.Count == 0
            || owner.Decorators.Count > 0
            || owner.Keywords.Count > 0
            || AnnotationWriter.Write(file.Model, type, owner.Start) is not { } written
        )
            return null;
        var first = Blocks.IsDocstring(owner.Body[0]) && owner.Body.Count > 1 ? owner.Body[1] : owner.Body[0];
        if (Blocks.IsDocstring(first))
            return null;
        int line = file.Text.LineOf(Editing.MovedPiece.StartOf(first));
        if (line == file.Text.LineOf(owner.Start))
            return null;
        string indent = file.Text.IndentationOf(line);
        string gap = first is AnnAssign or Assign ? "" : file.Text.DominantLineBreak;
        var edit = TextEdit.Insert(
            file.Text.LineStart(line),
            $"{indent}{name}: {written.Text}{file.Text.DominantLineBreak}{gap}"
        );
        return new Fix(
            $"Annotate '{name}: {written.Text}' in '{owner.Name}'{note}",
            safety,
            [edit, .. AnnotationWriter.ImportEdits(file.Model, written.Imports)]
        );
    }
}

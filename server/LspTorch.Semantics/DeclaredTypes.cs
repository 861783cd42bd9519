using System.Collections.Concurrent;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>The types that the functions of one file declare, in annotations and type comments.</summary>
internal sealed class DeclaredTypes(SemanticModel model)
{
    private readonly ConcurrentDictionary<FunctionDef, FunctionTypeComment?> typeComments = new();
    private bool? hasTypeComments;

    /// <summary>
    /// The parameter's type from its annotation or type comment; null where it has none, Unknown where it is not
    /// TorchScript.
    /// </summary>
    public TorchType? OfParameter(Arg parameter)
    {
        if (parameter.Parent?.Parent is FunctionDef function && CommentOf(function) is { } comment)
        {
            var parameters = function.Args.All().ToArray();
            int first = SemanticModel.IsMethod(function) ? 1 : 0,
                index = Array.IndexOf(parameters, parameter) - first;
            if (index < 0)
                return null;
            return comment.Fault is null && comment.Parameters.Length == parameters.Length - first
                ? model.Annotations.ReadComment(comment.Parameters[index])
                : TorchType.Unknown;
        }
        return parameter.Annotation is { } annotation ? model.Annotations.Read(annotation) : null;
    }

    /// <summary>
    /// The return type from the annotation or type comment; null where there is none, Unknown where it is not
    /// TorchScript.
    /// </summary>
    public TorchType? OfReturn(FunctionDef function) =>
        CommentOf(function) is { } comment
            ? comment.Fault is not null
                ? TorchType.Unknown
                : comment.Returns is { } type
                    ? model.Annotations.ReadComment(type)
                    : null
            : function.Returns is { } returns
                ? model.Annotations.Read(returns)
                : null;

    /// <summary>
    /// The type comment that counts for the compiler: it comes before annotations. Of what it leaves to Python only
    /// where that has none.
    /// </summary>
    public FunctionTypeComment? CommentOf(FunctionDef function)
    {
        if (!(hasTypeComments ??= FunctionTypeComment.AreIn(model.File.Text)))
            return null;
        _ = function.Body; // noted each time: the comment may stand in it
        var comment = typeComments.GetOrAdd(
            function,
            static (node, text) => FunctionTypeComment.Of(text, node),
            model.File.Text
        );
        bool annotated = function.Returns is not null || function.Args.All().Any(a => a.Annotation is not null);
        return comment is null || annotated && JitDecorators.IsIgnoredOrUnused(model, function) ? null : comment;
    }
}

using System.Collections.Immutable;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Rules;

/// <summary>Module containers are unrolled at compile time, so an index must be a literal there.</summary>
public sealed class ModuleListIndexedByVariable : Rule
{
    private static readonly TorchVersion literals = new(1, 5);

    /// <summary>
    /// The releases from which a variable of interface type takes the module (pytorch/pytorch #45716 and #53410).
    /// </summary>
    private static readonly TorchVersion interfaceOfDict = new(1, 8),
        interfaceOfList = new(1, 9);

    public override string Id => "module-list-indexed-by-variable";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var file = context.File;
        var model = file.Model;
        var lengths = new ContainerLengths(file);
        var loopsSeen = new HashSet<Node>();
        var placesSeen = new HashSet<TextSpan>();
        foreach (var node in context.Compiled.Live<Subscript>())
        {
            var subscript = node.Node;
            if (model.TypeOf(subscript.Value) is not ModuleContainerType container || subscript.Index is Slice)
                continue;
            if (
                IsAnnotatedWithInterface(subscript)
                && file.Options.Torch
                    >= (container.Kind == ModuleContainerKind.ModuleDict ? interfaceOfDict : interfaceOfList)
            )
                continue;
            string what = container.Kind.ToString();
            string shown = file.Text[subscript.Span];
            if (IsLiteral(model, subscript.Index, container.Kind, file.Options.Torch, out bool constant))
            {
                if (file.Options.Torch >= literals || constant)
                    continue;
                context.Report(
                    this,
                    node.Severity,
                    subscript.Span,
                    $"'{shown}' indexes a {what}; torch {file.Options.Torch} cannot index module containers at "
                        + "all: loop over it, or keep the module in an attribute of its own.",
                    node.Body
                );
                continue;
            }
            var fixes = new List<Fix>();
            if (ContainerLoop.Of(file, lengths, subscript) is { } rewriting)
            {
                if (loopsSeen.Add(rewriting.Loop))
                    fixes.Add(rewriting.Fix);
            }
            else if (
                ModuleSearch.Of(file, lengths, subscript, container.Kind) is { } search
                && placesSeen.Add(search.Span)
            )
                fixes.Add(search.Fix);
            string key = container.Kind == ModuleContainerKind.ModuleDict ? "key" : "variable";
            context.Report(
                this,
                node.Severity,
                subscript.Span,
                $"'{shown}' indexes a {what} with a {key}; torch {file.Options.Torch} unrolls module containers "
                    + "and needs a literal: loop over it instead.",
                node.Body,
                fixes
            );
        }
    }

    /// <summary><c>m: Interface = self.layers[i]</c> is the one way to index with a variable.</summary>
    private static bool IsAnnotatedWithInterface(Subscript subscript) =>
        subscript.Parent is AnnAssign assign && ReferenceEquals(assign.Value, subscript);

    private static bool IsLiteral(
        SemanticModel model,
        Expr index,
        ModuleContainerKind kind,
        TorchVersion version,
        out bool uncertain
    )
    {
        uncertain = false;
        switch (index)
        {
            case Constant { Kind: ConstantKind.Int or ConstantKind.Str }:
                return true;
            case UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Kind: ConstantKind.Int } }:
                return true;
            // A constant attribute is a literal to the compiler.
            case Attribute { Value: Name { Id: "self" } } attribute:
                uncertain = model.EnclosingClass(index)?.FindAttribute(attribute.Name) is not { IsConstant: false };
                return uncertain;
            default:
                return false;
        }
    }
}

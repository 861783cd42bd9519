using System.Diagnostics;
using LspTorch.Findings;
using LspTorch.Problems;
using LspTorch.TorchScript;

namespace LspTorch.Rules;

/// <summary>An index that the value does not take.</summary>
public sealed class BadIndex : RefusalRule<IndexProblem>
{
    public override string Id => "bad-index";

    protected override string MessageOf(IndexProblem problem) =>
        problem switch
        {
            ElementAugmented(_, var element, var container, var isSlice) =>
                "TorchScript supports augmented assignment only to single elements of a Tensor, list or dictionary, and "
                    + $"'{element}' is {(isSlice ? "a slice of" : "an element of")} {TypeWords.Of(container)}: "
                    + (isSlice ? "change its elements in a loop." : "make a list, or a new tuple."),
            ModulesSlicedByAttribute(_, var value, var name) =>
                $"TorchScript slices modules by constants only, and '{value}' is read when the code runs: "
                    + $"name '{name}' in '__constants__', or loop with enumerate and a test.",
            SlicedModuleIndexed(_, var value) =>
                $"'{value}' comes from a slice of modules, which TorchScript makes a tuple of objects: "
                    + "it cannot be indexed.",
            SeveralIndices(_, var value, var type) =>
                $"Only a Tensor takes several indices, and '{value}' is {TypeWords.Of(type)}: use one "
                    + $"index at a time, as in '{value}[i][j]'.",
            ValueIndexed(_, { Type: UnionType } type) =>
                $"A value of type {type} cannot be indexed: test its type with isinstance first.",
            ValueIndexed(_, var type) => $"A value of type {type} cannot be indexed.",
            EllipsisIndex(_, var value, var type) =>
                $"Only an index of a Tensor can have '...', and '{value}' is {TypeWords.Of(type)}.",
            IndexTypeDiffers(_, { Type: DictType dict }, var index) =>
                $"The keys of this dictionary are {dict.Key}, but got {index}.",
            IndexTypeDiffers(_, { Type: ListType }, var index) => $"A list is indexed with an int, but got {index}.",
            IndexTypeDiffers(_, { Type: PrimitiveType }, var index) =>
                $"A str is indexed with an int, but got {index}.",
            IndexTypeDiffers(_, _, var index) => $"A tuple is indexed with an int, but got {index}.",
            TupleSlicedByValue(_, var bound) =>
                $"A tuple is sliced by literals in TorchScript, and '{bound}' is not one: make a list of "
                    + "it, or write the elements out.",
            TupleIndexOutOfRange(_, var length, var index) =>
                $"The tuple has {length} elements: index {index} is out of range.",
            TupleIndexedByVariable(_, var type) =>
                $"{type} has elements of different types: only a literal can index it.",
            IndexBehindEllipsis => "TorchScript cannot index with a Tensor or list after '...': write ':' for each "
                + "dimension, or call index_select.",
            TensorIndexDiffers(_, _, { } assumed) =>
                $"A Tensor cannot be indexed with a str: '{assumed}' has no annotation, so TorchScript "
                    + "takes it for a Tensor; annotate it Dict[str, ...].",
            TensorIndexDiffers(_, var index, _) when index.Type == TorchType.Str =>
                "A Tensor cannot be indexed with a str.",
            TensorIndexDiffers(_, var index, _) =>
                $"A Tensor cannot be indexed with {TypeWords.Of(index)}: ints, slices, None, lists and Tensors can.",
            SliceBoundDiffers(_, var container, var bound) =>
                $"{TypeWords.Capital(TypeWords.Of(container))} is sliced with ints, but got "
                    + $"{TypeWords.Of(bound)}{(bound.Type == TorchType.Float ? ": divide with '//', or write 'int(...)'" : "")}.",
            StoreToSlice(_, { Type: ListType }) =>
                "TorchScript cannot store to a slice of a list: store the elements one by one, or build a new list.",
            StoreToSlice(_, var container) => $"TorchScript cannot store to a part of {TypeWords.Of(container)}.",
            StoreToElement(_, var container) when TypeRelations.TupleElements(container.Type) is not null =>
                "The elements of a tuple cannot be set: make a list, or a new tuple.",
            StoreToElement(_, var container) => $"The elements of {TypeWords.Of(container)} cannot be set.",
            SliceDeleted(_, var value) =>
                $"TorchScript deletes one element at a time, and '{value}' is a slice: build a new list "
                    + "of the elements to keep.",
            ElementDeleted(_, var container) =>
                $"Nothing can be deleted from {TypeWords.Of(container)} in TorchScript.",
            _ => throw new UnreachableException(),
        };
}

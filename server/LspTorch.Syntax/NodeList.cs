using System.Collections;
using System.Runtime.CompilerServices;

namespace LspTorch.Syntax;

/// <summary>
/// The parts of a node that are a list: an array that nobody changes. Trees are walked so often that calls through an
/// interface would be
/// seen in every analysis; where a method wants an interface it is boxed.
/// </summary>
[CollectionBuilder(typeof(NodeList), nameof(NodeList.Create))]
public readonly struct NodeList<T> : IReadOnlyList<T>, IEquatable<NodeList<T>>
{
    private readonly T[]? items;

    internal NodeList(T[] items) => this.items = items;

    public int Count => items is null ? 0 : items.Length;

    public T this[int index] => items![index];

    public ReadOnlySpan<T> AsSpan() => items;

    public Enumerator GetEnumerator() => new(items);

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)(items ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<T>)this).GetEnumerator();

    /// <summary>The same list, not one with equal elements.</summary>
    public bool Equals(NodeList<T> other) => ReferenceEquals(items, other.items);

    public override bool Equals(object? other) => other is NodeList<T> list && Equals(list);

    public override int GetHashCode() => items is null ? 0 : RuntimeHelpers.GetHashCode(items);

    public static bool operator ==(NodeList<T> left, NodeList<T> right) => left.Equals(right);

    public static bool operator !=(NodeList<T> left, NodeList<T> right) => !left.Equals(right);

    public static implicit operator NodeList<T>(T[] items) => new(items);

    public struct Enumerator
    {
        private readonly T[] items;
        private int index = -1;

        internal Enumerator(T[]? items) => this.items = items ?? [];

        public bool MoveNext() => ++index < items.Length;

        public readonly T Current => items[index];
    }
}

public static class NodeList
{
    public static NodeList<T> Create<T>(ReadOnlySpan<T> items) =>
        items.IsEmpty ? default : new NodeList<T>(items.ToArray());
}

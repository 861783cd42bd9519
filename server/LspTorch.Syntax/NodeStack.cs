namespace LspTorch.Syntax;

/// <summary>
/// Collects the elements of nested lists without a list object for each: push, then take all above a mark as an array
/// of the
/// right size.
/// </summary>
internal sealed class NodeStack<T>
{
    private T[] items = new T[32];

    public int Count { get; private set; }

    public void Push(T item)
    {
        if (Count == items.Length)
            Array.Resize(ref items, Count * 2);
        items[Count++] = item;
    }

    public T this[int index] => items[index];

    public T[] Take(int mark)
    {
        int length = Count - mark;
        if (length == 0)
            return [];
        var taken = items.AsSpan(mark, length).ToArray();
        Array.Clear(items, mark, length);
        Count = mark;
        return taken;
    }
}

namespace LspTorch.Syntax;

/// <summary>One string object for each identifier of a file, found without allocating.</summary>
internal sealed class NameTable
{
    private string?[] slots = new string?[1024];
    private int used;

    public string Intern(ReadOnlySpan<char> word)
    {
        uint hash = (uint)word.Length;
        bool ascii = true;
        foreach (char c in word)
        {
            hash = (hash ^ c) * 0x01000193;
            ascii &= c < 128;
        }
        hash ^= hash >> 15;
        int mask = slots.Length - 1;
        int slot = (int)hash & mask;
        while (slots[slot] is { } found)
        {
            if (found.Length == word.Length && word.SequenceEqual(found))
                return found;
            slot = (slot + 1) & mask;
        }
        if (!ascii)
            return UnicodeIdentifiers.Normalize(word.ToString());
        string added = word.ToString();
        slots[slot] = added;
        if (++used * 2 > slots.Length)
            Grow();
        return added;
    }

    private void Grow()
    {
        var old = slots;
        slots = new string?[old.Length * 2];
        used = 0;
        foreach (var word in old)
            if (word is not null)
                Intern(word);
    }
}

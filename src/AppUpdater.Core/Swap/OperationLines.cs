namespace AppUpdater.Core.Swap;

/// <summary>
/// What a line of the journal's second format says beyond the first's: old and new attributes before it (letters of r, h and s, or -),
/// and behind it, after a tab, which no path may hold, the path in its old case.
/// </summary>
internal static class OperationLines
{
    private const string Nothing = "-";

    private static readonly (FileAttributes Attribute, char Letter)[] Letters =
        [(FileAttributes.ReadOnly, 'r'), (FileAttributes.Hidden, 'h'), (FileAttributes.System, 's')];

    internal static string Write(SwapOperation operation, string first) =>
        $"{Write(operation.OldLook.Attributes)} {Write(operation.NewLook.Attributes)} {first}{(operation.From is { } from ? $"\t{from}" : "")}";

    internal static SwapOperation Read(string line, Func<string, SwapOperation> first)
    {
        var parts = line.Split(' ', 3);
        if (parts.Length != 3)
            throw JournalCodec.Bad($"an operation is incomplete: {PathRules.Show(line)}");
        var tab = parts[2].IndexOf('\t', StringComparison.Ordinal);
        var operation = first(tab < 0 ? parts[2] : parts[2][..tab]);
        return operation with
        {
            OldLook = operation.OldLook with { Attributes = Attributes(parts[0]) },
            NewLook = operation.NewLook with { Attributes = Attributes(parts[1]) },
            From = tab < 0 ? null : RelativePath.Parse(parts[2][(tab + 1)..]),
        };
    }

    private static string Write(FileAttributes attributes)
    {
        var text = string.Concat(Letters.Where(letter => attributes.HasFlag(letter.Attribute)).Select(letter => letter.Letter));
        return text.Length == 0 ? Nothing : text;
    }

    /// <summary>Order and repetition need no look: what would be written otherwise is refused as a whole.</summary>
    private static FileAttributes Attributes(string text)
    {
        var attributes = default(FileAttributes);
        foreach (var c in text == Nothing ? "" : text)
        {
            attributes |= Array.Find(Letters, letter => letter.Letter == c) is { Letter: not '\0' } known
                ? known.Attribute
                : throw JournalCodec.Bad($"{PathRules.Show(text)} are no attributes");
        }

        return attributes;
    }
}

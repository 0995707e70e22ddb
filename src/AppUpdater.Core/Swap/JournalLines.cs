namespace AppUpdater.Core.Swap;

/// <summary>A journal's text, read line by line in the one order it may have.</summary>
internal sealed class JournalLines(string text)
{
    private int _at;

    internal string Next()
    {
        var end = text.IndexOf('\n', _at);
        if (end < 0)
            throw JournalCodec.Bad("it ends too early");
        var line = text[_at..end];
        _at = end + 1;
        return line;
    }

    /// <summary>The value of the next line, whose key must be this one.</summary>
    internal string Value(string key)
    {
        var line = Next();
        return line.Length > key.Length && line[key.Length] == ' ' && line.StartsWith(key, StringComparison.Ordinal)
            ? line[(key.Length + 1)..]
            : throw JournalCodec.Bad($"'{key}' is missing");
    }

    internal void End()
    {
        if (_at != text.Length)
            throw JournalCodec.Bad("there is more in it than it says");
    }
}

namespace AppUpdater.Cli.Publishing;

/// <summary>Tells private keys by how PEM begins (RFC 7468), whatever they are called: an assembly that only names the words is none.</summary>
internal static class PrivateKeys
{
    private const int Looked = 64 * 1024;

    internal static bool IsOne(ReadOnlySpan<byte> start)
    {
        var text = start[..Math.Min(start.Length, Looked)];
        while (text.IndexOf("-----BEGIN "u8) is >= 0 and var at)
        {
            var isLineStart = at == 0 || text[at - 1] is (byte)'\n' or (byte)'\r' or 0xBF;
            text = text[(at + 11)..];
            var end = text.IndexOf("-----"u8);
            if (isLineStart && end is > 0 and < 64 && text[..end].EndsWith("PRIVATE KEY"u8))
                return true;
        }

        return false;
    }
}

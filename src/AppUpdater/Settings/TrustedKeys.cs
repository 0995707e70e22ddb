namespace AppUpdater.Settings;

/// <summary>
/// The keys whose releases an install accepts, as a host has them in code. They stand in place of <c>keys</c>, <c>threshold</c> and
/// <c>recovery</c> of dato.ini, and unsigned releases are refused. The launcher and the command line know dato.ini alone: where they
/// are used as well, name the same keys there.
/// </summary>
public sealed record TrustedKeys
{
    /// <summary>The text of the .pub files, 1 to 8: one PEM block <c>PUBLIC KEY</c> each, ECDSA on P-256.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>How many of the keys must have signed a release: 1 to their number.</summary>
    public int Threshold { get; init; } = 1;

    /// <summary>Where there are any, 8 at most, they alone may replace the keys. Default: none.</summary>
    public IReadOnlyList<string> Recovery { get; init; } = [];
}

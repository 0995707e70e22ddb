namespace AppUpdater.Transport.Ftp;

/// <summary>What of a file, or of a listing, a transfer is to bring.</summary>
/// <param name="Offset">In bytes.</param>
/// <param name="Length">In bytes; null: to the end.</param>
internal readonly record struct FtpSpan(long Offset, long? Length)
{
    /// <summary>One of many files, perhaps.</summary>
    internal static FtpSpan Whole { get; } = new(0, null);

    /// <summary>A file after which hardly another one is read over the same connection: it is not worth a probe (<see cref="FtpProbe"/>).</summary>
    internal static FtpSpan Alone { get; } = Whole with { IsAlone = true };

    /// <summary>As <see cref="Alone"/>, of a file that is hardly ever there.</summary>
    internal static FtpSpan IfThere { get; } = Alone with { IsUnlikely = true };

    internal bool IsWhole => Offset == 0 && Length is null;

    internal bool IsAlone { get; private init; }

    internal bool IsUnlikely { get; private init; }
}

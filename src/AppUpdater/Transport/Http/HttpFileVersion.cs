using System.Globalization;
using System.Net.Http.Headers;

namespace AppUpdater.Transport.Http;

/// <summary>Which file it was that a server showed.</summary>
/// <param name="Size">The whole file's, in bytes; null where it was not told.</param>
/// <param name="Tag">ETag.</param>
/// <param name="Modified">Last-Modified, to the second.</param>
/// <param name="Shown">Date: the server's clock when it showed this.</param>
internal sealed record HttpFileVersion(long? Size, EntityTagHeaderValue? Tag, DateTimeOffset? Modified, DateTimeOffset? Shown)
{
    // "Enough difference" for two clocks, one that stamps files and one that stamps answers: RFC 7232 2.2.2 has this figure, RFC 9110
    // 8.8.2.2 leaves it open.
    private static readonly TimeSpan ClocksApart = TimeSpan.FromSeconds(60);

    internal static HttpFileVersion Of(HttpAnswer answer, long? size) =>
        new(size, answer.Response.Headers.ETag, answer.Response.Content.Headers.LastModified, answer.Response.Headers.Date);

    /// <summary>
    /// What If-Range may say, or null: a strong tag; or a date, only where there is no tag and the file had lain there for a while when it was
    /// shown (RFC 9110 13.1.5).
    /// </summary>
    internal string? IfRange => this switch
    {
        { Tag: { IsWeak: false } tag } => tag.ToString(),
        { Tag: null, Modified: { } modified } when IsOlderThan(ClocksApart) => modified.ToString("r", CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>Whether a later answer with the same validators is sure to show the same bytes.</summary>
    internal bool IsProof => Tag is { IsWeak: false } || IsSettled;

    /// <summary>Whether the small file may be asked for with this: not while another could still be stored within the same second.</summary>
    internal bool IsFitForCache => IsProof && (Modified is null || IsSettled);

    // The second in which it was stored was over (RFC 9110 8.8.2.2): what is stored later has another time.
    private bool IsSettled => IsOlderThan(TimeSpan.FromSeconds(1));

    /// <summary>What is different, or null where it is the same as far as can be seen.</summary>
    internal Wording? DifferenceTo(HttpFileVersion now)
    {
        if (Size is { } size && now.Size is { } newSize && size != newSize)
            return $"it had {size} bytes and has {newSize}";
        if (Tag is not null && now.Tag is not null && Tag.Tag != now.Tag.Tag)
            return "its ETag is another";
        return Modified is { } time && now.Modified is { } newTime && time != newTime ? (Wording)$"it was of {time:u} and is of {newTime:u}" : null;
    }

    /// <summary>Whether both name a validator that proves them the same, given that there is no difference.</summary>
    internal bool IsProvedBy(HttpFileVersion now) =>
        (Tag is { IsWeak: false } && now.Tag is { IsWeak: false }) || (IsSettled && now.Modified is not null);

    private bool IsOlderThan(TimeSpan age) => Modified is { } modified && Shown is { } shown && shown - modified >= age;
}

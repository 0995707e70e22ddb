using System.Globalization;
using System.Text;

namespace AppUpdater.Testing.Ftp;

/// <summary>What a listing tells of one entry. Times in UTC, size in bytes.</summary>
internal sealed record ListedEntry(string Name, ListedKind Kind, long Size, DateTime Modified, bool Executable);

internal enum ListedKind { File, Folder, Link }

/// <summary>Writes entries as MLSD facts (RFC 3659, 7), as <c>ls -l</c> or as <c>dir</c> lines.</summary>
internal sealed class ListingFormatter(FtpServerOptions options)
{
    private static readonly CultureInfo Text = CultureInfo.InvariantCulture;

    internal static string Time(DateTime utc) => utc.ToString("yyyyMMddHHmmss", Text);

    internal static string Facts(ListedEntry entry, string? type = null)
    {
        type ??= entry.Kind switch { ListedKind.Folder => "dir", ListedKind.Link => "OS.unix=symlink", _ => "file" };
        var size = entry.Kind == ListedKind.File ? $"size={entry.Size.ToString(Text)};" : "";
        var mode = entry.Kind == ListedKind.Folder || entry.Executable ? "0755" : "0644";
        return $"type={type};{size}modify={Time(entry.Modified)};UNIX.mode={mode}; {entry.Name}";
    }

    internal string Line(ListedEntry entry) => options.ListStyle == FtpListStyle.Dos ? DosLine(entry) : UnixLine(entry);

    internal static string Lines(IEnumerable<ListedEntry> entries, Func<ListedEntry, string> line)
    {
        var text = new StringBuilder();
        foreach (var entry in entries)
            text.Append(line(entry)).Append("\r\n");
        return text.ToString();
    }

    private string UnixLine(ListedEntry entry)
    {
        var kind = entry.Kind switch { ListedKind.Folder => 'd', ListedKind.Link => 'l', _ => '-' };
        var mode = entry.Kind == ListedKind.File && !entry.Executable ? "rw-r--r--" : "rwxr-xr-x";
        var local = Local(entry);
        var age = options.Clock.GetUtcNow().UtcDateTime - entry.Modified;
        // ls: a time of day for the last six months, a year otherwise, and for the future.
        var recent = age >= TimeSpan.Zero && age < TimeSpan.FromDays(182);
        var date = local.ToString(recent ? "MMM dd HH:mm" : "MMM dd  yyyy", Text);
        return string.Create(Text, $"{kind}{mode}    1 ftp      ftp      {entry.Size,12} {date} {entry.Name}");
    }

    private string DosLine(ListedEntry entry)
    {
        var date = Local(entry).ToString("MM-dd-yy  hh:mmtt", Text);
        var size = entry.Kind == ListedKind.Folder ? "<DIR>         " : string.Create(Text, $"{entry.Size,14}");
        return $"{date}       {size} {entry.Name}";
    }

    private DateTime Local(ListedEntry entry) => TimeZoneInfo.ConvertTimeFromUtc(entry.Modified, options.TimeZone);
}

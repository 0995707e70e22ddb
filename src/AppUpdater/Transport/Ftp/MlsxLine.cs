using System.Diagnostics.CodeAnalysis;

namespace AppUpdater.Transport.Ftp;

/// <summary>A line of MLSD, or the inner one of MLST: <c>fact=value;fact=value; name</c> (RFC 3659 7.2).</summary>
internal static class MlsxLine
{
    internal static bool TryParse(ReadOnlySpan<char> line, [NotNullWhen(true)] out FtpEntry? entry)
    {
        entry = null;

        // Facts have no spaces; one space ends them, all further ones belong to the name.
        var space = line.IndexOf(' ');
        if (space < 0)
            return false;
        var facts = line[..space];
        var name = line[(space + 1)..];
        if (name.IsEmpty || !facts.Contains('='))
            return false;

        RemoteEntryKind? kind = null;
        long? size = null;
        FtpWallTime? time = null;
        var self = false;
        foreach (var part in facts.Split(';'))
        {
            var fact = facts[part];
            var equals = fact.IndexOf('=');
            if (equals < 0)
                continue;
            var key = fact[..equals];
            var value = fact[(equals + 1)..];
            if (key.Equals("type", StringComparison.OrdinalIgnoreCase))
                (kind, self) = Kind(value);
            else if (key.Equals("size", StringComparison.OrdinalIgnoreCase))
                size = FtpTimes.Size(value);
            else if (key.Equals("modify", StringComparison.OrdinalIgnoreCase))
                time = FtpTimes.ParseModify(value);
        }

        // A server that leaves the type out tells a size of files alone (sizd is a folder's).
        kind ??= size is null ? null : RemoteEntryKind.File;
        if (kind is null)
            return false;
        entry = new FtpEntry(self ? "." : name.ToString(), kind.Value, kind == RemoteEntryKind.File ? size : null, time);
        return true;
    }

    private static (RemoteEntryKind Kind, bool Self) Kind(ReadOnlySpan<char> value)
    {
        if (value.Equals("file", StringComparison.OrdinalIgnoreCase))
            return (RemoteEntryKind.File, false);
        if (value.Equals("dir", StringComparison.OrdinalIgnoreCase))
            return (RemoteEntryKind.Directory, false);
        if (value.Equals("cdir", StringComparison.OrdinalIgnoreCase) || value.Equals("pdir", StringComparison.OrdinalIgnoreCase))
            return (RemoteEntryKind.Directory, true);

        // OS.unix=symlink, OS.unix=slink:/target, OS.unix=chr-1/3 …
        return (RemoteEntryKind.Other, false);
    }
}

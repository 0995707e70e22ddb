using System.Globalization;
using System.Text;
using AppUpdater.Releases;

namespace AppUpdater.Cli.Publishing;

/// <summary>Writes version.ini. Pure; what the parser reads of it is what went in.</summary>
internal static class PointerText
{
    internal const string StableChannel = "stable";

    /// <summary>version.ini of the stable channel, version-beta.ini of another.</summary>
    internal static RelativePath PathOf(string channel) => RelativePath.Parse(channel == StableChannel ? "version.ini" : $"version-{channel}.ini");

    /// <summary>Whether a name in the server's folder is that of a pointer.</summary>
    internal static bool IsPointer(string name) =>
        name == "version.ini" || (name.StartsWith("version-", StringComparison.Ordinal) && name.EndsWith(".ini", StringComparison.Ordinal));

    /// <summary>The signed part, ending with a line feed. Times are written to the second.</summary>
    internal static string Of(VersionFile pointer)
    {
        var text = new StringBuilder("[version]\n");
        Line("format", pointer.Format.ToString(CultureInfo.InvariantCulture));
        Line("app", pointer.App);
        Line("version", pointer.Version.ToFullString());
        Line("platform", pointer.Platform);
        Line("channel", pointer.Channel);
        Line("published", Time(pointer.Published));
        Line("sequence", pointer.Sequence?.ToString(CultureInfo.InvariantCulture));
        Line("expires", Time(pointer.Expires));
        Line("minimum", pointer.Minimum?.ToFullString());
        Line("rollout", pointer.Rollout.ToString(CultureInfo.InvariantCulture));
        Line("moved", pointer.Moved);
        text.Append("\n[files]\n");
        Line("root", pointer.Root?.Value);
        if (pointer.Manifest is { } manifest)
            Line("manifest", Reference(manifest));
        return text.Append('\n').ToString();

        void Line(string key, string? value)
        {
            if (value is not null)
                text.Append(key).Append(" = ").Append(value).Append('\n');
        }
    }

    internal static string Reference(ManifestReference manifest) =>
        string.Create(CultureInfo.InvariantCulture, $"{manifest.Path}, {manifest.Size}, {manifest.Hash}");

    internal static string? Time(DateTimeOffset? time) => time?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

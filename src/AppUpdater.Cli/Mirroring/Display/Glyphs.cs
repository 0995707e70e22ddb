using System.Text;

namespace AppUpdater.Cli.Mirroring.Display;

/// <summary>The signs of a picture, each text one or two cells wide.</summary>
internal sealed record Glyphs(string Done, string Failed, string BarFull, string BarEmpty, string Ellipsis, string Dot)
{
    internal static Glyphs Unicode { get; } = new("✓", "✗", "━", "─", "…", "·");

    internal static Glyphs Ascii { get; } = new("ok", "!!", "#", "-", "...", "|");

    /// <summary>What an encoding can write: the code pages of an old Windows console have no ✓.</summary>
    internal static Glyphs For(Encoding encoding)
    {
        var all = string.Concat(Unicode.Done, Unicode.Failed, Unicode.BarFull, Unicode.BarEmpty, Unicode.Ellipsis, Unicode.Dot);
        return encoding.GetString(encoding.GetBytes(all)) == all ? Unicode : Ascii;
    }
}

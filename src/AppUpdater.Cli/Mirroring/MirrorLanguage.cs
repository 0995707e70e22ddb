using System.Globalization;

namespace AppUpdater.Cli.Mirroring;

/// <summary>The language of what people read: English or Spanish. For the flow of work it is called in, and what that starts.</summary>
internal static class MirrorLanguage
{
    private const string Option = "--lang";

    /// <summary>As a command line asks for it, before it is parsed: help is in that language, too. Without it, or with another one, nothing changes.</summary>
    internal static void Use(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == Option && i + 1 < args.Count)
                Use(args[i + 1]);
            else if (args[i].StartsWith($"{Option}=", StringComparison.Ordinal))
                Use(args[i][(Option.Length + 1)..]);
        }
    }

    /// <param name="language">en, es, or null: as it is.</param>
    internal static void Use(string? language)
    {
        if (language?.ToLowerInvariant() is ("en" or "es") and var name)
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(name);
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AppUpdater.Cli.Publishing;
using NuGet.Versioning;

namespace AppUpdater.Cli.Verbs;

/// <summary>Options of the verbs that publish, and how their values are read.</summary>
internal static class ReleaseOptions
{
    internal static Option<NuGetVersion> Version(string name, string description) => new(name)
    {
        Description = description, HelpName = "V", Required = true, CustomParser = result => ReadVersion(result)!,
    };

    internal static Option<string> Channel(string description)
    {
        var option = new Option<string>("--channel") { Description = description, HelpName = "C", DefaultValueFactory = _ => PointerText.StableChannel };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !IsChannel(result.Tokens[0].Value))
                result.AddError($"--channel takes lower-case letters, digits and hyphens, at most 32, not '{result.Tokens[0].Value}'.");
        });
        return option;
    }

    /// <summary>A span in days, such as 365d; or never.</summary>
    internal static Option<TimeSpan?> Days(string name, string example, string description) => new(name)
    {
        Description = description,
        HelpName = example,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text == "never")
                return Expiry.Never;
            if (text.EndsWith('d') && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= 36_500)
                return TimeSpan.FromDays(days);
            result.AddError($"{name} takes a number of days, such as {example}, or never, not '{text}'.");
            return null;
        },
    };

    internal static NuGetVersion? ReadVersion(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (text.Length <= 64 && NuGetVersion.TryParse(text, out var version))
            return version;
        result.AddError($"'{text}' is no version; write 2.1.0, 2.1.0-beta.1 or 2.1.0.7, with at most 64 characters.");
        return null;
    }

    internal static void Percent(OptionResult result)
    {
        if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent <= 100))
            result.AddError($"{result.Option.Name} takes percent from 0 to 100, not '{result.Tokens[0].Value}'.");
    }

    internal static void Threshold(OptionResult result)
    {
        if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 8))
            result.AddError($"{result.Option.Name} takes a number of keys from 1 to 8, not '{result.Tokens[0].Value}'.");
    }

    private static bool IsChannel(string text) => text.Length is > 0 and <= 32 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}

using System.Collections.Immutable;
using System.CommandLine.Parsing;
using System.Globalization;
using AppUpdater.Mirroring;
using AppUpdater.Settings;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Mirroring;

/// <summary>A job as it was read, and where its password lies; null: elsewhere.</summary>
internal sealed record ReadMirrorJob(MirrorJob Job, string? PasswordFile);

/// <summary>
/// Makes a job of options. Every failure names the option, or file, section and key, and the good form. Pure: reads no file, asks for nothing.
/// </summary>
/// <param name="values">What was given.</param>
/// <param name="now">Ages are counted from here to see whether conditions can hold together.</param>
/// <param name="zone">Of dates that name none.</param>
internal sealed class MirrorOptionsReader(MirrorValues values, DateTimeOffset now, TimeZoneInfo zone)
{
    private static readonly TimeSpan UsualSettle = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan MostSpan = TimeSpan.FromDays(366);

    private readonly Texts _texts = new("Mirror");

    /// <exception cref="SettingsException">An option is wrong, or two don't go together.</exception>
    internal ReadMirrorJob Read(string? name, MirrorDirection direction, string url, string directory)
    {
        if (directory.Contains("://", StringComparison.Ordinal))
            throw new SettingsException(_texts.Said("Bad.Swapped"));
        var schedule = new MirrorScheduleReader(values, this).Read(direction);
        var (newer, older) = (Moment(MirrorOptionTable.NewerThan), Moment(MirrorOptionTable.OlderThan));
        if (schedule.IsWatch && (newer?.Age ?? older?.Age) is not null)
            throw new SettingsException(_texts.Said("Bad.AgeInWatch", values.Where(newer?.Age is null ? MirrorOptionTable.OlderThan : MirrorOptionTable.NewerThan)));
        var job = new MirrorJob(name, direction, Options(direction, Place(url), values.FullPath(directory), Filter(newer, older), schedule))
        {
            Ages = (newer?.Age, older?.Age),
            Schedule = schedule,
            Log = Log(),
            IsDryRun = values.Flag(MirrorOptionTable.DryRun),
            OnFolderDone = direction == MirrorDirection.Pull ? Command(MirrorOptionTable.OnFolderDone) : [],
            OnError = Command(MirrorOptionTable.OnError),
            AlertAfter = Int(MirrorOptionTable.AlertAfter, 1, 1000) ?? 3,
            Language = Word(MirrorOptionTable.Language, "en", "es"),
        };
        return new ReadMirrorJob(job, File(MirrorOptionTable.PasswordFile));
    }

    /// <summary>A span from <paramref name="least"/> to a year.</summary>
    internal TimeSpan? Span(string name, TimeSpan least)
    {
        if (values.Text(name) is not { } text)
            return null;
        return MirrorAmounts.Age(text) is { } age && age >= least && age <= MostSpan ? age : throw values.Bad(name, text, _texts.Said("Bad.Age"));
    }

    private MirrorOptions Options(MirrorDirection direction, string url, string directory, MirrorFilter filter, MirrorSchedule schedule)
    {
        var isPull = direction == MirrorDirection.Pull;
        var settle = isPull ? Span(MirrorOptionTable.Settle, TimeSpan.Zero) ?? (schedule.IsOnce ? null : UsualSettle) : null;
        return new MirrorOptions
        {
            Url = url,
            Directory = directory,
            User = values.Text(MirrorOptionTable.User),
            CaFile = File(MirrorOptionTable.CaFile),
            Fingerprint = Fingerprint(),
            Connections = Int(MirrorOptionTable.Connections, 1, 64) ?? 8,
            Rate = Amount(MirrorOptionTable.Rate, Amounts.Rate, "Bad.Rate"),
            Filter = filter,
            Delete = values.Flag(MirrorOptionTable.Delete),
            MaxDelete = Int(MirrorOptionTable.MaxDelete, 0, int.MaxValue),
            FollowLinks = values.Flag(MirrorOptionTable.FollowLinks),
            Remember = isPull && values.Flag(MirrorOptionTable.Remember),
            Settle = settle > TimeSpan.Zero ? settle : null,
            ReadyFile = isPull && Globs(MirrorOptionTable.ReadyFile) is [var ready, ..] ? ready : null,
            Dedupe = isPull && values.Flag(MirrorOptionTable.Dedupe),
            MinFree = isPull ? Amount(MirrorOptionTable.MinFree, MirrorAmounts.Size, "Bad.Size") : null,
            Last = isPull ? [] : Names(MirrorOptionTable.Last),
        };
    }

    private MirrorFilter Filter(MirrorMoment? newer, MirrorMoment? older)
    {
        var filter = new MirrorFilter
        {
            Include = Globs(MirrorOptionTable.Include),
            Exclude = Globs(MirrorOptionTable.Exclude),
            Extensions = Extensions(MirrorOptionTable.Extensions),
            ExcludeExtensions = Extensions(MirrorOptionTable.ExcludeExtensions),
            NewerThan = newer?.Date,
            OlderThan = older?.Date,
            MinSize = Amount(MirrorOptionTable.MinSize, MirrorAmounts.Size, "Bad.Size"),
            MaxSize = Amount(MirrorOptionTable.MaxSize, MirrorAmounts.Size, "Bad.Size"),
            Depth = Int(MirrorOptionTable.Depth, 1, 1000),
        };
        if (filter.MinSize > filter.MaxSize)
            throw Apart(MirrorOptionTable.MinSize, MirrorOptionTable.MaxSize);
        return newer?.At(now) >= older?.At(now) ? throw Apart(MirrorOptionTable.NewerThan, MirrorOptionTable.OlderThan) : filter;
    }

    private MirrorLogOptions Log()
    {
        var (folder, user, style) = (File(MirrorOptionTable.LogFolder), values.Text(MirrorOptionTable.LogUser), Word(MirrorOptionTable.LogStyle, "standard", "seed"));
        if (folder is null && (user ?? style) is not null)
            throw new SettingsException(_texts.Said("Bad.Needs", values.Where(user is null ? MirrorOptionTable.LogStyle : MirrorOptionTable.LogUser), values.Where(MirrorOptionTable.LogFolder)));
        if (user is not null && (PathRules.Problem(user) is not null || user.Contains('/', StringComparison.Ordinal)))
            throw values.Bad(MirrorOptionTable.LogUser, user, _texts.Said("Bad.LogUser"));
        return new MirrorLogOptions(folder, user, style == "seed" ? MirrorLogStyle.Seed : MirrorLogStyle.Standard, File(MirrorOptionTable.LogJson));
    }

    /// <summary>A folder may be named from here. The URL itself is not shown: it may hold a password.</summary>
    private string Place(string url)
    {
        var place = url.Contains("://", StringComparison.Ordinal) ? url : values.FullPath(url);
        _ = RemoteLocation.Parse(place, values.Where(MirrorValues.Url));
        return place;
    }

    private MirrorMoment? Moment(string name) => values.Text(name) is not { } text
        ? null
        : MirrorAmounts.Moment(text, zone) ?? throw values.Bad(name, text, _texts.Said("Bad.Moment"));

    private int? Int(string name, int least, int most)
    {
        if (values.Text(name) is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw values.Bad(name, text, most == int.MaxValue ? _texts.Said("Bad.NumberFrom", least) : _texts.Said("Bad.Number", least, most));
    }

    private long? Amount(string name, Func<string, long?> read, string problem) => values.Text(name) is not { } text
        ? null
        : read(text) ?? throw values.Bad(name, text, _texts.Said(problem));

    private ImmutableArray<string> Globs(string name)
    {
        var patterns = values.List(name);
        return patterns.FirstOrDefault(pattern => GlobSet.Problem(pattern) is not null) is { } odd ? throw values.Bad(name, odd, _texts.Said("Bad.Glob")) : patterns;
    }

    private ImmutableArray<string> Extensions(string name)
    {
        var extensions = values.List(name);
        return extensions.FirstOrDefault(extension => extension.TrimStart('.').Length == 0 || extension.AsSpan().ContainsAny("/\\*")) is { } odd
            ? throw values.Bad(name, odd, _texts.Said("Bad.Extension"))
            : extensions;
    }

    private ImmutableArray<string> Names(string name)
    {
        var names = values.List(name);
        return names.FirstOrDefault(one => !RelativePath.TryParse(one, out _, out _)) is { } odd ? throw values.Bad(name, odd, _texts.Said("Bad.Last")) : names;
    }

    private ImmutableArray<string> Command(string name)
    {
        if (values.Text(name) is not { } text)
            return [];
        ImmutableArray<string> words = [.. CommandLineParser.SplitCommandLine(text)];
        return words.IsEmpty || words[0].Length == 0 ? throw values.Bad(name, text, _texts.Said("Bad.Command")) : words;
    }

    private string? Word(string name, params ReadOnlySpan<string> words)
    {
        if (values.Text(name) is not { } text)
            return null;
        foreach (var word in words)
        {
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase))
                return word;
        }

        throw values.Bad(name, text, _texts.Said("Bad.Word", string.Join(", ", words.ToArray())));
    }

    private string? File(string name) => values.Text(name) is { } path ? values.FullPath(path) : null;

    private string? Fingerprint()
    {
        if (values.Text(MirrorOptionTable.Fingerprint) is not { } text)
            return null;
        if (values.Text(MirrorOptionTable.CaFile) is not null)
            throw new SettingsException(_texts.Said("Bad.Both", values.Where(MirrorOptionTable.CaFile), values.Where(MirrorOptionTable.Fingerprint)));
        return ServerAccount.Digits(text) is { Length: 64 } digits && digits.All(char.IsAsciiHexDigitLower)
            ? digits
            : throw values.Bad(MirrorOptionTable.Fingerprint, text, _texts.Said("Bad.Fingerprint"));
    }

    private SettingsException Apart(string least, string most) => new(_texts.Said("Bad.Apart", values.Where(least), values.Where(most)));
}

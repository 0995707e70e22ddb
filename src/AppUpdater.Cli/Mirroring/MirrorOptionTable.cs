using System.Collections.Immutable;

namespace AppUpdater.Cli.Mirroring;

/// <summary>What an option takes.</summary>
internal enum MirrorOptionKind
{
    /// <summary>Nothing: it stands there or not. In mirror.ini true or false.</summary>
    Flag,

    /// <summary>One value.</summary>
    Value,

    /// <summary>Values, each with the option again. In mirror.ini a list by commas.</summary>
    Values,

    /// <summary>As <see cref="Values"/>; a list by commas on the command line as well.</summary>
    List,
}

/// <summary>An option of a mirror, which is also a key of mirror.ini. <see cref="Only"/> null: of both directions.</summary>
/// <param name="Name">Without the two hyphens.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Example">What its value is called in the help; empty: it has none.</param>
/// <param name="Only">The direction that it makes sense for.</param>
internal sealed record MirrorOption(string Name, MirrorOptionKind Kind, string Example = "", MirrorDirection? Only = null)
{
    internal string Key => KeyOf(Name);

    internal static string KeyOf(string name) => name.Replace('-', '_');

    internal bool IsOf(MirrorDirection direction) => Only is null || Only == direction;
}

/// <summary>Every option of a mirror, in the order of the help. What each does is in the texts, under "Help." and its name.</summary>
internal static class MirrorOptionTable
{
    internal const string Connections = "connections";
    internal const string Include = "include";
    internal const string Exclude = "exclude";
    internal const string Extensions = "ext";
    internal const string ExcludeExtensions = "exclude-ext";
    internal const string NewerThan = "newer-than";
    internal const string OlderThan = "older-than";
    internal const string MinSize = "min-size";
    internal const string MaxSize = "max-size";
    internal const string Depth = "depth";
    internal const string Settle = "settle";
    internal const string ReadyFile = "ready-file";
    internal const string Remember = "remember";
    internal const string Dedupe = "dedupe";
    internal const string Delete = "delete";
    internal const string MaxDelete = "max-delete";
    internal const string DryRun = "dry-run";
    internal const string MinFree = "min-free";
    internal const string Rate = "rate";
    internal const string FollowLinks = "follow-links";
    internal const string Last = "last";
    internal const string User = "user";
    internal const string PasswordFile = "password-file";
    internal const string CaFile = "ca-file";
    internal const string Fingerprint = "fingerprint";
    internal const string OnFolderDone = "on-folder-done";
    internal const string OnError = "on-error";
    internal const string AlertAfter = "alert-after";
    internal const string Every = "every";
    internal const string Cron = "cron";
    internal const string TimeZone = "time-zone";
    internal const string Watch = "watch";
    internal const string VerifyEvery = "verify-every";
    internal const string LogFolder = "log-dir";
    internal const string LogUser = "log-user";
    internal const string LogStyle = "log-style";
    internal const string LogJson = "log-json";
    internal const string Language = "lang";

    internal static ImmutableArray<MirrorOption> All { get; } =
    [
        new(Include, MirrorOptionKind.Values, "GLOB"),
        new(Exclude, MirrorOptionKind.Values, "GLOB"),
        new(Extensions, MirrorOptionKind.List, "EXT"),
        new(ExcludeExtensions, MirrorOptionKind.List, "EXT"),
        new(NewerThan, MirrorOptionKind.Value, "WHEN"),
        new(OlderThan, MirrorOptionKind.Value, "WHEN"),
        new(MinSize, MirrorOptionKind.Value, "SIZE"),
        new(MaxSize, MirrorOptionKind.Value, "SIZE"),
        new(Depth, MirrorOptionKind.Value, "N"),
        new(Settle, MirrorOptionKind.Value, "AGE", MirrorDirection.Pull),
        new(ReadyFile, MirrorOptionKind.Value, "GLOB", MirrorDirection.Pull),
        new(OnFolderDone, MirrorOptionKind.Value, "CMD", MirrorDirection.Pull),
        new(Remember, MirrorOptionKind.Flag, Only: MirrorDirection.Pull),
        new(Dedupe, MirrorOptionKind.Flag, Only: MirrorDirection.Pull),
        new(Last, MirrorOptionKind.List, "NAME", MirrorDirection.Push),
        new(Delete, MirrorOptionKind.Flag),
        new(MaxDelete, MirrorOptionKind.Value, "N"),
        new(DryRun, MirrorOptionKind.Flag),
        new(MinFree, MirrorOptionKind.Value, "SIZE", MirrorDirection.Pull),
        new(Connections, MirrorOptionKind.Value, "N"),
        new(Rate, MirrorOptionKind.Value, "RATE"),
        new(FollowLinks, MirrorOptionKind.Flag),
        new(User, MirrorOptionKind.Value, "U"),
        new(PasswordFile, MirrorOptionKind.Value, "FILE"),
        new(CaFile, MirrorOptionKind.Value, "FILE"),
        new(Fingerprint, MirrorOptionKind.Value, "SHA256"),
        new(Watch, MirrorOptionKind.Flag, Only: MirrorDirection.Push),
        new(VerifyEvery, MirrorOptionKind.Value, "AGE", MirrorDirection.Push),
        new(Every, MirrorOptionKind.Value, "AGE"),
        new(Cron, MirrorOptionKind.Value, "CRON"),
        new(TimeZone, MirrorOptionKind.Value, "ZONE"),
        new(OnError, MirrorOptionKind.Value, "CMD"),
        new(AlertAfter, MirrorOptionKind.Value, "N"),
        new(LogFolder, MirrorOptionKind.Value, "DIR"),
        new(LogUser, MirrorOptionKind.Value, "NAME"),
        new(LogStyle, MirrorOptionKind.Value, "STYLE"),
        new(LogJson, MirrorOptionKind.Value, "FILE"),
        new(Language, MirrorOptionKind.Value, "en|es"),
    ];
}

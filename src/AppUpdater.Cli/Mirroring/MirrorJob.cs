using System.Collections.Immutable;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring;

/// <summary>Which way files go.</summary>
internal enum MirrorDirection
{
    /// <summary>From the server here.</summary>
    Pull,

    /// <summary>From here to the server.</summary>
    Push,
}

internal static class MirrorDirections
{
    /// <summary>As verbs, mirror.ini, JSON and the mirror's own files call it.</summary>
    internal static string Word(this MirrorDirection direction) => direction == MirrorDirection.Pull ? MirrorPlace.Pull : MirrorPlace.Push;
}

/// <summary>One mirror as it was asked for, on the command line or in a section of mirror.ini. <see cref="Name"/> is null on the command line.</summary>
internal sealed record MirrorJob(string? Name, MirrorDirection Direction, MirrorOptions Options)
{
    internal MirrorSchedule Schedule { get; init; } = MirrorSchedule.Once;

    internal MirrorLogOptions Log { get; init; } = MirrorLogOptions.None;

    /// <summary>Pull: the program, and its arguments, that is started with a complete folder as its last argument; empty: none.</summary>
    internal ImmutableArray<string> OnFolderDone { get; init; } = [];

    /// <summary>The program, and its arguments, that is started when <see cref="AlertAfter"/> cycles in a row failed; empty: none.</summary>
    internal ImmutableArray<string> OnError { get; init; } = [];

    /// <summary>1 or more.</summary>
    internal int AlertAfter { get; init; } = 3;

    /// <summary>The filter's times where one is an age: each run asks the clock anew. Null: the filter's own date holds.</summary>
    internal (TimeSpan? Newer, TimeSpan? Older) Ages { get; init; }

    /// <summary>Only the plan is made and shown.</summary>
    internal bool IsDryRun { get; init; }

    /// <summary>What people read of it is in this language: en or es; null: in the process's.</summary>
    internal string? Language { get; init; }

    /// <summary>The options of a run that begins now.</summary>
    internal MirrorOptions OptionsAt(DateTimeOffset now) => Options with
    {
        Filter = Options.Filter with
        {
            NewerThan = now - Ages.Newer ?? Options.Filter.NewerThan,
            OlderThan = now - Ages.Older ?? Options.Filter.OlderThan,
        },
    };

    /// <summary>Its folders, as the library sees them.</summary>
    /// <exception cref="SettingsException">An option is wrong; the message names it.</exception>
    internal MirrorSetup Setup() => MirrorSetup.Of(Options, Direction.Word());

    /// <summary>The mirror itself, for runs that begin now. Whoever opens it disposes it.</summary>
    /// <exception cref="SettingsException">An option is wrong; the message names it.</exception>
    internal IMirror Open() => Direction == MirrorDirection.Pull
        ? MirrorPull.Open(OptionsAt(Options.Clock.GetUtcNow()))
        : MirrorPush.Open(OptionsAt(Options.Clock.GetUtcNow()));

    /// <summary>How it is called in messages: its name, or its folder.</summary>
    internal string Title => Name ?? Options.Directory;
}

/// <summary>When a mirror runs: once, in cycles of one kind, or watching (push).</summary>
internal sealed record MirrorSchedule
{
    internal static MirrorSchedule Once { get; } = new();

    /// <summary>From the end of one complete cycle to the start of the next; of a watch: how often the folder is compared.</summary>
    internal TimeSpan? Every { get; init; }

    /// <summary>Five fields of cron, or Quartz's six; null: none.</summary>
    internal string? Cron { get; init; }

    /// <summary>Of the cron expression.</summary>
    internal TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Local;

    /// <summary>Push: acts on changes in the folder.</summary>
    internal bool IsWatch { get; init; }

    /// <summary>Watch: how often the server is compared.</summary>
    internal TimeSpan VerifyEvery { get; init; } = TimeSpan.FromHours(24);

    internal bool IsOnce => Every is null && Cron is null && !IsWatch;
}

/// <summary>The words and shapes of the log for people.</summary>
internal enum MirrorLogStyle
{
    /// <summary>As docs/mirror-log.md has it.</summary>
    Standard,

    /// <summary>As the scripts had it that this one replaces.</summary>
    Seed,
}

/// <summary>Which logs are written. <see cref="Folder"/> null: none for people; <see cref="JsonFile"/> null: none of JSON lines.</summary>
internal sealed record MirrorLogOptions(string? Folder, string? User, MirrorLogStyle Style, string? JsonFile)
{
    internal static MirrorLogOptions None { get; } = new(null, null, MirrorLogStyle.Standard, null);
}

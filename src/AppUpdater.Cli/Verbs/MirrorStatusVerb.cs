using System.CommandLine;
using AppUpdater.Cli.Mirroring.Scheduling;
using AppUpdater.Cli.Output;
using AppUpdater.Core.Disk;

namespace AppUpdater.Cli.Verbs;

/// <summary>What the mirrors of a folder did last and do next; asks no server and waits for no mirror.</summary>
internal sealed record MirrorStatusVerb(string Directory, CommonOptions Common)
{
    private static readonly Argument<string> DirectoryArgument = new("DIR") { Description = "The local folder of the mirror." };

    internal static Command Create(Screen screen)
    {
        var command = new Command("status", "Prints the last success, the next run, the failures and the free space of a folder's mirrors; asks no server.")
        {
            DirectoryArgument,
        };
        CommonOptions.AddOutputTo(command);
        command.SetAction(parsed => new MirrorStatusVerb(parsed.GetValue(DirectoryArgument)!, CommonOptions.From(parsed)).Run(screen, TimeZoneInfo.Local));
        return command;
    }

    /// <returns>Partial where a mirror's status can't be read.</returns>
    internal int Run(Screen screen, TimeZoneInfo zone)
    {
        var known = KnownMirrors.In(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Directory)), DurableFiles.ForThisSystem());
        if (Common.Json)
            screen.Write(MirrorStatusResult.Of(known), MirrorStatusJson.Readable.MirrorStatusResult);
        else
            screen.Say(string.Join(Environment.NewLine, new MirrorStatusLines(zone).Of(known)));
        return known.Mirrors.Any(mirror => mirror.Problem is not null) ? ExitCodes.Partial : ExitCodes.Done;
    }
}

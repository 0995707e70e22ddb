using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AppUpdater.SwapMatrix.Linux;

/// <summary>A system call that a run made: by which thread, and the paths that it names, relative to the scene.</summary>
internal sealed record Call(int Thread, string Name, ImmutableArray<string> Paths)
{
    internal bool Mentions(string name, string path) => Name == name && (path.Length == 0 || Paths.Contains(path));
}

/// <summary>
/// Where a run is ended: at the entry of a call, which is then not made. strace counts for each thread by itself, and of those calls
/// alone that name the path; an empty path stands for any.
/// </summary>
internal sealed record KillAt(string Name, string Path, int Number)
{
    public override string ToString() => $"{Name} {Path} #{Number}";
}

/// <summary>Runs a program under strace: to see its calls, or to end it at one of them.</summary>
internal sealed partial class Strace(Scene scene)
{
    internal const string Calls = "rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir,fsync,fdatasync";

    private const int Killed = 137; // 128 and SIGKILL: strace ends as what it ran

    /// <summary>All calls of a whole run, in order.</summary>
    internal async Task<ImmutableArray<Call>> ListAsync(string[] command, CancellationToken ct)
    {
        var (calls, ended) = await RunAsync([], command, ct);
        return ended.Code != Killed ? calls : throw new InvalidOperationException("It was killed by somebody else.");
    }

    /// <summary>The call at which it was ended, and how manieth of its name and path it was in the whole run; null where none was reached.</summary>
    internal async Task<(Call Call, int Place)?> KillAsync(KillAt at, string[] command, CancellationToken ct)
    {
        string[] path = at.Path.Length == 0 ? [] : ["-P", Path.GetFullPath(at.Path, scene.Root)];
        string[] injection = [.. path, "-e", $"inject={at.Name}:signal=SIGKILL:when={at.Number}"];
        var (calls, ended) = await RunAsync(injection, command, ct);
        var met = calls.Where(call => call.Mentions(at.Name, at.Path)).ToArray();
        return ended.Code == Killed && met.Length > 0 ? (met[^1], met.Length) : null;
    }

    private async Task<(ImmutableArray<Call> Calls, Ended Ended)> RunAsync(string[] options, string[] command, CancellationToken ct)
    {
        var log = scene.Root + ".strace";
        var ended = await Run.ToEndAsync(
            "strace", ["-f", "-qq", "-y", "-o", log, "-e", $"trace={Calls}", .. options, "--", .. command], ct);
        var calls = (await File.ReadAllLinesAsync(log, ct)).Select(Parse).OfType<Call>().ToImmutableArray();
        File.Delete(log);
        return (calls, ended);
    }

    private Call? Parse(string line)
    {
        var match = Line().Match(line);
        if (!match.Success)
            return null;
        var paths = PathIn().Matches(match.Groups[3].Value).Select(path => path.Groups[1].Value + path.Groups[2].Value)
            .Select(path => path.StartsWith(scene.Root + "/", StringComparison.Ordinal) ? path[(scene.Root.Length + 1)..] : path);
        return new Call(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value, [.. paths]);
    }

    [GeneratedRegex("^([0-9]+) +([a-z0-9]+)\\((.*)$")]
    private static partial Regex Line();

    /// <summary>A path as an argument, or behind the number of an open file.</summary>
    [GeneratedRegex("\"([^\"]*)\"|\\b[0-9]+<([^>]*)>")]
    private static partial Regex PathIn();
}

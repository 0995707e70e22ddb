using System.Text;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.SwapMatrix.Windows;

/// <summary>A pending swap, made once under Wine and copied for every case: a swap's paths are relative, so that a copy is as good.</summary>
/// <param name="Folder">Holds <c>app</c>, the install.</param>
/// <param name="Old">What the old version's tree looks like, the user's files in it.</param>
/// <param name="New">What the new version's tree looks like.</param>
internal sealed record WineTemplate(string Folder, IReadOnlyDictionary<string, string> Old, IReadOnlyDictionary<string, string> New);

/// <summary>One install under Wine and what is watched of it: the processes that run there, and that its entry's name is never without a file.</summary>
internal sealed class WineScene : IDisposable
{
    /// <summary>What a command line can spoil: compared with what arrives.</summary>
    internal static readonly string[] Arguments =
        ["two words", "a \"quoted\" word", @"back\slash", @"ends in one\", @"ends in two \\", "\\\"", "", "%PATH%", "^&|<>", "ñ €", "--swap", "it's"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly FileSystemWatcher _watcher;
    private readonly string _folder;
    private volatile string? _missing;

    internal WineScene(WineTemplate template, string folder)
    {
        (_folder, Template) = (folder, template);
        Copy(template.Folder, folder);
        Layout = new InstallLayout(Path.Join(folder, "app"));
        // Told by the system: a name that is replaced in one step is neither deleted nor renamed.
        _watcher = new FileSystemWatcher(Layout.Root) { NotifyFilter = NotifyFilters.FileName, InternalBufferSize = 64 * 1024 };
        _watcher.Deleted += (_, change) => NoteMissing(change.Name, "deleted");
        _watcher.Renamed += (_, change) => NoteMissing(change.OldName, "renamed away");
        _watcher.Error += (_, _) => _missing = "the watching of the entry failed";
        _watcher.EnableRaisingEvents = true;
    }

    internal WineTemplate Template { get; }

    internal InstallLayout Layout { get; }

    internal string Entry => Path.Join(Layout.Root, WineTrees.Entry);

    internal string Swap => Path.Join(Layout.Swaps, "s1");

    internal string Bootstrapper => Path.Join(Swap, "bootstrapper.exe");

    internal SwapOutcome? Outcome => new OutcomeFile(Layout, DurableFiles.ForThisSystem(), NullLogger.Instance).Read();

    /// <summary>What the app's runs told: version, folder and arguments of each.</summary>
    internal (string Version, string[] Words)[] Runs()
    {
        var file = Path.Join(_folder, "ran.txt");
        return !File.Exists(file) ? [] : [.. File.ReadAllLines(file).Select(line =>
        {
            var at = line.LastIndexOf("] ", StringComparison.Ordinal) + 1;
            return (line[..at], line[(at + 1)..].Split(' ').Select(word => Encoding.UTF8.GetString(Convert.FromBase64String(word))).ToArray());
        })];
    }

    internal bool IsAt(SwapState state) => File.Exists(Path.Join(Swap, "journal-" + state.ToString().ToLowerInvariant()));

    internal SwapState? State() => Enum.GetValues<SwapState>().Where(IsAt).Select(state => (SwapState?)state).FirstOrDefault();

    internal string[] Apply() => Verb(["apply", "--install", Wine.Windows(Layout.Root), "--swap", "s1"], "20s");

    /// <summary>As who stands in the app's place does: it waits for two seconds, and starts the app whatever becomes of the update.</summary>
    internal string[] ApplyAndStay() => Verb(["apply", "--install", Wine.Windows(Layout.Root), "--swap", "s1", "--stay"], "2s");

    internal string[] Recover() => Verb(["recover", "--install", Wine.Windows(Layout.Root)], "20s");

    /// <summary>Which tree lies there: <c>old</c>, <c>new</c>, or how it is neither.</summary>
    internal string Tree()
    {
        var found = WineTrees.Read(Layout.Root);
        var (old, @new) = (WineTrees.Difference(Template.Old, found), WineTrees.Difference(Template.New, found));
        return old.Length == 0 ? "old" : @new.Length == 0 ? "new" : $"neither old (differs in {old}) nor new (differs in {@new})";
    }

    /// <summary>Processes whose command line names this scene's folder, but for the tool that holds one of its files.</summary>
    internal IReadOnlyList<int> Processes() => [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
        .Where(name => int.TryParse(name, out _) && IsHere(name!)).Select(name => int.Parse(name!, null))];

    /// <summary>Ends all of them at once, as a power cut does for those who watch.</summary>
    private void Kill()
    {
        foreach (var id in Processes())
            _ = UnixCalls.Signal(id, 9); // it may have ended by itself
    }

    /// <summary>Kills until nothing runs here any more, also what was started while it looked; false where something still does.</summary>
    internal Task<bool> KillAllAsync(CancellationToken ct) => QuietAsync(Kill, ct);

    /// <summary>Waits until nothing runs here any more; false where something still does.</summary>
    internal Task<bool> QuietAsync(CancellationToken ct) => QuietAsync(() => { }, ct);

    private async Task<bool> QuietAsync(Action before, CancellationToken ct)
    {
        const int InARow = 3; // between two processes there may be none for a moment
        var quiet = 0;
        bool IsQuiet()
        {
            before();
            quiet = Processes().Count == 0 ? quiet + 1 : 0;
            return quiet >= InARow;
        }

        return await Polling.UntilAsync(IsQuiet, Patience, TimeProvider.System, ct).ConfigureAwait(false);
    }

    internal static async Task<bool> UntilAsync(Func<bool> done, CancellationToken ct) =>
        await Polling.UntilAsync(done, Patience, TimeProvider.System, ct).ConfigureAwait(false);

    /// <summary>What is wrong with the scene now that all is over, or null.</summary>
    /// <param name="tree">The tree expected; null where either will do.</param>
    internal string? Problem(string? tree)
    {
        var (found, runs) = (Tree(), Runs());
        if (_missing is { } missing)
            return missing;
        if (tree is null ? found is not ("old" or "new") : found != tree)
            return $"the tree is {found}{(tree is null ? "" : $", not {tree}")}; {Told()}";
        if (runs.FirstOrDefault(run => run.Version is not ("[1.0]" or "[2.0]")) is { Version: { } mixed })
            return $"the app was started in a tree of {mixed}; {Told()}";
        if (runs.Length > 0 && runs[^1].Version != (found == "old" ? "[1.0]" : "[2.0]"))
            return $"the tree is {found}, and the last start was of {runs[^1].Version}; {Told()}";
        return runs.FirstOrDefault(run => !run.Words.AsSpan(1).SequenceEqual(Arguments)) is { Words: { } words }
            ? $"the arguments arrived as {string.Join(" | ", words[1..])}"
            : null;
    }

    /// <summary>State, outcome and the end of the log: what a failure is understood by.</summary>
    internal string Told()
    {
        var log = File.Exists(Layout.Log) ? string.Join(" / ", File.ReadLines(Layout.Log).TakeLast(6)) : "no log";
        return $"state {State()?.ToString() ?? "none"}; outcome {Outcome?.Result.ToString() ?? "none"} {Outcome?.Reason}; log: {log}";
    }

    public void Dispose()
    {
        _watcher.Dispose();
        Kill();
        Directory.Delete(_folder, recursive: true);
    }

    internal static void Copy(string from, string to)
    {
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
            Directory.CreateDirectory(Path.Join(to, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Join(to, Path.GetRelativePath(from, file)));
    }

    private string[] Verb(string[] verb, string patience) => [.. verb, "--relaunch", "--wait-for", patience, "--cwd", Wine.Windows(_folder), "--", .. Arguments];

    private void NoteMissing(string? name, string how)
    {
        if (name == WineTrees.Entry)
            _missing = $"the entry's name was {how}";
    }

    private bool IsHere(string process)
    {
        try
        {
            var command = File.ReadAllText($"/proc/{process}/cmdline");
            var isHere = command.Contains(_folder + "/", StringComparison.Ordinal) || command.Contains(Wine.Windows(_folder) + "\\", StringComparison.OrdinalIgnoreCase);
            return isHere && !command.Contains(WindowsBuilds.Tool, StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // ended meanwhile
        }
    }
}

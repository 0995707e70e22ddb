using System.Threading.Channels;
using AppUpdater.Core.Disk;

namespace AppUpdater.SwapMatrix.Linux;

/// <summary>
/// One install with a server's folder. Each round a process is started (launcher, the app's own executable) and killed after a random time,
/// alone or with its whole group; now and then its successor is killed as well. Then it is started as a user would, and must be whole.
/// Every third version is a bad one, and now and then the user goes back to the version before.
/// </summary>
internal sealed class SoakInstall(string root, Random random)
{
    private const int Kill = 9; // SIGKILL
    private const int LatestKill = 600;
    private const int Tries = 20;

    private readonly Scene _scene = new(Path.Join(root, "scene"));
    private AppVersion _here = VersionOf(1);
    private AppVersion _next = VersionOf(1);
    private string _step = "";

    private string Server => Path.Join(root, "server");

    internal async Task RunAsync(int cuts, ChannelWriter<MatrixCase> results, CancellationToken ct)
    {
        try
        {
            Serve(_here);
            _scene.Install(_here, Server);
            _scene.LeaveToUpdater();
            await Run.ToEndAsync(_scene.Launcher, KillStories.Arguments, ct);
            for (var made = 0; made < cuts;)
                made += await RoundAsync(results, ct);
        }
        catch (Exception e) when (e is IOException or UpdateException or TimeoutException or UnauthorizedAccessException or InvalidOperationException)
        {
            results.TryWrite(new MatrixCase($"soak: {_step}", "killed at a random moment", $"{e.GetType().Name}: {e.Message} Kept in {root}."));
        }
    }

    /// <summary>Cuts until one hit, then looks at what is left. The number of cuts made.</summary>
    private async Task<int> RoundAsync(ChannelWriter<MatrixCase> results, CancellationToken ct)
    {
        if (_scene.Store.Find() is null)
            await GoOnAsync(ct);
        var (made, isGroup) = (0, false);
        for (var attempt = 0; attempt < Tries && (made == 0 || random.Next(3) == 0); attempt++)
        {
            isGroup = random.Next(4) == 0;
            if (!await CutAsync(isGroup, ct))
            {
                // It was through before the kill: there is no cut without something to do.
                if (_scene.Store.Find() is null)
                    break;
                continue;
            }

            made++;
            if (_scene.ProblemAtOnce(_here, _next) is { } problem)
                throw new InvalidOperationException($"{_here.Number} to {_next.Number}, right after the cut: {problem}.");
        }

        var failure = await new AfterCut(_scene, isExact: false, _here, _next).ProblemAsync(byEntry: random.Next(2) == 0, end: null, ct);
        if (failure is not null)
            throw new InvalidOperationException($"{_here.Number} to {_next.Number}{(IsBad(_next) ? " (bad)" : "")}: {failure.ReplaceLineEndings(" ")}");
        for (var cut = 0; cut < made; cut++)
            results.TryWrite(new MatrixCase($"soak: {_step}", isGroup ? "group killed at a random moment" : "killed at a random moment", null));
        if (_scene.Tree(isExact: false) == _next.Tree(isExact: false))
            _here = _next;
        return made;
    }

    /// <summary>The next thing for the install to do: a newer version on the server, or a way back that was asked for.</summary>
    private async Task GoOnAsync(CancellationToken ct)
    {
        if (_next.Number == _here.Number && _here.Number > 2 && random.Next(5) == 0 && await RolledBackAsync(ct) is { } before)
        {
            // The server still has what is left, and must not be heard any more.
            (_step, _next) = ("rollback", before);
            return;
        }

        _next = VersionOf(Math.Max(_next.Number, _here.Number) + 1);
        _step = IsBad(_next) ? "update to a bad version" : "update";
        Serve(_next);
    }

    /// <summary>The version that a rollback was prepared to; null where there is no backup.</summary>
    private async Task<AppVersion?> RolledBackAsync(CancellationToken ct)
    {
        var updater = UpdateManager.FromSettings(Path.Join(_scene.Layout.Root, "dato.ini"), new UpdateOptions { Bootstrapper = Scene.Bootstrapper });
        await using (updater)
        {
            var staged = await updater.StageRollbackAsync(null, ct);
            return staged?.To is { } to ? VersionOf(to.Major) : null;
        }
    }

    /// <summary>Whether it was still at it when it was killed.</summary>
    private async Task<bool> CutAsync(bool isGroup, CancellationToken ct)
    {
        var program = random.Next(4) == 0 ? _scene.App : _scene.Launcher;
        using var process = Run.Start("setsid", [program, .. KillStories.Arguments]);
        var ended = process.WaitForExitAsync(ct);
        await Task.WhenAny(ended, Task.Delay(random.Next(LatestKill), ct));
        var isCut = !ended.IsCompleted && UnixCalls.Signal(isGroup ? -process.Id : process.Id, Kill) == 0;
        await Run.ToEndAsync(process, ct);
        return isCut && process.ExitCode == 128 + Kill;
    }

    private void Serve(AppVersion version)
    {
        if (Directory.Exists(Server))
            Directory.Delete(Server, recursive: true);
        version.WriteTo(Server);
        File.WriteAllText(Path.Join(Server, "version.ini"), $"[version]\nformat = 1\napp = test\nversion = {version.Number}.0.0\n");
    }

    private static bool IsBad(AppVersion version) => version.Number % 3 == 0;

    private static AppVersion VersionOf(int number) => AppVersion.Of(number, number % 3 == 0 ? 9 : 0, hasTurns: false);
}

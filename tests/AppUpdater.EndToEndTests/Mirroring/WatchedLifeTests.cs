using System.Diagnostics;
using System.Globalization;
using AppUpdater.EndToEndTests.LargeFiles;
using AppUpdater.EndToEndTests.RealServers;
using AppUpdater.Mirroring;
using AppUpdater.Tests;
using Xunit.Abstractions;

namespace AppUpdater.EndToEndTests.Mirroring;

/// <summary>Two hours of a folder's life in two minutes, by another process, while the folder is watched and pushed to vsftpd.</summary>
[Collection(nameof(LargeFilesAlone))]
[Trait("Category", "Long")]
public sealed class WatchedLifeTests(ITestOutputHelper output) : IDisposable
{
    private const int Steps = 2_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NotBefore = TimeSpan.FromHours(24);
    private static readonly TimeSpan RestWithin = TimeSpan.FromMinutes(3);

    private readonly TempFolder _served = new();
    private readonly TempFolder _here = new();
    private readonly TempFolder _script = new();
    private readonly CancellationTokenSource _stop = new();

    public void Dispose()
    {
        _stop.Dispose();
        _script.Dispose();
        _here.Dispose();
        _served.Dispose();
    }

    [LongServerFact(ServerPrograms.Vsftpd)]
    public async Task Two_thousand_random_changes_by_another_process_end_in_equal_trees_and_every_outcome_is_told()
    {
        var seed = Environment.TickCount;
        _here.Write("there before.txt", "one");
        await using var server = await VsftpdServer.StartAsync(_served.Root, new VsftpdOptions { Writable = true, Log = true });
        var told = new Told();
        await using var push = MirrorPush.Open(new MirrorOptions { Url = server.Url.ToString(), Directory = _here.Root, Delete = true, MaxDelete = Steps });
        var watch = push.WatchAsync(Every, NotBefore, told, ct: _stop.Token);
        try
        {
            var start = Stopwatch.GetTimestamp();
            await LiveAsync(new WatchedLife(seed).Write(Steps, Pause));
            var lived = Stopwatch.GetElapsedTime(start);
            await RestAsync(watch, seed);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"figure: {Steps} changes (seed {seed}) in {lived.TotalSeconds:F0} s, both trees equal {(Stopwatch.GetElapsedTime(start) - lived).TotalSeconds:F1} s later; {told.Sent} files sent"));
        }
        finally
        {
            await _stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
        }

        // What was told, one after the other, is what became of the server; each file that got its name was told once.
        Assert.Equal(Names(_served.Root), told.Tree());
        Assert.Equal(server.ReadCommands().Count(line => line.StartsWith("RNTO ", StringComparison.Ordinal)), told.Sent);
    }

    private async Task LiveAsync(string script)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", [_script.Write("life.sh", script)]) { WorkingDirectory = _here.Root, RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
    }

    private async Task RestAsync(Task watch, int seed)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < RestWithin && !IsAtRest())
        {
            if (watch.IsCompleted)
                await watch;
            await Task.Delay(500);
        }

        MirroredTree.AssertEqual(_here.Root, _served.Root, string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
    }

    private bool IsAtRest()
    {
        try
        {
            return MirroredTree.Of(_here.Root).SequenceEqual(MirroredTree.Of(_served.Root));
        }
        catch (Exception e) when (e is IOException)
        {
            return false; // renamed while it was looked at
        }
    }

    private static List<string> Names(string root) =>
        [.. MirroredTree.Of(root).Select(line => line.EndsWith('/') ? line : line[..line.LastIndexOf(' ')]).Order(StringComparer.Ordinal)];

    /// <summary>Everything that was told to have been done, as the tree that it makes.</summary>
    private sealed class Told : IProgress<MirrorEvent>
    {
        private readonly HashSet<string> _tree = new(StringComparer.Ordinal);
        private readonly Lock _gate = new();
        private int _sent;

        internal int Sent
        {
            get
            {
                lock (_gate)
                    return _sent;
            }
        }

        public void Report(MirrorEvent value)
        {
            if (!value.IsSuccess || value.Path is not { } path)
                return;
            lock (_gate)
            {
                switch (value.Kind)
                {
                    case MirrorEventKind.FileDone:
                        _tree.Add(path.Value);
                        _sent++;
                        break;
                    case MirrorEventKind.FolderCreated:
                        _tree.Add($"{path}/");
                        break;
                    case MirrorEventKind.FileRemoved:
                        _tree.Remove(path.Value);
                        break;
                    case MirrorEventKind.FolderRemoved:
                        _tree.Remove($"{path}/");
                        break;
                }
            }
        }

        internal IReadOnlyList<string> Tree()
        {
            lock (_gate)
                return [.. _tree.Order(StringComparer.Ordinal)];
        }
    }
}

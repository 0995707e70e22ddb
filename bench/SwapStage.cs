using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Tests;

namespace AppUpdater.Bench;

/// <summary>
/// An install of 200 files, 100 MB, all of which change, and a swap prepared in it. The app is a script whose first line is the time of
/// day: with an app of .NET its start would be measured as well.
/// </summary>
internal sealed class SwapStage : IDisposable
{
    internal const int Files = 200;
    internal const int FileBytes = 500_000;
    private const string Script = "#!/bin/sh\ndate +%s%N >> started\n";
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(60);
    private static readonly DateTime Released = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly RelativePath Entry = RelativePath.Parse("app");

    private readonly BenchFolder _folder = new();
    private readonly List<FileToPlace> _place = [];

    internal SwapStage()
    {
        Layout = new InstallLayout(_folder["install"]);
        Disk = DurableFiles.ForThisSystem();
        var bytes = new byte[FileBytes];
        for (var number = 0; number < Files; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"lib{number % 10}/file{number}");
            RandomNumberGenerator.Fill(bytes);
            Write(Path.Join(Layout.Root, name), bytes);
            var old = ContentHash.Of(bytes);
            RandomNumberGenerator.Fill(bytes);
            Write(_folder["copied/" + name], bytes);
            var staged = Path.Join(Layout.Staging, number.ToString(CultureInfo.InvariantCulture));
            Write(staged, bytes);
            _place.Add(new FileToPlace(RelativePath.Parse(name), staged, ContentHash.Of(bytes), old, null, Released));
        }

        WriteEntry();
    }

    internal InstallLayout Layout { get; }

    internal IDurableFiles Disk { get; }

    internal string Copied => _folder["copied"];

    internal string Target => _folder["target"];

    /// <summary>The installed files that the swap replaces.</summary>
    internal IEnumerable<string> Live => _place.Select(file => file.Path.Under(Layout.Root)).Where(path => path != App);

    internal string App => Entry.Under(Layout.Root);

    internal FoundSwap Prepare() => new SwapStore(Disk, Layout).Prepare(new SwapRequest(
        SampleSwap.Header with { App = "com.example.bench", Entry = Entry },
        [.. _place],
        [],
        [],
        Bootstrapper));

    /// <summary>The published one, which lies beside the command line.</summary>
    internal static string Bootstrapper => Path.Join(Path.GetDirectoryName(CliRun.Cli), "AppUpdater.Bootstrapper");

    /// <summary>Since 1970, in nanoseconds: as the shell of the app that is started tells it.</summary>
    internal static long Now => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    /// <summary>The bootstrapper in front of the app, which it starts as dato.ini says.</summary>
    internal string Launcher()
    {
        var launcher = Path.Join(Layout.Root, "launch");
        File.Copy(Bootstrapper, launcher);
        File.WriteAllText(
            Path.Join(Layout.Root, "dato.ini"),
            $"[server]\nurl = {_folder["nowhere"]}\n[install]\napp = com.example.bench\nrun = {Entry}\n[trust]\nallow_unsigned = true\n");
        return launcher;
    }

    /// <summary>The app's first line, in nanoseconds of the day's clock.</summary>
    internal async Task<long> StartedAsync(CancellationToken ct)
    {
        var at = Path.Join(Layout.Root, "started");
        if (!await Polling.UntilAsync(() => File.Exists(at) && File.ReadAllText(at).EndsWith('\n'), AtMost, TimeProvider.System, ct))
            throw new InvalidOperationException($"The app was not started. {(File.Exists(Layout.Log) ? await File.ReadAllTextAsync(Layout.Log, ct) : "")}");
        return long.Parse(await File.ReadAllTextAsync(at, ct), CultureInfo.InvariantCulture);
    }

    internal static Process Start(string program, IEnumerable<string> arguments, string folder) => Process.Start(
        new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true })!;

    public void Dispose() => _folder.Dispose();

    private void WriteEntry()
    {
        var staged = Path.Join(Layout.Staging, "app");
        Write(App, System.Text.Encoding.ASCII.GetBytes(Script + "# 1\n"));
        Write(staged, System.Text.Encoding.ASCII.GetBytes(Script + "# 2\n"));
        const UnixFileMode program = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Disk.SetFacts(App, program, modified: null);
        _place.Add(new FileToPlace(Entry, staged, ContentHash.Of(File.ReadAllBytes(staged)), ContentHash.Of(File.ReadAllBytes(App)), program, Released));
    }

    private static void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, Released);
    }
}

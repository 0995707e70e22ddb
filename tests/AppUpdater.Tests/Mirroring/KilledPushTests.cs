using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Mirroring;

/// <summary>What a push that is killed between sending a file and naming it leaves on the server, and who takes that away.</summary>
public sealed class KilledPushTests : IDisposable
{
    private const int Limit = 120_000;
    private const string Theirs = ".a.txt.0123456789abcdef.uploading";

    private readonly TempFolder _served = new();
    private readonly TempFolder _here = new();
    private readonly TempFolder _other = new();
    private readonly TempFolder _kept = new();

    public void Dispose()
    {
        _kept.Dispose();
        _other.Dispose();
        _here.Dispose();
        _served.Dispose();
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_sent_of_a_file_that_then_goes_or_changes_is_removed_and_nothing_of_anybody_else(bool isGone)
    {
        await using var server = LoopbackFtpServer.Start(_served.Root);
        await KilledAsync(server);
        Assert.Single(Leftovers());
        _served.WriteOld(Theirs, "somebody else's");
        File.Delete(_here["a.txt"]);
        _here.WriteOld(isGone ? "b.txt" : "a.txt", "another one", minutes: 9);

        await PushAsync(server.Options(_here.Root));
        Assert.Equal([Theirs, isGone ? "b.txt" : "a.txt"], Names());
        Assert.DoesNotContain(server.Commands, line => line.Contains(Theirs, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task What_was_sent_of_a_file_that_is_the_same_is_gone_on_with()
    {
        await using var server = LoopbackFtpServer.Start(_served.Root);
        await KilledAsync(server);
        await PushAsync(server.Options(_here.Root));
        Assert.Equal(["a.txt"], Names());
        Assert.Single(server.Commands, line => line.StartsWith("STOR ", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Commands, line => line.StartsWith("DELE ", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task A_folder_that_goes_with_a_file_of_which_half_was_sent_goes_on_the_server_too()
    {
        _here.WriteOld("keep.txt", "kept");
        Directory.CreateDirectory(_here["sub"]);
        await using var server = LoopbackFtpServer.Start(_served.Root);
        await PushAsync(server.Options(_here.Root));
        await KilledAsync(server, "sub/a.txt");
        Directory.Delete(_here["sub"], recursive: true);
        var report = await PushAsync(server.Options(_here.Root) with { Delete = true });
        Assert.Empty(report.Failures);
        Assert.Equal(Tree(_here.Root), Tree(_served.Root));
    }

    [Fact(Timeout = Limit)]
    public async Task Another_mirror_of_the_same_file_neither_goes_on_with_it_nor_removes_it()
    {
        await using var server = LoopbackFtpServer.Start(_served.Root);
        await KilledAsync(server);
        var left = Assert.Single(Leftovers());
        _other.WriteOld("a.txt", "one");
        await PushAsync(server.Options(_other.Root));
        await PushAsync(server.Options(_other.Root));
        Assert.Equal([left, "a.txt"], Names());

        await PushAsync(server.Options(_here.Root));
        Assert.Equal(["a.txt"], Names());
    }

    [Fact(Timeout = Limit)]
    public async Task What_the_server_does_not_let_go_of_is_asked_for_once()
    {
        await using var server = LoopbackFtpServer.Start(_served.Root);
        await KilledAsync(server);
        _here.WriteOld("a.txt", "another one", minutes: 9);
        server.Faults.OnCommand = line => line.StartsWith("DELE ", StringComparison.Ordinal) ? FaultAction.Answer("550 No.") : null;
        Assert.Empty((await PushAsync(server.Options(_here.Root))).Failures);
        await PushAsync(server.Options(_here.Root));
        Assert.Single(server.Commands, line => line.StartsWith("DELE ", StringComparison.Ordinal));
    }

    /// <summary>Sends a file and dies before it has its name: what the process then leaves is what lay on the disk when it sent the first byte.</summary>
    private async Task KilledAsync(LoopbackFtpServer server, string path = "a.txt")
    {
        _here.WriteOld(path, "one");
        var own = _here[".appupdater/mirror"];
        var isDead = false;
        server.Faults.OnCommand = line =>
        {
            if (line.StartsWith("STOR ", StringComparison.Ordinal))
                Copy(own, _kept["mirror"]);
            isDead |= line.StartsWith("RNFR ", StringComparison.Ordinal);
            return isDead ? FaultAction.Close() : null;
        };
        await Assert.ThrowsAsync<UnreachableException>(() => PushAsync(server.Options(_here.Root) with { Connections = 1, Retries = 0 }));
        Directory.Delete(own, recursive: true);
        Copy(_kept["mirror"], own);
        server.Faults.Clear();
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var target = File.Create(Path.Join(to, Path.GetFileName(file)));
            source.CopyTo(target);
        }
    }

    private IEnumerable<string> Leftovers() => Names().Where(name => name.EndsWith(".uploading", StringComparison.Ordinal));

    private IReadOnlyList<string> Names() => [.. Directory.GetFiles(_served.Root).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}

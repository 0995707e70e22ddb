using System.Text;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>What is sent together, and with which servers it is not.</summary>
public sealed class FtpPipeliningTests : IDisposable
{
    private const int Limit = 60_000;

    // The greeting, USER, PASS, TYPE, OPTS, PWD, EPSV, the data connection, RETR.
    private const int StepByStep = 9;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private static FtpSource Open(string url, int retries = 0, int patience = 15) =>
        new(RemoteLocation.Parse(url), TransportTestOptions.Create(connections: 1, retries: retries, patience: patience));

    [Fact(Timeout = Limit)]
    public async Task After_a_probe_each_file_costs_two_round_trips()
    {
        _temp.Write("file", new string('x', 10_000));
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var source = Open(server.Url.ToString());
        for (var i = 0; i < 3; i++)
            await source.ReadAllAsync("file");
        Assert.Equal(1, server.Commands.Count(command => command == "NOOP"));
        var before = server.RoundTrips;
        for (var i = 0; i < 5; i++)
            Assert.Equal(10_000, (await source.ReadAllAsync("file")).Length);
        Assert.Equal(10, server.RoundTrips - before);
        await Assert.ThrowsAsync<MissingException>(() => source.ReadAllAsync("nothing"));
        Assert.Equal(10_000, (await source.ReadAllAsync("file")).Length);
        Assert.Equal(1, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_answers_at_once_is_never_sent_two_together()
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (!line.StartsWith("RETR", StringComparison.Ordinal))
                return null;
            await connection.SayAsync("150 here it comes");
            _ = SendAsync(connection);
            return "";
        }));
        await using var source = Open(server.Url);
        for (var i = 0; i < 6; i++)
            Assert.Equal("content", Encoding.ASCII.GetString(await source.ReadAllAsync("file")));
        Assert.Equal(1, server.Heard.Count(command => command == "NOOP"));
        Assert.Equal(6, server.Heard.Count(command => command == "EPSV"));
        Assert.Equal(1, server.Connections);

        static async Task SendAsync(ScriptedConnection connection)
        {
            await connection.SendDataAsync("content"u8.ToArray());
            await connection.SayAsync("226 done");
        }
    }

    [Fact(Timeout = Limit)]
    public async Task An_order_that_breaks_later_ends_the_connection_and_the_habit()
    {
        var transfers = 0;
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (!line.StartsWith("RETR", StringComparison.Ordinal))
                return null;
            var swapped = Interlocked.Increment(ref transfers) == 4;
            await connection.SayAsync("150 here it comes");
            await connection.SendDataAsync("content"u8.ToArray());
            return swapped ? connection.OpenData() : "226 done";
        }));
        await using var source = Open(server.Url, retries: 2);
        for (var i = 0; i < 3; i++)
            await source.ReadAllAsync("file");
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.ReadAllAsync("file"));
        Assert.True(failure.IsTransient);
        var before = server.Heard.Count;
        for (var i = 0; i < 3; i++)
            await source.ReadAllAsync("file");
        var later = server.Heard.Skip(before).SkipWhile(command => !command.StartsWith("RETR", StringComparison.Ordinal)).ToList();
        Assert.Equal(["RETR /file", "EPSV", "RETR /file", "EPSV", "RETR /file"], later);
        Assert.Equal(2, server.Connections);
    }

    [Theory(Timeout = Limit)]
    [InlineData("Microsoft FTP Service")]
    [InlineData("MadGoat FTP server")]
    [InlineData("router FTP server (MikroTik 6.49) ready")]
    public async Task A_server_known_not_to_stand_it_gets_one_command_at_a_time(string greeting)
    {
        _temp.Write("file", "x");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.OnCommand = command => command == "CONNECT" ? FaultAction.AnswerFirst($"220-{greeting}") : null;
        await using var source = Open(server.Url.ToString());
        Assert.Single(await source.ReadAllAsync("file"));
        Assert.Equal(StepByStep, server.RoundTrips);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_loses_what_was_sent_together_is_asked_step_by_step_from_then_on()
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        _temp.Write("file", "x");
        var logins = 0;
        server.Faults.OnCommand = command => command == "TYPE I" && Interlocked.Increment(ref logins) == 1 ? FaultAction.Close() : null;
        await using var source = Open(server.Url.ToString());
        Assert.True((await Assert.ThrowsAsync<UnreachableException>(() => source.ReadAllAsync("file"))).IsTransient);
        var before = server.RoundTrips;
        Assert.Single(await source.ReadAllAsync("file"));
        Assert.Equal(StepByStep, server.RoundTrips - before);
    }

    [Fact(Timeout = Limit)]
    public async Task A_secret_password_waits_for_the_server_to_ask_for_it()
    {
        _temp.Write("file", "x");
        await using var server = LoopbackFtpServer.Start(_temp.Root, new FtpServerOptions { User = "ana", Password = "secret" });
        await using var source = Open($"ftp://ana:secret@127.0.0.1:{server.Port}");
        Assert.Single(await source.ReadAllAsync("file"));

        // The greeting, USER, PASS with the rest, the data connection, RETR.
        Assert.Equal(5, server.RoundTrips);

        var refusing = LoopbackFtpServer.Start(_temp.Root);
        await using (refusing)
        {
            refusing.Faults.OnCommand = command => command.StartsWith("USER", StringComparison.Ordinal)
                ? FaultAction.Answer("530 Non-anonymous sessions must use encryption.")
                : null;
            await using var refused = Open($"ftp://ana:secret@127.0.0.1:{refusing.Port}");
            await Assert.ThrowsAsync<UnreachableException>(() => refused.ReadAllAsync("file"));
            Assert.DoesNotContain("PASS ***", refusing.Commands);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Commands_that_overtook_the_password_are_asked_again()
    {
        _temp.Write("file", "x");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        var early = 4;
        server.Faults.OnCommand = command => command is "TYPE I" or "OPTS UTF8 ON" or "PWD" or "EPSV" && Interlocked.Decrement(ref early) >= 0
            ? FaultAction.Answer("530 Please login with USER and PASS.")
            : null;
        await using var source = Open(server.Url.ToString());
        Assert.Single(await source.ReadAllAsync("file"));
        Assert.Equal(1, server.Commands.Count(command => command == "PASS ***"));
        Assert.Equal(1, server.Connections);
    }
}

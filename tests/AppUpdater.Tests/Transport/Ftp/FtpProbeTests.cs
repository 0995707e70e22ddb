using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>The transfer that also shows whether the server keeps its order.</summary>
public sealed class FtpProbeTests : IDisposable
{
    private const int Limit = 60_000;
    private const string NoConnection = "150 Here it comes.\r\n425 Nobody has connected.";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private static FtpSource Open(string url) => new(RemoteLocation.Parse(url), TransportTestOptions.Create(connections: 1));

    [Fact(Timeout = Limit)]
    public async Task A_listing_that_fails_before_it_has_a_data_connection_is_not_an_empty_one()
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (line != "LIST /")
                return line is "LIST /a" or "LIST" ? NoConnection : line == "CWD /a" ? "250 in" : null;
            await connection.SayAsync("150 Here it comes.");
            await connection.SendDataAsync("drwxr-xr-x 2 u g 4096 Jan  1  2020 a\r\n"u8.ToArray());
            return "226 Done.";
        }));
        await using var source = Open(server.Url);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.ListAllAsync());
        Assert.Contains("Nobody has connected", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsTransient);
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_fails_before_it_has_a_data_connection_may_be_tried_again()
    {
        var asked = 0;
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (line != "RETR /a")
                return null;
            if (asked++ > 0)
                return NoConnection;
            await connection.SayAsync("150 Here it comes.");
            await connection.SendDataAsync("x"u8.ToArray());
            return "226 Done.";
        }));
        await using var source = Open(server.Url);
        await source.ReadAllAsync("a");
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.ReadAllAsync("a"));
        Assert.Contains("Nobody has connected", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsTransient);
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_that_breaks_before_the_probe_leaves_it_to_another()
    {
        _temp.Write("a", "x");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        var asked = 0;
        server.Faults.OnCommand = line => line == "EPSV" && ++asked == 2 ? FaultAction.Close() : null;
        await using var source = Open(server.Url.ToString());
        await source.ReadAllAsync("a");
        await Assert.ThrowsAsync<UnreachableException>(() => source.ReadAllAsync("a"));
        await source.ReadAllAsync("a");
        await source.ReadAllAsync("a");
        Assert.Contains("NOOP", server.Commands);
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_in_a_folder_that_is_not_there_is_not_there_where_only_listings_tell()
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root, new FtpServerOptions { ListOnly = true });
        server.Faults.OnCommand = line => line.StartsWith("SIZE ", StringComparison.Ordinal) ? FaultAction.Answer("500 What?") : null;
        await using var source = Open(server.Url.ToString());
        Assert.Null(await source.StatAsync(RelativePath.Parse("none/a"), default));
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AppUpdater.Tests;

namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>A server's process on a free port of this machine, with a temporary folder for its configuration. Both go with it.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(15);

    private const int MostSaid = 4096;

    private readonly TempFolder _own;
    private readonly ProcessStartInfo _start;
    private Process _process;
    private Task<string[]> _said;

    private ServerProcess(TempFolder own, int port, ProcessStartInfo start)
    {
        _own = own;
        Port = port;
        _start = start;
        (_process, _said) = Begin(start);
    }

    public int Port { get; }

    /// <summary>The folder for its configuration.</summary>
    public string Own => _own.Root;

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="configure">Writes the configuration into the folder given, for the port given, and says what to start.</param>
    /// <param name="greeting">What the server says first; "" if it waits for the client: to be connected is enough then.</param>
    /// <param name="ct">Ends the wait.</param>
    public static Task<ServerProcess> StartAsync(Func<string, int, ProcessStartInfo> configure, string greeting, CancellationToken ct = default) =>
        StartAsync(configure, greeting, ServerPlace.Here, ct);

    /// <inheritdoc cref="StartAsync(Func{string, int, ProcessStartInfo}, string, CancellationToken)"/>
    public static async Task<ServerProcess> StartAsync(
        Func<string, int, ProcessStartInfo> configure, string greeting, ServerPlace place, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(configure);
        ArgumentNullException.ThrowIfNull(greeting);
        for (var attempt = 1; ; attempt++)
        {
            var own = new TempFolder("appupdater-server-");
            var port = FreePort();
            var start = configure(own.Root, port);
            start.RedirectStandardOutput = start.RedirectStandardError = true;
            var server = new ServerProcess(own, port, start);
            if (await server.AnswersAsync(place.Address, greeting, ct).ConfigureAwait(false))
                return server;
            var said = await server.EndAsync().ConfigureAwait(false);

            // Between the choice of the port and its use another program may have taken it.
            if (attempt == 3)
                throw new InvalidOperationException($"{start.FileName} did not answer on port {port} within {AnswersWithin}. It said: {said}");
        }
    }

    /// <summary>Kills it with all its connections and, after a while, starts it again on the same port.</summary>
    public async Task RestartAsync(TimeSpan away, CancellationToken ct = default)
    {
        await KillAsync().ConfigureAwait(false);
        await Task.Delay(away, ct).ConfigureAwait(false);
        (_process, _said) = Begin(_start);
    }

    public async ValueTask DisposeAsync() => await EndAsync().ConfigureAwait(false);

    private static (Process Process, Task<string[]> Said) Begin(ProcessStartInfo start)
    {
        var process = Process.Start(start)!;

        // All along: ProFTPD says a line for each connection, and would stop where nobody takes it.
        return (process, Task.WhenAll(HearAsync(process.StandardOutput), HearAsync(process.StandardError)));
    }

    private async Task<string> EndAsync()
    {
        var said = await KillAsync().ConfigureAwait(false);
        _own.Dispose();
        return said;
    }

    private async Task<string> KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().ConfigureAwait(false);
        var said = string.Concat(await _said.ConfigureAwait(false));
        _process.Dispose();
        return said.Trim();
    }

    /// <summary>To the end, of which no more than the beginning is kept.</summary>
    private static async Task<string> HearAsync(StreamReader output)
    {
        var (kept, next) = (new System.Text.StringBuilder(), new char[1024]);
        while (await output.ReadAsync(next).ConfigureAwait(false) is > 0 and var count)
            kept.Append(next, 0, Math.Min(count, MostSaid - kept.Length));
        return kept.ToString();
    }

    private async Task<bool> AnswersAsync(string address, string greeting, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(AnswersWithin);
        var said = new byte[greeting.Length];
        try
        {
            while (!_process.HasExited)
            {
                using var client = new TcpClient();
                try
                {
                    await client.ConnectAsync(address, Port, patience.Token).ConfigureAwait(false);
                    await client.GetStream().ReadExactlyAsync(said, patience.Token).ConfigureAwait(false);
                    return System.Text.Encoding.ASCII.GetString(said) == greeting;
                }
                catch (Exception early) when (early is SocketException or IOException)
                {
                    await Task.Delay(20, patience.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }

        return false;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

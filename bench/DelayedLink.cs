using System.Diagnostics;
using System.Globalization;

namespace AppUpdater.Bench;

/// <summary>
/// A link with a delay to a network namespace of its own, where the server listens on <see cref="Far"/>. Made by netdelay.c, since not every
/// kernel has netem. Needs root, /dev/net/tun, ip and cc; taken down by process id and by name, whatever happens.
/// </summary>
internal sealed class DelayedLink : IAsyncDisposable
{
    internal const string Far = "198.18.0.2";

    private const string Device = "wan0";

    private readonly string _name = $"appupdater-bench-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}";
    private Process? _carrier;

    private DelayedLink()
    {
    }

    /// <summary>What starts a program at the far end.</summary>
    internal string[] Prefix => ["ip", "netns", "exec", _name];

    /// <summary>The bytes that came over the link so far, headers of packets included.</summary>
    internal static long Received() => long.Parse(File.ReadAllText($"/sys/class/net/{Device}/statistics/rx_bytes"), CultureInfo.InvariantCulture);

    /// <summary>Why no link can be made here; null where one can.</summary>
    internal static string? Absent()
    {
        if (!OperatingSystem.IsLinux())
            return "this needs Linux";
        if (!Environment.IsPrivilegedProcess || !File.Exists("/dev/net/tun"))
            return "a delayed link needs root and /dev/net/tun";
        if (Directory.Exists($"/sys/class/net/{Device}"))
            return $"the network device {Device} is in use: another such link is up";
        return Programs.Find("ip") is null ? "ip is not installed (apt-get install iproute2)"
            : Programs.Find("cc") is null ? "cc is not installed (apt-get install gcc)"
            : null;
    }

    /// <param name="folder">Where the program that carries the packets is built.</param>
    /// <param name="oneWay">The delay each way.</param>
    /// <param name="megabits">Per second, each way.</param>
    /// <param name="ct">Ends it.</param>
    internal static async Task<DelayedLink> StartAsync(BenchFolder folder, TimeSpan oneWay, int megabits, CancellationToken ct)
    {
        var link = new DelayedLink();
        try
        {
            var program = folder["netdelay"];
            await Programs.RunAsync("cc", ["-O2", "-w", "-o", program, Path.Join(AppContext.BaseDirectory, "netdelay.c")], ct);
            await Programs.RunAsync("ip", ["netns", "add", link._name], ct);
            string[] arguments = [link._name, oneWay.TotalMilliseconds.ToString(CultureInfo.InvariantCulture), megabits.ToString(CultureInfo.InvariantCulture)];
            link._carrier = Process.Start(program, arguments);
            await link.WaitUntilUpAsync(ct);
            return link;
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_carrier is not null)
        {
            _carrier.Kill();
            await _carrier.WaitForExitAsync();
            _carrier.Dispose();
        }

        if (File.Exists($"/run/netns/{_name}"))
            await Programs.RunAsync("ip", ["netns", "del", _name], CancellationToken.None);
    }

    private async Task WaitUntilUpAsync(CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await IsUpAsync(ct))
        {
            if (_carrier!.HasExited || Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(10))
                throw new InvalidOperationException("netdelay did not bring the link up.");
            await Task.Delay(50, ct);
        }
    }

    private async Task<bool> IsUpAsync(CancellationToken ct)
    {
        var far = await Programs.RunAsync("ip", ["netns", "exec", _name, "ip", "-o", "address"], ct);
        return far.Contains(Far, StringComparison.Ordinal) && far.Contains("127.0.0.1", StringComparison.Ordinal);
    }
}

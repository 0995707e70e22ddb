using System.Diagnostics;

namespace AppUpdater.SwapMatrix.Windows;

/// <summary>Wine with a prefix of its own that says it is Windows 10. What it starts ends with it, and nothing else does.</summary>
internal sealed class Wine : IAsyncDisposable
{
    private const string Prefix = "WINEPREFIX";

    private readonly string _program;
    private readonly string _prefix;

    private Wine(string program, string prefix) => (_program, _prefix) = (program, prefix);

    /// <summary>Debian's wine64 package puts it where no PATH leads.</summary>
    internal static string? Program =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/lib/wine").Select(folder => Path.Join(folder, "wine64")).FirstOrDefault(File.Exists);

    private string Server => new[] { Path.Join(Path.GetDirectoryName(_program), "wineserver"), "/usr/lib/wine/wineserver" }.First(File.Exists);

    internal static async Task<Wine> StartAsync(string prefix, CancellationToken ct)
    {
        Directory.CreateDirectory(prefix);
        var wine = new Wine(Program!, prefix);
        await wine.RunAsync("wineboot", ["-i"], ct).ConfigureAwait(false);
        var (code, _) = await wine.RunAsync("reg", ["add", @"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f"], ct).ConfigureAwait(false);
        return code == 0 ? wine : throw new InvalidOperationException($"Wine does not start in {prefix}: reg ended with {code}.");
    }

    /// <summary>The path as a Windows program sees it.</summary>
    internal static string Windows(string path) => "Z:" + path.Replace('/', '\\');

    internal Process Start(string program, IEnumerable<string> arguments)
    {
        var start = Info(_program);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var argument in arguments.Prepend(program))
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>Runs a program to its end and gives back its code and what it wrote on standard error. Its children may outlive it.</summary>
    internal async Task<(int Code, string Error)> RunAsync(string program, IEnumerable<string> arguments, CancellationToken ct)
    {
        using var process = Start(program, arguments);
        return await EndOfAsync(process, ct).ConfigureAwait(false);
    }

    internal static async Task<(int Code, string Error)> EndOfAsync(Process process, CancellationToken ct)
    {
        var error = new List<string>();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (error)
                error.Add(line.Data ?? "");
        };
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        // Not WaitForExitAsync, which waits for the streams' ends, and children hold those open.
        while (!process.HasExited)
            await Task.Delay(20, ct).ConfigureAwait(false);
        lock (error)
            return (process.ExitCode, string.Join('\n', error).Trim());
    }

    public async ValueTask DisposeAsync()
    {
        using var server = Process.Start(Info(Server, "-k"))!;
        await server.WaitForExitAsync().ConfigureAwait(false);
    }

    private ProcessStartInfo Info(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments) { UseShellExecute = false };
        info.Environment[Prefix] = _prefix;
        info.Environment["WINEDEBUG"] = "-all";
        info.Environment["WINEDLLOVERRIDES"] = "mscoree,mshtml=";
        info.Environment.Remove("DISPLAY");
        return info;
    }
}

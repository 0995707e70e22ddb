using System.Diagnostics;

namespace AppUpdater.SwapMatrix.Linux;

/// <summary>How a process ended, and what it wrote to standard error.</summary>
internal sealed record Ended(int Code, string Error);

/// <summary>Starts programs as a user would, but for the runtime's own files in /tmp, which are none of the updater's.</summary>
internal static class Run
{
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(5); // a machine with much else to do

    internal static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return Process.Start(start)!;
    }

    /// <exception cref="TimeoutException">It does not end within five minutes; it is ended then.</exception>
    internal static async Task<Ended> ToEndAsync(string program, IEnumerable<string> arguments, CancellationToken ct)
    {
        using var process = Start(program, arguments);
        return await ToEndAsync(process, ct);
    }

    internal static async Task<Ended> ToEndAsync(Process process, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(AtMost);
        try
        {
            var error = await process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new Ended(process.ExitCode, error);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} did not end within {AtMost.TotalSeconds:0} s.");
        }
    }
}

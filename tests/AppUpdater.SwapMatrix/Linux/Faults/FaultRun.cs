using System.Diagnostics;

namespace AppUpdater.SwapMatrix.Linux.Faults;

/// <summary>How a program ended, and what it said on standard error.</summary>
internal sealed record FaultRun(int Code, string Said)
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(90);

    /// <exception cref="TimeoutException">It does not end; it was ended then.</exception>
    internal static async Task<FaultRun> OfAsync(FaultScene scene, IEnumerable<string> line, CancellationToken ct)
    {
        string[] words = [.. line];
        var start = new ProcessStartInfo(words[0], words[1..]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["RAN"] = scene.Ran;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(AtMost);
        try
        {
            var said = await process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new FaultRun(process.ExitCode, said);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', words)} did not end within {AtMost.TotalSeconds:0} s.");
        }
    }
}

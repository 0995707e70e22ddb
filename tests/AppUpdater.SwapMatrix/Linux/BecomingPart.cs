using System.Globalization;
using System.Runtime.CompilerServices;
using AppUpdater.Core.Processes;

namespace AppUpdater.SwapMatrix.Linux;

/// <summary>
/// The launcher becomes the app while its runtime starts threads: on Linux a thread that starts at that moment may be refused, and the
/// runtime then aborts the process. Here one becomes itself again and again, and does nothing else but start threads.
/// </summary>
internal sealed class BecomingPart : IMatrixPart
{
    /// <summary>Of a process of this part: how often it still has to become itself follows.</summary>
    internal const string Verb = "--become";

    private const int Runs = 8;
    private const int Times = 25;
    private const int Starters = 2;

    public string Name => "becoming";

    public string Platform => "Linux";

    public string? Missing => OperatingSystem.IsLinux() ? null : "Linux";

    public async IAsyncEnumerable<MatrixCase> RunAsync(MatrixOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        if (!options.Takes("becoming"))
            yield break;
        for (var run = 0; run < Runs; run++)
        {
            var ended = await Run.ToEndAsync(Own, [Verb, Times.ToString(CultureInfo.InvariantCulture)], ct);
            var failure = ended.Code == 0 ? null : $"code {ended.Code}. {ended.Error.ReplaceLineEndings(" ")}";
            for (var time = 0; time < (failure is null ? Times : 1); time++)
                yield return new MatrixCase("becoming the app", "threads start meanwhile", failure);
        }
    }

    /// <summary>The process that the part starts.</summary>
    internal static int Become(string times)
    {
        var left = int.Parse(times, NumberStyles.None, CultureInfo.InvariantCulture);
        if (left == 0)
            return 0;
        for (var number = 0; number < Starters; number++)
            new Thread(StartThreads) { IsBackground = true }.Start();
        Thread.Sleep(50); // until they are at it
        InPlace.TryBecome(Own, [Verb, (left - 1).ToString(CultureInfo.InvariantCulture)], workingDirectory: null);
        return 1;
    }

    private static string Own => Path.Join(AppContext.BaseDirectory, "AppUpdater.SwapMatrix");

    private static void StartThreads()
    {
        while (true)
        {
            var thread = new Thread(() => { });
            thread.Start();
            thread.Join();
        }
    }
}

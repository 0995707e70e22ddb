using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace AppUpdater.SwapMatrix.Windows;

/// <summary>The published bootstrapper for win-x64 under Wine: locks, libraries in use, command lines, probation, and ends at random moments.</summary>
internal sealed class WinePart : IMatrixPart
{
    private const int AtOnce = 3;
    private static readonly TimeSpan CaseAtMost = TimeSpan.FromMinutes(15);

    public string Name => "wine";

    public string Platform => "Windows (Wine)";

    public string? Missing => Wine.Program is null ? "wine64" : null;

    public async IAsyncEnumerable<MatrixCase> RunAsync(MatrixOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        var builds = await WindowsBuilds.MakeAsync(ct).ConfigureAwait(false);
        var temp = Directory.CreateTempSubdirectory("appupdater-wine-").FullName;
        try
        {
            await using var wine = await Wine.StartAsync(Path.Join(temp, "prefix"), ct).ConfigureAwait(false);
            var stage = await WineStage.MakeAsync(wine, builds, temp, ct).ConfigureAwait(false);
            var done = Channel.CreateUnbounded<MatrixCase>();
            var all = RunAllAsync(stage.Cases(options.Seed).Where(one => options.Takes(one.Step)), done.Writer, ct);
            await foreach (var tried in done.Reader.ReadAllAsync(ct).ConfigureAwait(false))
                yield return tried;
            await all.ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(temp, recursive: true);
        }
    }

    private static async Task RunAllAsync(IEnumerable<WineCase> cases, ChannelWriter<MatrixCase> done, CancellationToken ct)
    {
        try
        {
            await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (one, stop) =>
                await done.WriteAsync(new MatrixCase(one.Step, one.Cut, await TryAsync(one, stop).ConfigureAwait(false)), stop).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            done.Complete();
        }
    }

    private static async Task<string?> TryAsync(WineCase one, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(CaseAtMost);
        try
        {
            return await one.RunAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"not over after {CaseAtMost.TotalMinutes:0} minutes";
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return e.ToString();
        }
    }
}

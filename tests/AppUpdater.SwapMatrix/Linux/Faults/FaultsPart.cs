using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace AppUpdater.SwapMatrix.Linux.Faults;

/// <summary>Disks that fail, fill up or turn read-only under the real bootstrapper.</summary>
internal sealed class FaultsPart : IMatrixPart
{
    private const int AtOnce = 4;

    public string Name => "faults";

    public string Platform => "Linux";

    public string? Missing =>
        !OperatingSystem.IsLinux() ? "Linux" : new[] { "strace", "setpriv" }.FirstOrDefault(program => !IsThere(program));

    public async IAsyncEnumerable<MatrixCase> RunAsync(MatrixOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        var temp = Directory.CreateTempSubdirectory("appupdater-faults-");
        try
        {
            var cases = new List<FaultCase>();
            cases.AddRange(await FailingCalls.CasesAsync(temp.FullName, ct));
            cases.AddRange(ReadOnlyFolders.Cases());
            if (await FullDisks.MayMountAsync(temp.FullName, ct))
                cases.AddRange(FullDisks.Cases());
            else
                Console.WriteLine("skipped: full disks on Linux: mounting a small volume takes root.");
            await foreach (var tried in TryAsync(cases, temp.FullName, ct))
                yield return tried;
        }
        finally
        {
            temp.Delete(recursive: true);
        }
    }

    private static async IAsyncEnumerable<MatrixCase> TryAsync(
        IReadOnlyList<FaultCase> cases, string temp, [EnumeratorCancellation] CancellationToken ct)
    {
        var results = Channel.CreateUnbounded<MatrixCase>();
        var work = Parallel.ForEachAsync(
            cases.Select((one, number) => (one, number)), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (tried, stop) =>
            {
                var (one, number) = tried;
                results.Writer.TryWrite(await one.TryAsync(Path.Join(temp, $"{number}"), stop));
            }).ContinueWith(done => results.Writer.Complete(done.Exception), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await foreach (var result in results.Reader.ReadAllAsync(ct))
            yield return result;
        await work;
    }

    private static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Join(folder, program)));
}

using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace AppUpdater.SwapMatrix.Linux;

/// <summary>Installs that go on from version to version, and whose processes are killed after a random time, over and over.</summary>
internal sealed class SoakPart : IMatrixPart
{
    private const int AtOnce = 4;

    public string Name => "soak";

    public string Platform => "Linux";

    public string? Missing => Programs.Missing("setsid");

    public async IAsyncEnumerable<MatrixCase> RunAsync(MatrixOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("appupdater-soak-").FullName;
        var results = Channel.CreateUnbounded<MatrixCase>();
        var installs = Enumerable.Range(0, Math.Min(AtOnce, options.Soak)).Select(number => Task.Run(() => SoakAsync(number), ct)).ToArray();
        async Task SoakAsync(int number)
        {
            var cuts = options.Soak / AtOnce + (number < options.Soak % AtOnce ? 1 : 0);
            await new SoakInstall(Path.Join(folder, $"install {number}"), new Random(unchecked((options.Seed * AtOnce) + number))).RunAsync(cuts, results.Writer, ct);
        }

        var all = Task.WhenAll(installs).ContinueWith(_ => results.Writer.Complete(), ct, TaskContinuationOptions.None, TaskScheduler.Default);
        var hasFailed = false;
        await foreach (var tried in results.Reader.ReadAllAsync(ct))
        {
            hasFailed |= tried.Failure is not null;
            yield return tried;
        }

        await all;
        await Task.WhenAll(installs);
        if (hasFailed)
            Console.WriteLine($"The soak's installs are kept in {folder}; seed {options.Seed}.");
        else
            Directory.Delete(folder, recursive: true);
    }
}

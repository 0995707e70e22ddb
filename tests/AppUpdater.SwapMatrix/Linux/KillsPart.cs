using System.Runtime.CompilerServices;

namespace AppUpdater.SwapMatrix.Linux;

/// <summary>The published bootstrapper, killed at every call that changes a name or makes something durable; then started as a user would.</summary>
internal sealed class KillsPart : IMatrixPart
{
    public string Name => "kills";

    public string Platform => "Linux";

    public string? Missing => Programs.Missing("strace");

    public async IAsyncEnumerable<MatrixCase> RunAsync(MatrixOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("appupdater-kills-").FullName;
        var hasFailed = false;
        var number = 0;
        foreach (var story in new KillStories(folder).All().Where(story => options.Takes(story.Step)))
        {
            await foreach (var tried in new KillRun(story, Path.Join(folder, $"story {++number}")).RunAsync(ct))
            {
                hasFailed |= tried.Failure is not null;
                yield return tried;
            }
        }

        if (options.Takes(SampleKills.Step))
        {
            await foreach (var tried in new SampleKills(Path.Join(folder, "sample")).RunAsync(ct))
            {
                hasFailed |= tried.Failure is not null;
                yield return tried;
            }
        }

        if (!hasFailed)
            Directory.Delete(folder, recursive: true);
    }
}

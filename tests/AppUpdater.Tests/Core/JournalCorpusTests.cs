using System.Text;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;
using AppUpdater.Tests.Core.Simulation;

namespace AppUpdater.Tests.Core;

/// <summary>
/// Journals as earlier versions wrote them, byte for byte: <c>Journals/FORMAT/story.journal</c>, those of format 1 by the first version that
/// had a swap. Files are added there, never changed: a bootstrapper may meet any of them.
/// </summary>
public sealed class JournalCorpusTests
{
    private static readonly string Corpus = Path.Join(AppContext.BaseDirectory, "Core", "Journals");

    private static readonly string[] Files =
        [.. Directory.GetFiles(Corpus, "*.journal", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Corpus, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    private static readonly string[] OfFirstFormat =
        ["1/edited.journal", "1/fresh.journal", "1/full.journal", "1/no-entry.journal", "1/same-entry.journal", "1/small-rollback.journal", "1/small.journal"];

    private static readonly string[] OfSecondFormat = ["2/marked.journal", "2/recased.journal"];

    public static TheoryData<string> Journals => [.. Files];

    [Fact]
    public void No_journal_was_lost() => Assert.Equal([], OfFirstFormat.Concat(OfSecondFormat).Except(Files));

    [Fact]
    public void Every_kind_of_operation_is_among_them()
    {
        Assert.Equal(Enum.GetValues<OperationKind>().Except([OperationKind.Recase]), Kinds(OfFirstFormat));
        Assert.Contains(OperationKind.Recase, Kinds(OfSecondFormat));
    }

    [Theory]
    [MemberData(nameof(Journals))]
    public void It_is_read(string file)
    {
        var bytes = Bytes(file);
        Assert.StartsWith($"appupdater-journal {file.Split('/')[0]}\n", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        var journal = JournalCodec.Decode(bytes);
        Assert.Equal("1.1.0-0123abcd", journal.Header.Release);
        Assert.Equal(file == "1/small-rollback.journal", journal.Header is { IsRollback: true, Confirm: ConfirmMode.Call, Changed: ChangedFilePolicy.Keep });
    }

    [Theory]
    [MemberData(nameof(Journals))]
    public void It_is_carried_out_and_undone_and_taken_up_wherever_it_was_cut(string file) => Play(file, Plots.AndBack(StoryOf(file)));

    [Theory]
    [MemberData(nameof(Journals))]
    public void It_is_confirmed_and_cleared_wherever_it_was_cut(string file)
    {
        var story = StoryOf(file);
        Play(file, [Plots.Apply(story), Plots.Confirm(story), Plots.Clear(story, SwapState.Confirmed)]);
    }

    [Theory]
    [InlineData(nameof(SwapState.Applying))]
    [InlineData(nameof(SwapState.Committed))]
    [InlineData(nameof(SwapState.Undoing))]
    public void One_of_a_newer_format_that_is_on_is_refused_and_nothing_touched(string name)
    {
        var state = Enum.Parse<SwapState>(name);
        var (story, disk) = OfANewerFormat(state);
        Assert.Contains("of format \"3\"", Assert.Throws<UntrustedException>(() => story.Store(disk).Find()).Message, StringComparison.Ordinal);
        var report = story.Runner(disk).Recover(new FoundSwap(story.Header(), state, SimulatedInstall.SwapFolder));
        Assert.Equal(state, report.State);
        Assert.True(state == SwapState.Committed || report.Reason!.Contains("a newer version wrote it", StringComparison.Ordinal), report.Reason);
    }

    [Fact]
    public void A_pending_one_of_a_newer_format_is_not_applied_and_nothing_touched()
    {
        var (story, disk) = OfANewerFormat(SwapState.Prepared);
        Assert.Null(story.Store(disk).Find());
        var report = story.Runner(disk).Apply(new FoundSwap(story.Header(), SwapState.Prepared, SimulatedInstall.SwapFolder));
        Assert.Equal(SwapState.Prepared, report.State);
        Assert.Contains("of format \"3\", and this version knows 1 and 2 only; a newer version wrote it", report.Reason, StringComparison.Ordinal);
    }

    private static (SimulatedInstall Story, SimulatedDisk Disk) OfANewerFormat(SwapState state)
    {
        var text = Encoding.UTF8.GetString(Bytes("1/small.journal"));
        var body = "appupdater-journal 3" + text["appupdater-journal 3".Length..text.LastIndexOf("sha256 ", StringComparison.Ordinal)];
        var disk = Laid(Stories.Small, Bytes("1/small.journal"));
        disk.Overwrite(new SwapFolder(disk, SimulatedInstall.SwapFolder).Journal(SwapState.Prepared), Encoding.UTF8.GetBytes($"{body}sha256 {ContentHash.Of(Encoding.UTF8.GetBytes(body))}\n"), modified: null);
        if (state != SwapState.Prepared)
            new SwapFolder(disk, SimulatedInstall.SwapFolder).Rename(SwapState.Prepared, state);
        disk.BeforeStep = what => Assert.Fail(what);
        return (Stories.Small, disk);
    }

    private static void Play(string file, Chapter[] chapters)
    {
        var story = StoryOf(file) with { HasCompanion = false };
        var failure = new CutMatrix(story, CutBounds.Long).Play(Laid(story, Bytes(file)), chapters);
        Assert.True(failure is null, failure);
    }

    /// <summary>The disk as that version left it with the swap pending: laid out by its journal, not by today's preparation.</summary>
    private static SimulatedDisk Laid(SimulatedInstall story, byte[] bytes)
    {
        var disk = story.Start();
        var folder = new SwapFolder(disk, SimulatedInstall.SwapFolder);
        SimulatedInstall.Write(disk, folder.Bootstrapper, new TreeFile(SimulatedInstall.Gate, TreeFile.Program));
        foreach (var placed in JournalCodec.Decode(bytes).Operations.Where(operation => operation.NewHash is not null && !operation.IsSameContent))
            SimulatedInstall.Write(disk, folder.New(placed), story.New[placed.Path.Value]);
        disk.CreateDirectory(folder.OldFiles);
        if (disk.Stat(folder.NewFiles) is null)
            disk.CreateDirectory(folder.NewFiles);
        using (var journal = disk.CreateNew(folder.Journal(SwapState.Prepared), mode: null))
            journal.Write(bytes);
        disk.Settle();
        return disk;
    }

    private static SimulatedInstall StoryOf(string file) => Path.GetFileNameWithoutExtension(file) switch
    {
        "small-rollback" => Stories.Small with { Changed = ChangedFilePolicy.Keep },
        var name => Stories.All[name.Replace('-', ' ')],
    };

    private static IEnumerable<OperationKind> Kinds(IEnumerable<string> files) =>
        files.SelectMany(file => JournalCodec.Decode(Bytes(file)).Operations).Select(operation => operation.Kind).Distinct().Order();

    private static byte[] Bytes(string file) => File.ReadAllBytes(Path.Join(Corpus, file));
}

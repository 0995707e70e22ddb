using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;

namespace AppUpdater.Tests.Core;

public sealed class SpareBootstrapperTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly IDurableFiles _files = DurableFiles.ForThisSystem();
    private readonly InstallLayout _layout;
    private readonly FoundSwap _swap;

    public SpareBootstrapperTests()
    {
        _layout = new InstallLayout(_temp.Root);
        _swap = Prepare();
        File.Delete(_swap.Bootstrapper);
    }

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("prepared")]
    [InlineData("applying")]
    [InlineData("undoing")]
    public void The_same_bytes_are_put_back_wherever_they_lie(string state)
    {
        var swap = Be(state);

        Assert.True(PutBack(swap, _temp.Write("other", "another version"), _temp["missing"], _temp.Write("same", "the bootstrapper")));

        Assert.Equal("the bootstrapper", File.ReadAllText(swap.Bootstrapper));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(swap.Bootstrapper).HasFlag(UnixFileMode.UserExecute));
        Assert.DoesNotContain(Directory.GetFiles(swap.Directory), file => file.Contains("spare", StringComparison.Ordinal));
    }

    [Fact]
    public void The_gate_is_such_a_place()
    {
        _temp.Write("app", "the bootstrapper");

        Assert.True(PutBack(Be("applying"), _temp.Write("other", "another version")));

        Assert.Equal("the bootstrapper", File.ReadAllText(_swap.Bootstrapper));
    }

    [Theory]
    [InlineData("applying", true)]
    [InlineData("undoing", true)]
    [InlineData("prepared", false)]
    public void Another_version_does_for_what_has_begun(string state, bool isPutBack)
    {
        var swap = Be(state);

        Assert.Equal(isPutBack, PutBack(swap, _temp.Write("other", "another version")));

        Assert.Equal(isPutBack, File.Exists(swap.Bootstrapper));
    }

    [Fact]
    public void The_app_itself_is_no_bootstrapper()
    {
        _temp.Write("app", "old");

        Assert.False(PutBack(Be("applying")));

        Assert.False(File.Exists(_swap.Bootstrapper));
    }

    [Fact]
    public void One_that_lies_there_is_left_alone()
    {
        File.WriteAllText(_swap.Bootstrapper, "what is there");

        Assert.True(PutBack(Be("applying"), _temp.Write("same", "the bootstrapper")));

        Assert.Equal("what is there", File.ReadAllText(_swap.Bootstrapper));
    }

    [Fact]
    public void A_swap_that_was_cleared_meanwhile_is_no_failure()
    {
        Directory.Delete(_swap.Directory, recursive: true);

        Assert.False(PutBack(_swap, _temp.Write("same", "the bootstrapper")));
    }

    private bool PutBack(FoundSwap swap, params string[] spares) => new SpareBootstrapper(_files, _layout).TryPutBack(swap, spares);

    private FoundSwap Be(string state)
    {
        File.Move(Path.Join(_swap.Directory, "journal-prepared"), Path.Join(_swap.Directory, $"journal-{state}"));
        return new SwapStore(_files, _layout).Find()!;
    }

    private FoundSwap Prepare() => new SwapStore(_files, _layout).Prepare(new SwapRequest(
        SampleSwap.Header,
        [new FileToPlace(RelativePath.Parse("app"), _temp.Write(".appupdater/staging/app", "new"), ContentHash.Of("new"u8), OldHash: null, Mode: null, Modified: null)],
        [],
        [],
        _temp.Write("bootstrapper", "the bootstrapper")));
}

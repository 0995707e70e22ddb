using AppUpdater.Core.Swap;
using AppUpdater.Tests.Core.Simulation;

namespace AppUpdater.Tests.Core;

public sealed class StartCountTests
{
    private const string Swap = SimulatedInstall.SwapFolder;
    private static readonly StartsSoFar Before = new(1, 4, Failure: null);
    private static readonly StartsSoFar After = new(2, 4, "Version 2.0 ended with exit code 9.");

    [Fact]
    public void Without_a_count_there_was_no_start() => Assert.Equal(StartsSoFar.None, new StartCount(Stories.Small.Prepared(), Swap).Read());

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("one 2\n\n")]
    [InlineData("-1 2\n\n")]
    [InlineData("99999999999 2\n\n")]
    [InlineData("1 2 3\n\n")]
    public void Garbage_is_no_start(string text)
    {
        var disk = Stories.Small.Prepared();
        SimulatedInstall.Write(disk, Swap + "/starts", new TreeFile(text));

        Assert.Equal(StartsSoFar.None, new StartCount(disk, Swap).Read());
    }

    [Fact]
    public void A_reason_of_several_lines_is_read_back_as_one()
    {
        var count = new StartCount(Stories.Small.Prepared(), Swap);

        count.Write(new StartsSoFar(0, 0, "one\r\ntwo" + new string('x', 5000)));

        Assert.StartsWith("one  two", count.Read().Failure, StringComparison.Ordinal);
        Assert.Equal(1000, count.Read().Failure!.Length);
    }

    [Fact]
    public void What_was_counted_is_there_after_a_cut_at_any_instant()
    {
        var cases = 0;
        for (var step = 0; ; step++)
        {
            var disk = Counted();
            var passed = 0;
            disk.BeforeStep = _ =>
            {
                if (passed++ == step)
                    throw new CutException("here");
            };
            var isCut = false;
            try
            {
                new StartCount(disk, Swap).Write(After);
            }
            catch (CutException)
            {
                isCut = true;
            }

            disk.BeforeStep = null;
            foreach (var (name, left) in CrashOutcomes.Of(disk, bound: 64, seed: 1))
            {
                cases++;
                var read = new StartCount(left, Swap).Read();
                Assert.True(isCut ? read == Before || read == After : read == After, $"step {step}, {name}: {read}");
                new StartCount(left, Swap).Write(Before with { Unjudged = 3 }); // what is left over does not stand in the way
                Assert.Equal(3, new StartCount(left, Swap).Read().Unjudged);
            }

            if (!isCut)
                break;
        }

        Assert.InRange(cases, 10, 1000);
    }

    private static SimulatedDisk Counted()
    {
        var disk = Stories.Small.Prepared();
        new StartCount(disk, Swap).Write(Before);
        disk.Settle();
        return disk;
    }
}

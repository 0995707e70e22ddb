using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Planning;
using AppUpdater.Staging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Staging;

public sealed class StagingRoundsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ScriptedSource _source = new ScriptedSource().Put("app.exe", [1, 2, 3]).Put("lib.dll", [4, 5]);

    public void Dispose()
    {
        _source.Dispose();
        _folder.Dispose();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_holds_still_is_asked_once_more()
    {
        var plans = new Remaker(plan => Task.FromResult(plan));

        var staged = await RunAsync(await Plans.FetchingAllOfAsync(_source), plans);

        Assert.Equal(1, plans.Asked);
        Assert.Equal(5, staged.BytesFetched);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_release_that_changed_meanwhile_is_planned_again_and_what_fits_is_kept()
    {
        var changed = false;
        var plans = new Remaker(async plan =>
        {
            if (changed)
                return plan;
            changed = true;
            _source.Put("lib.dll", [6, 7, 8], ScriptedSource.Time.AddHours(1)).Put("new.txt", [9]);
            return await Plans.FetchingAllOfAsync(_source, "2.0.1");
        });

        var staged = await RunAsync(await Plans.FetchingAllOfAsync(_source), plans);

        Assert.Equal("2.0.1", staged.Plan.To.ToString());
        Assert.Equal(["app.exe", "lib.dll", "new.txt"], staged.Files.Select(file => file.Planned.Target.Value));
        Assert.All(staged.Files, file => Assert.Equal(ContentHash.Of(_source.Content(file.Planned.Target.Value)), file.Hash));
        Assert.Single(_source.Opened, open => open.Path.Value == "app.exe");
        Assert.Equal(9, staged.BytesFetched);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_plan_with_everything_here_is_looked_at_once_more_too()
    {
        var plans = new Remaker(plan => Task.FromResult(plan));
        await RunAsync(await Plans.FetchingAllOfAsync(_source), plans);

        await RunAsync(await Plans.FetchingAllOfAsync(_source), plans);

        Assert.Equal(2, plans.Asked);
        Assert.Equal(2, _source.Opened.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_missing_for_a_moment_while_it_is_uploaded_is_waited_for()
    {
        var asked = 0;
        var plans = new Remaker(plan => asked++ == 0 ? throw new MissingException("version.ini is not there") : Task.FromResult(plan));

        var staged = await RunAsync(await Plans.FetchingAllOfAsync(_source), plans);

        Assert.Equal(2, plans.Asked);
        Assert.Equal(5, staged.BytesFetched);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_stays_missing_is_told_as_missing()
    {
        var plans = new Remaker(_ => throw new MissingException("version.ini is not there"));

        await Assert.ThrowsAsync<MissingException>(async () => await RunAsync(await Plans.FetchingAllOfAsync(_source), plans));

        Assert.Equal(5, plans.Asked);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_never_holds_still_is_given_up()
    {
        var time = ScriptedSource.Time;
        var plans = new Remaker(async _ =>
        {
            _source.Put("lib.dll", [6, 7, 8], time = time.AddMinutes(1));
            return await Plans.FetchingAllOfAsync(_source);
        });

        var failure = await Assert.ThrowsAsync<UnreachableException>(async () => await RunAsync(await Plans.FetchingAllOfAsync(_source), plans));

        Assert.Contains("keep changing", failure.Message, StringComparison.Ordinal);
        Assert.Equal(5, plans.Asked);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_version_ini_that_is_just_being_written_is_waited_for()
    {
        var asked = 0;
        var plans = new Remaker(plan => ++asked == 1 ? throw new SettingsException("version.ini: the file is empty.") : Task.FromResult(plan));

        var staged = await RunAsync(await Plans.FetchingAllOfAsync(_source), plans);

        Assert.Equal(2, asked);
        Assert.Equal(5, staged.BytesFetched);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_version_ini_that_stays_broken_is_told_as_such()
    {
        var plans = new Remaker(_ => throw new SettingsException("version.ini: the file is empty."));

        await Assert.ThrowsAsync<SettingsException>(async () => await RunAsync(await Plans.FetchingAllOfAsync(_source), plans));

        Assert.Equal(5, plans.Asked);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_no_second_attempt_can_help_gets_none()
    {
        var plan = await Plans.FetchingAllOfAsync(_source);
        var opened = 0;
        _source.OnOpen = (_, _) =>
        {
            Interlocked.Increment(ref opened);
            throw new UnreachableException("refused the login", isTransient: false);
        };

        await Assert.ThrowsAsync<UnreachableException>(async () => await RunAsync(plan, new Remaker(Task.FromResult)));

        // Two files side by side.
        Assert.InRange(opened, 1, 2);
    }

    private Task<StagedFiles> RunAsync(UpdatePlan plan, IPlanMaker plans)
    {
        var options = new StagingOptions { Connections = 2, RetryDelay = TimeSpan.Zero, RoundDelay = TimeSpan.Zero };
        var engine = new DownloadEngine(
            _source, new InstallLayout(_folder.Root), new FileSystem(), DurableFiles.ForThisSystem(), options, TimeProvider.System, NullLogger.Instance);
        return new StagingRounds(engine, plans, options, TimeProvider.System, NullLogger.Instance)
            .RunAsync(plan, new ProgressMeter(null, TimeProvider.System), default);
    }

    private sealed class Remaker(Func<UpdatePlan, Task<UpdatePlan>> remake) : IPlanMaker
    {
        internal int Asked { get; private set; }

        public Task<UpdatePlan> RemakeAsync(UpdatePlan made, CancellationToken ct)
        {
            Asked++;
            return remake(made);
        }
    }
}

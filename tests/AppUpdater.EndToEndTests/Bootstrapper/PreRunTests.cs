using System.Diagnostics;
using AppUpdater.Core.Swap;
using AppUpdater.EndToEndTests.BadInput;
using AppUpdater.Testing;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>The launcher and a server: the app starts every time, with the update where there is time for it. The app is a shell script.</summary>
public sealed class PreRunTests
{
    private const int Limit = 60_000;

    /// <summary>On top of the limits in dato.ini: two starts of .NET on a machine at work.</summary>
    private static readonly TimeSpan Allowance = TimeSpan.FromSeconds(8);

    [LinuxFact(Timeout = Limit)]
    public async Task A_new_version_is_fetched_put_in_and_started_with_the_arguments_given()
    {
        await using var scene = new PreRunScene(newApp: "exit 0");

        var (code, error, _) = await scene.RunAsync("--name", "two words");

        Assert.Equal((0, "2.0 --name two words"), (code, Assert.Single(scene.Swap.Runs)));
        Assert.Contains("AppUpdater: ", error, StringComparison.Ordinal);
    }

    [LinuxFact(Timeout = Limit)]
    public async Task With_nothing_to_do_not_a_word_is_said()
    {
        await using var scene = new PreRunScene(newApp: "[ \"$1\" = again ] && exit 22; exit 0");
        await scene.RunAsync();

        var (code, error, _) = await scene.RunAsync("again");

        Assert.Equal((22, ""), (code, error));
        Assert.Equal(["2.0", "2.0"], scene.Versions);
    }

    /// <summary>Each way in which a server can fail, with the limit that then counts.</summary>
    public static TheoryData<string> Failures => new("silent", "refused login", "no version", "rubbish", "cut", "hostile listing", "stalled");

    [LinuxTheory(Timeout = Limit)]
    [MemberData(nameof(Failures))]
    public async Task The_app_starts_whatever_the_server_does(string failure)
    {
        await using var scene = new PreRunScene();
        scene.Configure("check_within = 1s\nstage_within = 2s");
        var faults = scene.Server.Faults;
        switch (failure)
        {
            case "silent": faults.OnCommand = _ => FaultAction.Ignore(); break;
            case "refused login": faults.RefuseLogin(); break;
            case "no version": faults.OnCommand = line => line.StartsWith("RETR", StringComparison.Ordinal) ? FaultAction.Answer("550 No such file.") : null; break;
            case "rubbish": faults.OnCommand = _ => FaultAction.Answer("HTTP/1.1 200 OK"); break;
            case "cut": faults.CutAfter("big", 1000, int.MaxValue); break;
            case "hostile listing": faults.ExtraListingNames = ["../../evil"]; break;
            default: faults.Stall("big", 1000, int.MaxValue); break;
        }

        var (code, error, time) = await scene.RunAsync("x");

        Assert.True(code == 11, $"{code}: {error}");
        Assert.Equal("1.0 x", string.Join(' ', Assert.Single(scene.Swap.Runs).Split(' ')[..2]));
        Assert.StartsWith("AppUpdater: ", error, StringComparison.Ordinal);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(3) + Allowance);
    }

    [LinuxFact(Timeout = Limit)]
    public async Task A_certificate_that_nobody_vouches_for_does_not_keep_the_app_from_starting()
    {
        await using var scene = new PreRunScene(new FtpServerOptions { Tls = FtpTlsMode.Explicit });

        var (code, error, _) = await scene.RunAsync();

        Assert.True(code == 11, error);
        Assert.Contains("no update", error, StringComparison.Ordinal);
    }

    [LinuxFact(Timeout = Limit)]
    public async Task A_wrong_key_elsewhere_in_dato_ini_does_not_keep_the_app_from_starting()
    {
        await using var scene = new PreRunScene();
        scene.Configure("connections = 0");

        var (code, error, _) = await scene.RunAsync();

        Assert.Equal(11, code);
        Assert.Contains("[update] connections = 0", error, StringComparison.Ordinal);
    }

    [LinuxFact(Timeout = Limit)]
    public async Task What_is_fetched_too_slowly_goes_on_behind_the_app_and_is_put_in_at_its_next_start()
    {
        await using var scene = new PreRunScene(new FtpServerOptions { Rate = 100_000 }, newApp: "exit 0");
        scene.Install("until ls .appupdater/swap/*/journal-prepared 2>/dev/null; do sleep 0.1; done; exit 11");
        scene.Configure("stage_within = 500ms");

        var (code, error) = await InInstallAsync(scene);
        Assert.True(code == 11, error);
        Assert.Contains("2.0 is fetched while the app runs", error, StringComparison.Ordinal);
        Assert.Equal(SwapState.Prepared, scene.Swap.Store.Find()!.State);

        await scene.Server.DisposeAsync();
        Assert.Equal(0, (await scene.RunAsync()).Code);
        Assert.Equal(["1.0", "2.0"], scene.Versions);
    }

    [LinuxFact(Timeout = Limit)]
    public async Task An_app_that_ends_before_its_update_is_there_ends_the_fetching_which_goes_on_at_its_byte()
    {
        await using var scene = new PreRunScene(new FtpServerOptions { Rate = 100_000 }, newApp: "exit 0");
        scene.Configure("stage_within = 1s");

        // The app ends once some of the file is there, however long that takes here.
        scene.Install($"until find '{scene.Swap.Layout.Staging}' -type f -size +20k | grep -q .; do sleep 0.1; done; exit 11");

        var (code, error, _) = await scene.RunAsync();
        Assert.True(code == 11, error);

        scene.Configure("stage_within = 30s");
        Assert.Equal(0, (await scene.RunAsync()).Code);
        Assert.Equal(["1.0", "2.0"], scene.Versions);
        Assert.Contains(scene.Server.Commands, line => line.StartsWith("REST ", StringComparison.Ordinal) && line != "REST 0");
    }

    [LinuxFact(Timeout = Limit)]
    public async Task Where_there_is_no_app_yet_it_is_waited_for()
    {
        await using var scene = new PreRunScene(new FtpServerOptions { Rate = 400_000 }, newApp: "exit 0");
        File.Delete(scene.Swap.App);
        File.Delete(Path.Join(scene.Swap.Layout.Root, "version.ini"));
        scene.Configure("stage_within = 0s");

        var (code, error, _) = await scene.RunAsync();

        Assert.True(code == 0, error);
        Assert.Equal(["2.0"], scene.Versions);
    }

    [LinuxFact(Timeout = Limit)]
    public async Task A_minimum_that_nobody_signed_holds_nothing_back()
    {
        await using var scene = new PreRunScene();
        scene.Server.Faults.CutAfter("big", 1000, int.MaxValue);
        scene.Configure("enforce_minimum = true\nstage_within = 500ms");

        var (code, error, _) = await scene.RunAsync();

        Assert.Equal(11, code);
        Assert.Contains("Nobody signed that", error, StringComparison.Ordinal);
    }

    [LinuxTheory(Timeout = Limit)]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task Asked_to_end_while_it_fetches_it_starts_nothing(string signal)
    {
        await using var scene = new PreRunScene(new FtpServerOptions { Rate = 20_000 });
        using var launcher = SwapScene.Start("env", [PreRunScene.HearsInterrupts, scene.Launcher]);
        await SwapScene.UntilAsync(() => scene.Server.Commands.Any(line => line.StartsWith("RETR /big", StringComparison.Ordinal)));

        using (var kill = Process.Start("kill", [signal, launcher.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();

        Assert.Equal(ExitCodes.Cancelled, (await SwapScene.EndOfAsync(launcher)).Code);
        Assert.Empty(scene.Swap.Runs);
        Assert.Null(scene.Swap.Store.Find());
    }

    [LinuxFact(Timeout = Limit)]
    public async Task Of_two_launchers_at_once_each_starts_its_app()
    {
        await using var scene = new PreRunScene(new FtpServerOptions { Rate = 400_000 }, newApp: "exit 0");

        var runs = await Task.WhenAll(scene.RunAsync("a"), scene.RunAsync("b"));

        Assert.All(runs, run => Assert.True(run.Code is 0 or 11, run.Error));
        Assert.Equal(["a", "b"], scene.Swap.Runs.Select(run => run.Split(' ')[1]).Order());
    }

    [LinuxFact(Timeout = Limit)]
    public async Task A_pending_update_does_not_wait_for_an_instance_that_runs()
    {
        await using var scene = new PreRunScene(newApp: "exit 0");
        scene.Swap.Prepare("exit 0");
        using var running = Core.Locks.RunningMark.TryShare(scene.Swap.Layout);

        var (code, error, time) = await scene.RunAsync();

        Assert.True(code == 11, error);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(2) + Allowance);
        Assert.Equal(SwapState.Prepared, scene.Swap.Store.Find()!.State);
    }

    [LinuxFact(Timeout = Limit)]
    public async Task A_pending_update_that_could_not_be_applied_does_not_keep_out_a_newer_one()
    {
        await using var scene = new PreRunScene(newApp: "exit 0");
        scene.Swap.Prepare("exit 0");
        using (Core.Locks.RunningMark.TryShare(scene.Swap.Layout))
            Assert.Equal(11, (await scene.RunAsync()).Code);
        Assert.Equal(SwapState.Prepared, scene.Swap.Store.Find()!.State);

        var (code, error, _) = await scene.RunAsync();

        Assert.True(code == 0, error);
        Assert.Equal(["1.0", "2.0"], scene.Versions);
        Assert.True(File.Exists(Path.Join(scene.Swap.Layout.Root, "big"))); // the newer one has it, the pending one had not
    }

    [LinuxFact(Timeout = Limit)]
    public async Task What_fails_behind_the_app_is_found_in_the_log()
    {
        await using var scene = new PreRunScene(new FtpServerOptions { Latency = TimeSpan.FromMilliseconds(200) });
        scene.Install("until grep -qs 'No newer update: ' .appupdater/log; do sleep 0.1; done; exit 11");
        scene.Server.Faults.OnCommand = line => line.StartsWith("RETR /big", StringComparison.Ordinal) ? FaultAction.Answer("550 No such file.") : null;
        scene.Configure("stage_within = 0s");

        var (code, error) = await InInstallAsync(scene);

        Assert.True(code == 11, error);
        Assert.Contains("No newer update: The server's files of 2.0", scene.Swap.Log, StringComparison.Ordinal);
    }

    /// <summary>1.0 looks at the journal by a relative path.</summary>
    private static Task<(int Code, string Error)> InInstallAsync(PreRunScene scene) =>
        SwapScene.RunAsync("/bin/sh", ["-c", "cd \"$1\"; exec \"$0\"", scene.Launcher, scene.Swap.Layout.Root]);
}

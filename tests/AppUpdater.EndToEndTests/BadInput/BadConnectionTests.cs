using AppUpdater.Testing;

namespace AppUpdater.EndToEndTests.BadInput;

public sealed class BadConnectionTests
{
    /// <summary>Where the conversation breaks, each time again, and what the message must tell. Empty: that run gets through all the same.</summary>
    private static readonly (string Stage, Action<FtpFaults> Break, string[] Says)[] Stages =
    [
        ("the greeting", faults => CloseAt(faults, "CONNECT"), ["the greeting"]),
        ("the user", faults => CloseAt(faults, "USER"), ["USER"]),
        ("the password", faults => CloseAt(faults, "PASS"), ["PASS"]),
        ("the features", faults => CloseAt(faults, "FEAT"), ["FEAT"]),
        ("the passive port", faults => CloseAt(faults, "EPSV"), ["EPSV"]),
        ("the listing's command", faults => CloseAt(faults, "MLSD"), ["MLSD /"]),
        ("the listing's data", faults => faults.CutAfter("/", 20, int.MaxValue), ["MLSD /"]),
        ("version.ini's command", faults => CloseAt(faults, "RETR /version.ini"), ["RETR /version.ini"]),
        ("version.ini's data", faults => faults.CutAfter("version.ini", 10, int.MaxValue), ["RETR /version.ini"]),
        ("a file's command", faults => CloseAt(faults, "RETR /bin"), ["RETR /bin/app.bin"]),
        ("a file's data", CutTheFile, ["RETR /bin/app.bin"]),
        // All bytes came, and the server still has the same file: what lacks is a word.
        ("version.ini's end", faults => faults.CutAfter("version.ini", CliScene.VersionFile("1.1").Length, int.MaxValue), []),
        ("a file's end", faults => faults.CutAfter(CliScene.Big, 100_000, int.MaxValue), []),
    ];

    [Fact(Timeout = 240_000)]
    public async Task Cut_at_any_stage_it_names_the_host_and_the_next_run_goes_through()
    {
        // Most of the time goes by in waiting for the next attempt, so they wait side by side.
        await Parallel.ForEachAsync(Stages, new ParallelOptions { MaxDegreeOfParallelism = 7 }, async (stage, _) =>
        {
            await using var scene = new CliScene();
            stage.Break(scene.Faults);

            var run = await scene.RunAsync("update");

            Assert.True(run.Code == (stage.Says.Length > 0 ? 4 : 0), $"Cut at {stage.Stage} it ended with {run.Code} and said:\n{run.Output}");
            if (stage.Says.Length > 0)
            {
                run.Is(4, [scene.Host, .. stage.Says]);
                scene.AssertUntouched();
            }

            scene.Faults.Clear();
            await scene.AssertUpdatesAsync();
            Assert.True(stage.Stage != "a file's data" || scene.Asked("REST 1000").Any(), "It went on at its byte.");
        });
    }

    [Fact(Timeout = 120_000)]
    public async Task A_refused_connection_is_told_with_host_and_port()
    {
        await using var scene = new CliScene();
        await scene.Server.DisposeAsync();

        (await scene.RunAsync("update")).Is(4, $"{scene.Host} can't be reached", "Check address and network");

        scene.AssertUntouched();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_without_an_address_is_told_by_name()
    {
        await using var scene = new CliScene();
        scene.Configure("url = ftp://no-such-host.invalid/app");

        (await scene.RunAsync("check")).Is(4, "no-such-host.invalid:21 can't be reached");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("check")]
    [InlineData("update")]
    public async Task A_refused_login_is_told_with_the_user_and_tried_once(string verb)
    {
        await using var scene = new CliScene(new FtpServerOptions { User = "reader", Password = "right" });
        scene.Configure($"url = {scene.Server.Url}\nuser = reader\npassword = not-this-one");

        var run = (await scene.RunAsync(verb)).Is(4, $"{scene.Host} refused the login of user \"reader\"", "530", "[server] user and password");

        Assert.Single(scene.Asked("PASS"));
        Assert.DoesNotContain("not-this-one", run.Output, StringComparison.Ordinal);
        scene.AssertUntouched();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_login_refused_while_another_is_in_leaves_the_update_to_the_one()
    {
        await using var scene = new CliScene();
        var logins = 0;
        scene.Faults.OnCommand = line =>
            line.StartsWith("PASS", StringComparison.Ordinal) && Interlocked.Increment(ref logins) > 1 ? FaultAction.Answer("530 Login incorrect.") : null;

        (await scene.RunAsync("update")).Is(0);
        scene.AssertUpdated();

        // The connections that are opened side by side may each have met it once.
        Assert.InRange(scene.Asked("PASS").Count(), 1, 8);
    }

    private static void CloseAt(FtpFaults faults, string command) =>
        faults.OnCommand = line => line.StartsWith(command, StringComparison.Ordinal) ? FaultAction.Close() : null;

    private static void CutTheFile(FtpFaults faults)
    {
        faults.CutAfter(CliScene.Big, 1000);
        faults.CutAfter(CliScene.Big, 0, int.MaxValue);
    }
}

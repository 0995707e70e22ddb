using System.Diagnostics;
using AppUpdater.Core;
using AppUpdater.Core.Processes;

namespace AppUpdater.Tests.Processes;

public sealed class ProcessTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void This_process_is_alive_and_its_identity_survives_text()
    {
        var self = ProcessIdentity.OfThisProcess();

        Assert.True(self.IsAlive());
        Assert.Equal(self, ProcessIdentity.Parse(self.ToString()));
        Assert.Equal(Environment.ProcessId, self.Id);
    }

    [Fact]
    public void An_id_given_out_again_is_told_by_its_start()
    {
        var self = ProcessIdentity.OfThisProcess();

        Assert.False((self with { StartTime = self.StartTime - 1 }).IsAlive());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1:")]
    [InlineData("0:1")]
    [InlineData("-1:1")]
    [InlineData("1:2:3")]
    [InlineData("1: 2")]
    public void Other_text_is_no_identity(string text) => Assert.Null(ProcessIdentity.Parse(text));

    [Fact(Timeout = 60_000)]
    public async Task The_end_of_another_process_is_waited_for()
    {
        using var child = Start(Sleep(), "60");
        var identity = ProcessIdentity.Of(child.Id)!;
        Assert.False(await Polling.UntilEndedAsync(identity, Short, TimeProvider.System, CancellationToken.None));

        child.Kill();

        Assert.True(await Polling.UntilEndedAsync(identity, Long, TimeProvider.System, CancellationToken.None));
        Assert.False(identity.IsAlive());
    }

    [Fact(Timeout = 60_000)]
    public async Task Processes_of_an_install_are_found_by_path()
    {
        if (OperatingSystem.IsWindows())
            return;
        var layout = new InstallLayout(_temp.Root);
        var program = Copy(Sleep(), "bin/some app");
        var ours = Copy(Sleep(), ".appupdater/swap/1/bootstrapper");
        using var app = Start(program, "60");
        using var own = Start(ours, "60");
        try
        {
            await Polling.UntilAsync(() => InstallProcesses.Under(layout, []).Count > 0, Long, TimeProvider.System, CancellationToken.None);

            Assert.Equal([new RunningProgram(app.Id, program)], InstallProcesses.Under(layout, []));
            Assert.Empty(InstallProcesses.Under(layout, [app.Id]));
            Assert.Empty(InstallProcesses.Under(new InstallLayout(_temp["bi"]), []));
        }
        finally
        {
            app.Kill();
            own.Kill();
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_whose_executable_was_replaced_still_belongs_to_the_install()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var layout = new InstallLayout(Link("by-link", _temp.Root));
        var program = Copy(Sleep(), "app");
        using var app = Start(program, "60");
        try
        {
            await Polling.UntilAsync(() => InstallProcesses.Under(layout, []).Count > 0, Long, TimeProvider.System, CancellationToken.None);
            File.Delete(program);

            Assert.Equal([app.Id], InstallProcesses.Under(layout, []).Select(found => found.Id));
        }
        finally
        {
            app.Kill();
        }
    }

    private static Process Start(string program, string argument) =>
        Process.Start(new ProcessStartInfo(program) { ArgumentList = { argument }, UseShellExecute = false })!;

    private static string Sleep() => OperatingSystem.IsWindows() ? @"C:\Windows\System32\timeout.exe" : "/bin/sleep";

    private string Link(string name, string target) => Directory.CreateSymbolicLink(_temp[name], target).FullName;

    private string Copy(string file, string relative)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_temp[relative])!);
        File.Copy(file, _temp[relative]);
        return _temp[relative];
    }
}

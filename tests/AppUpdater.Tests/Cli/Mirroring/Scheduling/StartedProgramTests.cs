using System.Collections.Immutable;
using System.Diagnostics;
using AppUpdater.Cli.Mirroring.Scheduling;
using AppUpdater.Tests.Mirroring;

namespace AppUpdater.Tests.Cli.Mirroring.Scheduling;

/// <summary>Programs that a mirror starts: their arguments, their output, and those that do not end.</summary>
public sealed class StartedProgramTests : IDisposable
{
    private const int Limit = 60_000;
    private static readonly Dictionary<string, string> None = [];

    private readonly TempFolder _temp = new();
    private readonly List<string> _notes = [];

    public void Dispose() => _temp.Dispose();

    [UnixFact(Timeout = Limit)]
    public async Task No_shell_reads_an_argument()
    {
        const string Hostile = "a b'; touch \"$(pwd)/x\" & $HOME `id` *";
        await Script("printf '%s' \"$1\" > \"$0\"", Out).RunAsync([Hostile], None, CancellationToken.None);
        Assert.Equal(Hostile, await File.ReadAllTextAsync(Out));
    }

    [UnixFact(Timeout = Limit)]
    public async Task A_password_is_never_in_its_environment()
    {
        var variables = new Dictionary<string, string> { ["APPUPDATER_JOB"] = "scenes", ["APPUPDATER_PASSWORD"] = "secret" };
        await Script("env > \"$0\"", Out).RunAsync([], variables, CancellationToken.None);
        var environment = await File.ReadAllTextAsync(Out);
        Assert.Contains("APPUPDATER_JOB=scenes", environment, StringComparison.Ordinal);
        Assert.DoesNotContain("APPUPDATER_PASSWORD", environment, StringComparison.Ordinal);
    }

    [UnixFact(Timeout = Limit)]
    public async Task What_it_writes_is_noted_up_to_a_bound_and_it_never_stands_still_for_it()
    {
        await Script("i=0; while [ $i -lt 5000 ]; do echo \"line $i\"; i=$((i+1)); done; echo done > \"$0\"", Out).RunAsync([], None, CancellationToken.None);
        Assert.True(File.Exists(Out));
        Assert.Equal(101, _notes.Count);
        Assert.Equal("/bin/sh: line 0", _notes[0]);
        Assert.Contains("4900", _notes[100], StringComparison.Ordinal);
    }

    [UnixFact(Timeout = Limit)]
    public async Task A_line_without_an_end_and_bytes_for_the_terminal_are_cut_and_cleaned()
    {
        await Script("printf '\\033[31mred\\n'; head -c 3000000 /dev/zero | tr '\\0' x").RunAsync([], None, CancellationToken.None);
        Assert.Equal(["/bin/sh: ?[31mred", $"/bin/sh: {new string('x', 500)}"], _notes);
    }

    [UnixFact(Timeout = Limit)]
    public async Task Its_exit_code_is_noted()
    {
        await Script("exit 3").RunAsync([], None, CancellationToken.None);
        Assert.Equal(["/bin/sh ended with code 3."], _notes);
    }

    [Fact(Timeout = Limit)]
    public async Task A_program_that_is_not_there_is_noted_with_its_option()
    {
        await Program([_temp["no such program"]]).RunAsync([], None, CancellationToken.None);
        Assert.Contains("--on-error", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [UnixFact(Timeout = Limit)]
    public async Task One_that_takes_too_long_is_ended_with_all_that_it_started()
    {
        var start = Stopwatch.GetTimestamp();
        await Program(["/bin/sh", "-c", "sleep 50 & sleep 50; echo late"], TimeSpan.FromMilliseconds(300)).RunAsync([], None, CancellationToken.None);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(20));
        Assert.Contains("did not end within", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [UnixFact(Timeout = Limit)]
    public async Task Once_the_mirror_is_stopped_it_is_waited_for_shortly_and_the_rest_is_named()
    {
        var queue = new ProgramQueue(Script("echo begun > \"$0\"; sleep 50", Out), Note, capacity: 2);
        queue.Add("first", None);
        await MirrorTesting.UntilAsync(() => File.Exists(Out), "the first is started");
        foreach (var name in new[] { "second", "third", "fourth" })
            queue.Add(name, None);
        await queue.DisposeAsync();
        Assert.Equal(
            [
                "/bin/sh is not started for fourth: 2 wait already. Start it by hand.",
                "/bin/sh did not end within 00:00:00.3000000 of the stop and was ended.",
                "/bin/sh was not started for second: the mirror was stopped. Start it by hand.",
                "/bin/sh was not started for third: the mirror was stopped. Start it by hand.",
            ],
            _notes);
    }

    [UnixFact(Timeout = Limit)]
    public async Task They_run_one_after_another_in_order()
    {
        var queue = new ProgramQueue(Script("echo \"begin $1\" >> \"$0\"; sleep 0.05; echo \"end $1\" >> \"$0\"", Out), Note);
        foreach (var name in new[] { "c", "a", "b" })
            queue.Add(name, None);
        await queue.EndAsync(CancellationToken.None);
        await queue.DisposeAsync();
        Assert.Equal(["begin c", "end c", "begin a", "end a", "begin b", "end b"], await File.ReadAllLinesAsync(Out));
    }

    [Theory]
    [InlineData("run.cmd", true)]
    [InlineData(@"C:\tools\Run.BAT", true)]
    [InlineData("run.bat. ", true)]
    [InlineData("run.exe", false)]
    [InlineData("bat", false)]
    public void Batch_files_are_known_by_their_names(string program, bool isBatch) => Assert.Equal(isBatch, StartedProgram.IsBatch(program));

    [Fact]
    public void An_empty_program_is_refused() => Assert.Throws<SettingsException>(() => Program([" "]));

    private string Out => _temp["out.txt"];

    private StartedProgram Script(string script, params ReadOnlySpan<string> arguments) => Program(["/bin/sh", "-c", script, .. arguments]);

    private StartedProgram Program(ImmutableArray<string> command, TimeSpan? limit = null) =>
        new(command, "--on-error", Note) { Limit = limit ?? TimeSpan.FromMinutes(1), Grace = TimeSpan.FromMilliseconds(300) };

    private void Note(string note)
    {
        lock (_notes)
            _notes.Add(note);
    }
}

using System.Threading.Channels;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>
/// Starts one program after another, in the order they were asked for, while the mirror goes on. Once the mirror is stopped, the one that runs
/// is waited for shortly, and those not started are named. Add: one caller at a time.
/// </summary>
internal sealed class ProgramQueue : IAsyncDisposable
{
    private const int Named = 20;

    private readonly StartedProgram _program;
    private readonly Action<string> _note;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<(string Added, IReadOnlyDictionary<string, string> Variables)> _waiting;
    private readonly Task _work;
    private readonly Texts _texts = new("MirrorSchedule");
    private readonly int _capacity;

    /// <param name="program">What is started.</param>
    /// <param name="note">Told what is not started.</param>
    /// <param name="capacity">How many may wait.</param>
    internal ProgramQueue(StartedProgram program, Action<string> note, int capacity = 10_000)
    {
        (_program, _note, _capacity) = (program, note, capacity);
        _waiting = Channel.CreateBounded<(string, IReadOnlyDictionary<string, string>)>(capacity);
        _work = Task.Run(WorkAsync);
    }

    /// <summary>Never waits. Where too many wait already, it is not started, and that is noted.</summary>
    internal void Add(string argument, IReadOnlyDictionary<string, string> variables)
    {
        if (!_waiting.Writer.TryWrite((argument, variables)))
            _note(_texts.Format("Program.TooMany", _program.Name, argument, _capacity));
    }

    /// <summary>No more is coming: returns once all that wait were started and have ended.</summary>
    /// <param name="ct">The mirror is stopped.</param>
    internal async Task EndAsync(CancellationToken ct)
    {
        _waiting.Writer.TryComplete();
        await using var stop = ct.Register(_stop.Cancel);
        await _work;
    }

    /// <summary>The mirror is over: what runs is waited for shortly.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        var left = 0;
        await foreach (var (argument, variables) in _waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (!_stop.IsCancellationRequested)
                await _program.RunAsync([argument], variables, _stop.Token);
            else if (++left <= Named)
                _note(_texts.Format("Program.NotStarted", _program.Name, argument));
        }

        if (left > Named)
            _note(_texts.Format("Program.MoreNotStarted", _program.Name, left - Named));
    }
}

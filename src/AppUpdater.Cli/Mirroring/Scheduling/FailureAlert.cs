namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>
/// Starts <c>--on-error</c> once in each series of failed cycles, with the job's title and the reason as its last arguments, and in its
/// environment. Which series was told about is part of the status, so that a restart tells nothing twice.
/// </summary>
internal sealed class FailureAlert : IAsyncDisposable
{
    internal const string Option = "--on-error";

    private readonly MirrorJob _job;
    private readonly StartedProgram? _program;
    private readonly CancellationTokenSource _stop = new();
    private Task _started = Task.CompletedTask;

    /// <exception cref="SettingsException">The program can't be started like this.</exception>
    internal FailureAlert(MirrorJob job, Action<string> note) =>
        (_job, _program) = (job, job.OnError.IsDefaultOrEmpty ? null : new StartedProgram(job.OnError, Option, note));

    /// <summary>The status with what was told.</summary>
    /// <param name="status">After a cycle.</param>
    /// <param name="isLast">No cycle comes after it: it is told now or never.</param>
    internal MirrorStatus Consider(MirrorStatus status, bool isLast = false)
    {
        var after = isLast ? 1 : _job.AlertAfter;
        if (!status.IsAlertDue(after))
            return status;
        if (_program is { } program)
            _started = StartAsync(_started, program, status.LastResult?.First?.Shown ?? "");
        return status.Alerted(after);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _started;
        _stop.Dispose();
    }

    // Seldom, but two series may begin within one program's time.
    private async Task StartAsync(Task before, StartedProgram program, string reason)
    {
        await before;
        var title = MirrorStatus.Short(_job.Title);
        var variables = new Dictionary<string, string> { ["APPUPDATER_JOB"] = title, ["APPUPDATER_REASON"] = reason };
        await Task.Run(() => program.RunAsync([title, reason], variables, _stop.Token));
    }
}

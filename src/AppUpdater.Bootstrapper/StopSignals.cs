using System.Runtime.InteropServices;

namespace AppUpdater.Bootstrapper;

/// <summary>Ctrl+C, or a supervisor's word, before the app has started: then it does not start. A terminal that goes ends this process by itself.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    internal StopSignals() =>
        _registrations =
        [
            .. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }
                .Select(signal => PosixSignalRegistration.Create(signal, Handle)),
        ];

    internal Task Asked => _asked.Task;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        _asked.TrySetResult();
    }
}

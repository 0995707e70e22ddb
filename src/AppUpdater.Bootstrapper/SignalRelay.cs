using System.Runtime.InteropServices;
using AppUpdater.Core.Processes;

namespace AppUpdater.Bootstrapper;

/// <summary>
/// What a terminal or a supervisor says. While the swap is on it stops nothing, a swap is never cancelled, but then the app is not
/// started; once it runs it is told. Ctrl+C and a hang-up reach the app from the terminal itself, and are passed on only where none sent them.
/// </summary>
internal sealed class SignalRelay : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Lock _gate = new();
    private AppProcess? _target;
    private bool _isStopEarly;
    private volatile bool _isStopAsked;

    internal SignalRelay() =>
        _registrations =
        [
            .. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGHUP }
                .Select(signal => PosixSignalRegistration.Create(signal, Handle)),
        ];

    /// <summary>Whether someone asked for an end. A hang-up is none: the terminal went, the update stays wanted.</summary>
    internal bool IsStopAsked => _isStopAsked;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    /// <summary>From here on the app is told; at once, if it was to stop since its start was decided.</summary>
    internal void Follow(AppProcess app)
    {
        bool wasAsked;
        lock (_gate)
        {
            _target = app;
            wasAsked = _isStopEarly;
            _isStopEarly = false;
        }

        if (wasAsked)
            Tell(app, PosixSignal.SIGTERM);
    }

    /// <summary>What is done with a signal.</summary>
    internal void Take(PosixSignal signal)
    {
        if (signal != PosixSignal.SIGHUP)
            _isStopAsked = true;
        if (Running(signal) is { } app)
            Tell(app, signal);
    }

    /// <summary>The app that runs. Where none does yet, a stop is kept for the one that may be being started.</summary>
    private AppProcess? Running(PosixSignal signal)
    {
        lock (_gate)
        {
            if (_target is { Ended.IsCompleted: false })
                return _target;
            _isStopEarly |= signal == PosixSignal.SIGTERM;
            return null;
        }
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        Take(context.Signal);
    }

    private static void Tell(AppProcess app, PosixSignal signal)
    {
        if (OperatingSystem.IsWindows())
        {
            if (signal == PosixSignal.SIGTERM)
                app.AskToClose();
        }
        else if (!IsFromTerminal(signal))
        {
            app.Signal(Number(signal));
        }
    }

    /// <summary>A terminal sends to all of its foreground group, the app in it, whatever their input is.</summary>
    private static bool IsFromTerminal(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGTERM => false,
        PosixSignal.SIGINT or PosixSignal.SIGQUIT when OperatingSystem.IsLinux() => TerminalCalls.IsHeard(),
        _ => !Console.IsInputRedirected,
    };

    private static int Number(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        _ => 15,
    };
}

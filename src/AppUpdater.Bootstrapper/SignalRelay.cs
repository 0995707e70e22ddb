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
    private volatile AppProcess? _target;
    private volatile bool _isStopAsked;

    internal SignalRelay() =>
        _registrations =
        [
            .. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGHUP }
                .Select(signal => PosixSignalRegistration.Create(signal, Handle)),
        ];

    /// <summary>The app, once started.</summary>
    internal AppProcess? Target
    {
        get => _target;
        set => _target = value;
    }

    /// <summary>Whether someone asked for an end. A hang-up is none: the terminal went, the update stays wanted.</summary>
    internal bool IsStopAsked => _isStopAsked;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (context.Signal != PosixSignal.SIGHUP)
            _isStopAsked = true;
        if (_target is not { } app)
            return;
        if (OperatingSystem.IsWindows())
        {
            if (context.Signal == PosixSignal.SIGTERM)
                app.AskToClose();
        }
        else if (!IsFromTerminal(context.Signal))
        {
            app.Signal(Number(context.Signal));
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

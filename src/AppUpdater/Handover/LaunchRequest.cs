using AppUpdater.Core.Processes;

namespace AppUpdater.Handover;

/// <summary>
/// What the bootstrapper is told: whose end it waits for and how long, whether it starts the app afterwards, with which arguments and where.
/// </summary>
internal sealed record LaunchRequest(
    ProcessIdentity? WaitFor, TimeSpan WaitLimit, bool Relaunch, IReadOnlyList<string> Arguments, string WorkingDirectory);

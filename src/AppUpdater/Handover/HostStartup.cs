namespace AppUpdater.Handover;

/// <summary>What <see cref="UpdateManager.Startup"/> does.</summary>
internal static class HostStartup
{
    /// <summary>Lies in a swap's folder where the swap waits for the app's next start (<c>relaunch = supervisor</c>).</summary>
    internal const string AtNextStart = "at-next-start";

    internal static StartupReport Run(string[] args, string installDirectory) =>
        throw new NotSupportedException($"{args} {installDirectory}");
}

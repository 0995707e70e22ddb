using AppUpdater.Core.Processes;

namespace AppUpdater.Bootstrapper;

/// <summary>The program that goes on in this one's place: on Unix as the same process, on Windows as a child whose exit code is passed on.</summary>
internal static class Successor
{
    /// <exception cref="InstallException">It can't be started.</exception>
    internal static async Task<int> RunAsync(string program, IReadOnlyList<string> arguments)
    {
        try
        {
            InPlace.TryBecome(program, arguments, workingDirectory: null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InstallException($"{e.Message} If that lasts, install the app again; its own data is not touched by that.", e);
        }

        using var signals = new SignalRelay();
        using var child = AppProcess.Start(new AppStart(program, [.. arguments], Environment.CurrentDirectory));
        signals.Follow(child);
        return await child.Ended.ConfigureAwait(false);
    }
}

using AppUpdater.Core;
using AppUpdater.Core.Swap;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Handover;

/// <summary>Starts the bootstrapper's copy that carries out a prepared swap. It outlives this process.</summary>
internal sealed class BootstrapperLauncher(InstallLayout layout, ILogger log)
{
    /// <exception cref="InstallException">It is missing or can't be started; the swap stays pending.</exception>
    internal void Launch(FoundSwap swap, LaunchRequest request) => throw new NotSupportedException($"{swap} {request} {layout} {log}");
}

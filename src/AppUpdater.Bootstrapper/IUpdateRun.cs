using AppUpdater.Planning;
using AppUpdater.Staging;

namespace AppUpdater.Bootstrapper;

/// <summary>Check and staging at work, as who waits for them sees it.</summary>
internal interface IUpdateRun
{
    /// <summary>True where an update lies ready; false where there is none. Fails as <see cref="UpdateManager"/> does.</summary>
    Task<bool> Done { get; }

    /// <summary>What the server has that is new here; null until it is known.</summary>
    Offer? Offer { get; }

    UpdateProgress? Progress { get; }
}

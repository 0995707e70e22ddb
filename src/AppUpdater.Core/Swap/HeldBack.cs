namespace AppUpdater.Core.Swap;

/// <summary>
/// How the bootstrapper tells the app it starts after a swap that did not go through: by an environment variable with the release's
/// identity. That process does not take the same release up again, nor does it hand the same swap over to be confirmed or undone, or an
/// obstacle that stays would restart it for ever; the next start does.
/// </summary>
internal static class HeldBack
{
    internal const string Variable = "APPUPDATER_HELD_BACK";
}

using System.Globalization;
using System.Security.Cryptography;
using AppUpdater.Core.Swap;
using AppUpdater.Settings;

namespace AppUpdater.Handover;

/// <summary>Hands what a swap does to the kernel: after this it is pending, durable, and needs this process no more.</summary>
internal sealed class SwapPreparation(InstallEnvironment install, SwapStore store, BootstrapperLocator bootstrapper)
{
    /// <exception cref="InstallException">The bootstrapper is missing or does not run, or the disk is in the way. Nothing of the app has changed.</exception>
    internal FoundSwap Prepare(SwapContents contents)
    {
        var settings = install.Settings;
        var header = new SwapHeader
        {
            Id = NewId(),
            App = settings.Install.App,
            From = contents.From?.ToNormalizedString() ?? "",
            To = contents.To?.ToNormalizedString() ?? "",
            Release = contents.Release,
            Changed = settings.Install.Changed,
            Entry = settings.Install.Run,
            Confirm = settings.Update.Confirm,
            ConfirmWithin = settings.Update.ConfirmWithin,
            IsRollback = contents.IsRollback,
        };
        var trial = Task.CompletedTask;
        var request = new SwapRequest(header, contents.Place, contents.Remove, contents.FoldersToRemove, bootstrapper.Find())
        {
            FoldersToCreate = contents.FoldersToCreate,
            CaseChanges = contents.CaseChanges,
            Companions = contents.Companions,
            BootstrapperLaid = copy => trial = Task.Run(() => BootstrapperProbe.Require(copy)),
        };
        FoundSwap swap;
        try
        {
            swap = store.Prepare(request);
        }
        catch
        {
            Task.WaitAny(trial); // nothing runs from the folder of a swap that did not come about
            throw;
        }

        try
        {
            trial.GetAwaiter().GetResult();
        }
        catch (InstallException)
        {
            store.Clear(swap);
            throw;
        }

        return swap;
    }

    private string NewId() =>
        install.Clock.GetUtcNow().UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) + RandomNumberGenerator.GetHexString(6, lowercase: true);
}

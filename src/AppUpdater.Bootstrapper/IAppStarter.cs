namespace AppUpdater.Bootstrapper;

/// <summary>Starts the app.</summary>
internal interface IAppStarter
{
    /// <exception cref="InstallException">It can't be started.</exception>
    IAppProcess Start(AppStart start);
}

using System.Globalization;

namespace AppUpdater.Tests.Cli.Mirroring.Display;

/// <summary>The language of texts until it is disposed, whatever the machine's.</summary>
internal sealed class Language : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentUICulture;

    internal Language(string name) => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(name);

    public void Dispose() => CultureInfo.CurrentUICulture = _before;
}

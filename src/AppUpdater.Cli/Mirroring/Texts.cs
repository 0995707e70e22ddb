using System.Globalization;
using System.Resources;

namespace AppUpdater.Cli.Mirroring;

/// <summary>
/// What people read, in their language (English, Spanish): one pair of resource files an area, <c>Resources/NAME.resx</c> and
/// <c>NAME.es.resx</c>. Follows <see cref="CultureInfo.CurrentUICulture"/>; numbers and times inside are the invariant ones, as in the logs.
/// </summary>
internal sealed class Texts(string area)
{
    private readonly ResourceManager _resources = new($"AppUpdater.Cli.Resources.{area}", typeof(Texts).Assembly);

    internal string this[string name] =>
        _resources.GetString(name, CultureInfo.CurrentUICulture) ?? throw new InvalidOperationException($"The text {area}.{name} is not there.");

    internal string Format(string name, params ReadOnlySpan<object?> values) => string.Format(CultureInfo.InvariantCulture, this[name], values);
}

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

    /// <summary>A text that is said in the reader's language only where it is shown: English in logs and JSON, see <see cref="Reasons"/>.</summary>
    internal Wording Said(string name, params ReadOnlySpan<object?> values) => new(
        _resources.GetString(name, CultureInfo.InvariantCulture) ?? throw new InvalidOperationException($"The text {area}.{name} is not there."), values);

    internal string Format(string name, params ReadOnlySpan<object?> values) => string.Format(CultureInfo.InvariantCulture, this[name], values);
}

namespace AppUpdater.Transport;

/// <summary>Why a place was passed over.</summary>
internal sealed record PlaceFailure(RemoteLocation Place, UpdateException Reason)
{
    private enum Kind { Unreachable, Missing, Untrusted }

    /// <summary>What is wrong with a place, in words that follow its name.</summary>
    internal static string Word(UpdateException reason) => KindOf(reason) switch
    {
        Kind.Unreachable => "can't be reached",
        Kind.Missing => "lacks what is needed",
        _ => "can't be trusted",
    };

    /// <summary>One failure for all: untrusted before missing before unreachable, with every place's reason.</summary>
    internal static UpdateException Worst(IReadOnlyList<PlaceFailure> failures)
    {
        var worst = failures.MaxBy(failure => KindOf(failure.Reason))!.Reason;
        var all = new AggregateException(failures.Select(failure => failure.Reason));
        var reasons = string.Concat(failures.Select(failure => $"{Environment.NewLine}{failure.Place}: {failure.Reason.Message}"));
        string None(string what) => $"None of the {failures.Count} places of [server] url and fallbacks {what}:{reasons}";
        return worst switch
        {
            UnreachableException => new UnreachableException(
                None("can be reached"), failures.Any(failure => failure.Reason is UnreachableException { IsTransient: true }), all),
            UntrustedException => new UntrustedException(None("has a release that can be trusted"), all),
            MissingException => new MissingException(None("has the release whole"), all),
            _ => new SettingsException(None("has the release"), all),
        };
    }

    private static Kind KindOf(UpdateException reason) => reason switch
    {
        UnreachableException => Kind.Unreachable,
        UntrustedException => Kind.Untrusted,
        _ => Kind.Missing,
    };
}

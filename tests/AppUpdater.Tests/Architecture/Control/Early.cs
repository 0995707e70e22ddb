using AppUpdater.Tests.Architecture.Control.Late;

namespace AppUpdater.Tests.Architecture.Control.Early;

// What the folder rule must catch: each class names something of a later folder, and most only inside a method body.

internal static class CallsInBody
{
    internal static int Go() => Target.Answer();
}

internal static class CallsInLambda
{
    internal static Func<int> Go() => () => Target.Answer();
}

internal static class CallsInAsyncMethod
{
    internal static async Task<int> GoAsync()
    {
        await Task.Yield();
        return Target.Answer();
    }
}

internal static class NamesAsTypeArgument
{
    internal static object Go() => new List<Data>();
}

internal static class NamesByTypeOf
{
    internal static string Go() => typeof(Data).Name;
}

internal static class CatchesInBody
{
    internal static void Go(Action action)
    {
        try
        {
            action();
        }
        catch (TargetException)
        {
        }
    }
}

internal sealed class DerivesFromLater : Data
{
}

internal static class TakesAsParameter
{
    internal static bool Go(Data? data) => data is null;
}

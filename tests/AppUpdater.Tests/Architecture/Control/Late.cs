namespace AppUpdater.Tests.Architecture.Control.Late;

internal static class Target
{
    internal static int Answer() => 42;
}

internal class Data
{
}

internal sealed class TargetException : Exception
{
}

// The allowed direction.
internal static class UsesEarlier
{
    internal static int Go() => Early.CallsInBody.Go();
}

namespace AppUpdater.Tests.Core.Simulation;

/// <summary>The process ends here. Not an IOException: nothing in the kernel may take it for a failure of the disk.</summary>
public sealed class CutException(string message) : Exception(message);

using System.Collections.Immutable;

namespace AppUpdater.Bootstrapper;

/// <summary>What is started, by its full path, how and where.</summary>
internal sealed record AppStart(string Program, ImmutableArray<string> Arguments, string WorkingDirectory);

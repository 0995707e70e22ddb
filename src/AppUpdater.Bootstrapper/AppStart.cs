using System.Collections.Immutable;

namespace AppUpdater.Bootstrapper;

/// <summary>What is started, by its full path, how and where; and the release that it shall not take up again, see <see cref="Core.Swap.HeldBack"/>.</summary>
internal sealed record AppStart(string Program, ImmutableArray<string> Arguments, string WorkingDirectory, string? HeldBack = null);

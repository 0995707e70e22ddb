namespace AppUpdater.Core.Swap;

/// <summary>
/// A file or folder whose name takes another case, on a disk that ignores it: both paths lead to the same thing, before and after.
/// Only the last segment differs.
/// </summary>
internal sealed record CaseChange(RelativePath From, RelativePath To);

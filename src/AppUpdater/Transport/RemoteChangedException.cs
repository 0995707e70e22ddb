using System.Diagnostics.CodeAnalysis;

namespace AppUpdater.Transport;

/// <summary>
/// A file on the server is no longer the one that was looked at: its bytes must not be joined to those fetched before. Never leaves the
/// library.
/// </summary>
[SuppressMessage("Design", "CA1064", Justification = "It is caught where the plan is made again; no host ever sees it.")]
internal sealed class RemoteChangedException(Wording wording) : Exception(wording.ToString()), IWorded
{
    public Wording Wording => wording;
}

using System.Diagnostics.CodeAnalysis;

namespace AppUpdater.Staging;

/// <summary>The server holds other bytes than those the plan was made for: the plan has to be made again. Never leaves the library.</summary>
[SuppressMessage("Design", "CA1064", Justification = "It is caught one level up, where the plan is made again; no host ever sees it.")]
internal sealed class ReleaseChangedException(Wording wording) : Exception(wording.ToString()), IWorded
{
    public Wording Wording => wording;
}

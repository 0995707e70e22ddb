namespace AppUpdater.Planning;

/// <summary>Asks the server again whether a plan still fits.</summary>
internal interface IPlanMaker
{
    /// <summary>
    /// The plan itself where version.ini and the listing are what they were, or, of a signed release, were so a moment ago; else the plan for
    /// what lies there now.
    /// </summary>
    Task<UpdatePlan> RemakeAsync(UpdatePlan made, CancellationToken ct);
}

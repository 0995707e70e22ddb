namespace AppUpdater.Transport.Doctor;

/// <summary>What came of writing a small file. It was removed unless <see cref="LeftBehind"/> names it.</summary>
internal sealed record WritingSeen
{
    /// <summary>What the server or the system said; null where the file was written.</summary>
    internal string? Refusal { get; init; }

    /// <summary>Whether an upload can go on at its byte; null where that was not tried.</summary>
    internal bool? CanAppend { get; init; }

    /// <summary>Whether a file's time can be set; null where that was not tried.</summary>
    internal bool? KeepsTime { get; init; }

    internal string? LeftBehind { get; init; }
}

/// <summary>What is told of an account that may write, or may not. Pure.</summary>
internal static class WritingDiagnosis
{
    internal static IEnumerable<DoctorFinding> Of(WritingSeen? writing)
    {
        if (writing is null)
        {
            yield return new(DoctorMark.Note, "write access", "not tried.", "--write tries it with a small file, which it removes.");
            yield break;
        }

        if (writing.Refusal is { } refusal)
        {
            yield return new(DoctorMark.Good, "write access", $"none, as it should be for an account in an app's dato.ini: {refusal}");
        }
        else
        {
            yield return new(
                DoctorMark.Wrong, "write access", "this account can write.",
                "Whoever has the app has its dato.ini, and could replace the app of everybody: there, use an account that can only read. For "
                + "publishing it is as it should be.");
        }

        if (writing.CanAppend is { } appends)
        {
            yield return appends
                ? new(DoctorMark.Good, "uploads", "one that was cut goes on at its byte (APPE).")
                : new(DoctorMark.Note, "uploads", "one that was cut begins anew: what was appended is not what the file then has (APPE).");
        }

        if (writing.KeepsTime is { } keeps)
        {
            yield return keeps
                ? new(DoctorMark.Good, "file times", "uploaded files can be given their own.")
                : new(DoctorMark.Note, "file times", "uploaded files get the time of the upload; one sent again looks changed to every install.");
        }

        if (writing.LeftBehind is { } name)
            yield return new(DoctorMark.Wrong, "left behind", $"{PathRules.Show(name)} could be written and not be removed.", "Remove it there.");
    }
}

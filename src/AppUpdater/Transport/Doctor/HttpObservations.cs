namespace AppUpdater.Transport.Doctor;

/// <summary>What stands for a folder's listing. <see cref="Problem"/>: why it is none; null where it can be used.</summary>
internal sealed record IndexSeen(bool IsJson, int Entries, string? Problem);

/// <summary>How a file can be told from another of the same name.</summary>
internal enum ValidatorSeen { None, Time, WeakTag, StrongTag }

/// <summary>What a web server does with a file. <see cref="RangeProblem"/>: what came in place of the range asked for; null where it was right.</summary>
internal sealed record HttpFileSeen(ValidatorSeen Validator, bool HasTime)
{
    internal string? RangeProblem { get; init; }

    /// <summary>Whether an unchanged file is answered with 304; null where there was nothing to ask with.</summary>
    internal bool? AnswersUnchanged { get; init; }
}

/// <summary>
/// All that was found out of a folder on a web server; null where one had nothing to look at or failed. Looked at where it was asked for, or
/// on the same host over https, where that redirects to it.
/// </summary>
internal sealed record HttpObservations : ServerObservations
{
    /// <summary>As it was asked for.</summary>
    internal required RemoteLocation Asked { get; init; }

    internal string? User { get; init; }

    /// <summary>Where the folder's URL leads to; null where it leads nowhere else.</summary>
    internal string? RedirectsTo { get; init; }

    internal Version? Version { get; init; }
    internal IndexSeen? Index { get; init; }

    /// <summary>Whether version.ini is there.</summary>
    internal bool? HasVersionFile { get; init; }

    internal HttpFileSeen? File { get; init; }

    /// <summary>Whether the same can be read without user and password; null where there are none.</summary>
    internal bool? IsOpenToAll { get; init; }
}

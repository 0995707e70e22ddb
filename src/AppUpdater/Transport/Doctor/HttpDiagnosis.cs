using System.Globalization;

namespace AppUpdater.Transport.Doctor;

/// <summary>From what was seen of a web server to what is told. Pure.</summary>
internal static class HttpDiagnosis
{
    internal static DoctorReport Of(HttpObservations seen, DateTimeOffset now)
    {
        IEnumerable<DoctorFinding?> findings =
        [
            OfServer(seen),
            seen.RedirectsTo is { } target ? OfRedirect(seen, target) : null,
            seen.Tls is { } tls ? TlsDiagnosis.Of(tls, now) : OfNoTls(seen),
            seen.Failure is null ? OfLogin(seen) : null,
            seen.Index is null ? null : OfIndex(seen.Index),
            seen.HasVersionFile is { } isThere ? FtpDiagnosis.OfVersionFile(isThere) : null,
            .. seen.File is null ? [] : OfFile(seen.File),
            .. seen.Skipped.Select(skipped => new DoctorFinding(DoctorMark.Wrong, skipped.Step, $"could not be found out: {skipped.Reason}")),
        ];
        return new DoctorReport
        {
            Place = seen.Asked.ToString(),
            Findings = [.. findings.OfType<DoctorFinding>()],
            Timings = seen.Timings,
            Settings = seen.Failure is null
                ? [.. DatoLines.Of(new DatoFacts(seen.Location, seen.Given)
                {
                    User = seen.User, HasPassword = seen is { User: not null, HasPassword: true }, Fingerprint = seen.Given.Fingerprint,
                })]
                : [],
            Failure = seen.Failure,
            IsPartial = !seen.Skipped.IsEmpty,
        };
    }

    private static DoctorFinding OfServer(HttpObservations seen) => seen switch
    {
        { Failure: UntrustedException, Tls.Problem: not null } =>
            new(DoctorMark.Wrong, "server", "not asked: its certificate is not accepted, so nothing was sent, user and password neither."),
        { Failure: { } failure } => new(DoctorMark.Wrong, "server", failure.Message),
        _ => new(DoctorMark.Good, "server", $"answers in HTTP/{(seen.Version!.Major >= 2 ? $"{seen.Version.Major}" : $"{seen.Version}")}."),
    };

    private static DoctorFinding OfRedirect(HttpObservations seen, string target) => seen.Location == seen.Asked
        ? new(DoctorMark.Note, "redirect", $"it leads to {target}.", "Each file costs a request more. If that place stays, write it into [server] url.")
        : new(DoctorMark.Note, "redirect", $"it leads to {target}, where the rest was looked at.", "Write that into [server] url: the first request would still go in the clear.");

    private static DoctorFinding? OfNoTls(HttpObservations seen) => seen.Location.Scheme == RemoteScheme.Https
        ? null
        : new(
            DoctorMark.Wrong, "TLS", "none: this is http://.",
            (seen.User is null ? "Files travel" : "Password and files travel") + " in the clear, for anyone on the way to read and change. Use https:// if the server has it.");

    private static DoctorFinding OfLogin(HttpObservations seen) => seen switch
    {
        { User: null } => new(DoctorMark.Good, "login", "none, and none is needed."),
        { IsOpenToAll: true } => new(
            DoctorMark.Note, "login", $"as {PathRules.Show(seen.User)}; but everybody can read this without a password.",
            "Leave user and password out of dato.ini, or have the server ask for them."),
        _ => new(DoctorMark.Good, "login", $"as {PathRules.Show(seen.User)} (Basic)."),
    };

    private static DoctorFinding OfIndex(IndexSeen index) => index switch
    {
        { Problem: { } problem } => new(
            DoctorMark.Wrong, "listing", problem, "Without it AppUpdater can't see which files a release has."),
        { IsJson: true } => new(DoctorMark.Good, "listing", string.Create(CultureInfo.InvariantCulture, $"{index.Entries} entries, with sizes and times (an index in JSON).")),
        _ => new(
            DoctorMark.Note, "listing", string.Create(CultureInfo.InvariantCulture, $"{index.Entries} entries (an index in HTML)."),
            "Size and time are asked for file by file; nginx tells them at once with autoindex_format json."),
    };

    private static IEnumerable<DoctorFinding> OfFile(HttpFileSeen file)
    {
        yield return file.RangeProblem is { } problem
            ? new(DoctorMark.Wrong, "resume", $"a download that was cut can't go on at its byte: {problem}", "Have the server answer ranges (206); all of a file comes anew until then.")
            : new(DoctorMark.Good, "resume", "a download that was cut goes on at its byte (ranges).");
        yield return file.Validator switch
        {
            ValidatorSeen.StrongTag => new(DoctorMark.Good, "versions", "a file that was replaced meanwhile is told by its tag (a strong ETag)."),
            ValidatorSeen.WeakTag => new(
                DoctorMark.Note, "versions", "the tag of a file says only that it means the same (a weak ETag): its time decides.",
                "Some servers weaken tags when they compress: turn gzip off for this folder."),
            ValidatorSeen.Time => new(DoctorMark.Note, "versions", "a file that was replaced meanwhile is told by its time alone (Last-Modified, no ETag)."),
            _ => new(
                DoctorMark.Wrong, "versions", "nothing tells a file from another of the same size (no ETag, no Last-Modified).",
                "A cut download begins anew. Have the server send either."),
        };
        if (!file.HasTime)
            yield return new(DoctorMark.Note, "file times", "none (no Last-Modified): changed files are told by their size alone.", "Have the server send Last-Modified.");
        if (file.AnswersUnchanged is { } unchanged)
        {
            yield return unchanged
                ? new(DoctorMark.Good, "unchanged", "an unchanged file is not sent again (304).")
                : new(DoctorMark.Note, "unchanged", "an unchanged file is sent again when asked for (no 304).");
        }
    }
}

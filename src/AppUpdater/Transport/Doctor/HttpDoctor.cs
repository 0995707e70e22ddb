using AppUpdater.Transport.Http;

namespace AppUpdater.Transport.Doctor;

/// <summary>Examines a folder on a web server: one question after the other, none tried twice.</summary>
internal sealed class HttpDoctor(RemoteLocation location, DoctorRequest request)
{
    private static readonly RelativePath VersionFile = RelativePath.Parse("version.ini");

    internal async Task<DoctorReport> ExamineAsync(CancellationToken ct)
    {
        var seen = new HttpObservations
        {
            Asked = location,
            Location = location,
            Given = request.Options.Server,
            HasPassword = (request.Options.Server.Password ?? location.Password) is not null,
        };
        seen = await EnterAsync(seen, ct).ConfigureAwait(false);
        using (var bench = new HttpBench(seen.Location, request.Options))
        {
            seen = seen with { User = bench.User };
            if (seen.Location.Scheme == RemoteScheme.Https)
            {
                seen = await LookAsync("TLS", seen, async now =>
                    now with { Tls = await bench.LookAtTlsAsync(ct).ConfigureAwait(false) }).ConfigureAwait(false);
            }

            if (seen.Failure is null)
                seen = await LookAtFilesAsync(bench, seen, ct).ConfigureAwait(false);
        }

        if (seen is { Failure: null, User: not null })
            seen = await LookAsync("login", seen, now => LookWithoutLoginAsync(now, ct)).ConfigureAwait(false);
        return HttpDiagnosis.Of(seen, request.Options.Clock.GetUtcNow());
    }

    /// <summary>The folder itself. Where its server sends everyone to https, the rest is looked at there.</summary>
    private async Task<HttpObservations> EnterAsync(HttpObservations seen, CancellationToken ct)
    {
        using var bench = new HttpBench(location, request.Options);
        try
        {
            return await TimedAsync("first answer", seen, async () =>
            {
                var (_, version, url) = await bench.EnterAsync(ct).ConfigureAwait(false);
                var entered = seen with { Version = version };
                if (url == bench.FolderUrl)
                    return entered;
                var isSecured = location.Scheme == RemoteScheme.Http && url.Scheme == Uri.UriSchemeHttps && url.Query.Length == 0
                    && url.Host.Equals(location.Host, StringComparison.OrdinalIgnoreCase) && url.AbsolutePath.EndsWith('/');
                var better = isSecured ? RemoteLocation.Parse(url.AbsoluteUri) with { User = location.User, Password = location.Password } : location;
                return entered with { RedirectsTo = HttpServer.Show(url), Location = better };
            }).ConfigureAwait(false);
        }
        catch (UpdateException failure)
        {
            return seen with { Failure = failure };
        }
    }

    private async Task<HttpObservations> LookAtFilesAsync(HttpBench bench, HttpObservations seen, CancellationToken ct)
    {
        IReadOnlyList<RemoteEntry> entries = [];
        seen = await LookAsync("listing", seen, async now =>
        {
            (var index, entries) = await bench.ListAsync(ct).ConfigureAwait(false);
            return now with { Index = index };
        }).ConfigureAwait(false);
        RemoteEntry? sample = null;
        seen = await LookAsync("version.ini", seen, async now =>
        {
            sample = await bench.StatAsync(VersionFile, ct).ConfigureAwait(false);
            return now with { HasVersionFile = sample is not null };
        }).ConfigureAwait(false);
        if ((sample ?? entries.FirstOrDefault(entry => entry.Kind == RemoteEntryKind.File)) is not { } file)
            return seen;
        return await LookAsync("ranges", seen, async now =>
        {
            var size = file.Size ?? (await bench.StatAsync(file.Path, ct).ConfigureAwait(false))?.Size ?? 0;
            return now with { File = await bench.LookAsync(file.Path, size, ct).ConfigureAwait(false) };
        }).ConfigureAwait(false);
    }

    /// <summary>As a stranger: whether user and password are of any use there.</summary>
    private async Task<HttpObservations> LookWithoutLoginAsync(HttpObservations seen, CancellationToken ct)
    {
        var options = request.Options with { Server = request.Options.Server with { User = null, Password = null } };
        using var bench = new HttpBench(seen.Location with { User = null, Password = null }, options);
        try
        {
            var isOpen = seen.HasVersionFile == true
                ? await bench.StatAsync(VersionFile, ct).ConfigureAwait(false) is not null
                : (await bench.ListAsync(ct).ConfigureAwait(false)).Index.Problem is null;
            return seen with { IsOpenToAll = isOpen };
        }
        catch (UnreachableException e) when (!e.IsTransient)
        {
            return seen with { IsOpenToAll = false };
        }
    }

    private async Task<HttpObservations> LookAsync(string step, HttpObservations seen, Func<HttpObservations, Task<HttpObservations>> look)
    {
        try
        {
            return await TimedAsync(step, seen, () => look(seen)).ConfigureAwait(false);
        }
        catch (UpdateException failure)
        {
            return seen.Failure is null ? seen with { Skipped = seen.Skipped.Add(new DoctorGap(step, failure.Message)) } : seen;
        }
    }

    private async Task<HttpObservations> TimedAsync(string step, HttpObservations before, Func<Task<HttpObservations>> work)
    {
        var clock = request.Options.Clock;
        var start = clock.GetTimestamp();
        var after = await work().ConfigureAwait(false);
        return after with { Timings = before.Timings.Add(new DoctorTiming(step, clock.GetElapsedTime(start))) };
    }
}

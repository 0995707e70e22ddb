using System.Text;
using AppUpdater.Transport.Ftp;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Doctor;

/// <summary>
/// Where that is allowed: writes a small file as a publisher's upload is, goes on with it, sets its time, and removes it, whatever happened
/// meanwhile.
/// </summary>
internal sealed class WriteProbe : IFtpProbe
{
    private static readonly byte[] Content = Encoding.ASCII.GetBytes("AppUpdater doctor");

    private static readonly DateTimeOffset SomeTime = new(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public string Name => "write access";

    public async Task<FtpObservations> LookAsync(FtpBench bench, FtpObservations seen, CancellationToken ct)
    {
        if (!bench.Request.MayWrite)
            return seen;
        await bench.SessionAsync(ct).ConfigureAwait(false);
        var path = bench.Server.PathOf(DoctorRequest.TemporaryFile());
        var found = new WritingSeen();
        var isStored = false;
        try
        {
            found = found with { Refusal = await WriteAsync(bench, new FtpCommand("STOR", path), 0, ct).ConfigureAwait(false) };
            isStored = found.Refusal is null;
            if (isStored)
                found = await GoOnAsync(bench, path, found, ct).ConfigureAwait(false);
        }
        finally
        {
            if (!await RemoveAsync(bench, path, isStored).ConfigureAwait(false))
                found = found with { LeftBehind = path };
        }

        return seen with { Writing = found };
    }

    private static async Task<WritingSeen> GoOnAsync(FtpBench bench, string path, WritingSeen found, CancellationToken ct)
    {
        var refusal = await WriteAsync(bench, new FtpCommand("APPE", path), Content.Length, ct).ConfigureAwait(false);
        var size = refusal is null ? await bench.ReadAsync(path, 0, 2 * Content.Length, ct).ConfigureAwait(false) : 0;
        var session = await bench.SessionAsync(ct).ConfigureAwait(false);
        var keepsTime = false;
        if (FtpTimes.Setting(bench.Server.Features, SomeTime, path) is { } setting && (await session.SendAsync(setting, ct).ConfigureAwait(false)).IsSuccess)
        {
            var told = await session.SendAsync(new FtpCommand("MDTM", path), ct).ConfigureAwait(false);
            keepsTime = told.Code != 213 || FtpTimes.ParseModify(told.Text.Trim())?.Value == SomeTime.UtcDateTime;
        }

        return found with { CanAppend = size == 2 * Content.Length, KeepsTime = keepsTime };
    }

    /// <summary>Null where the content was taken, else what the server said.</summary>
    private static async Task<string?> WriteAsync(FtpBench bench, FtpCommand command, long offset, CancellationToken ct)
    {
        var session = await bench.SessionAsync(ct).ConfigureAwait(false);
        var (transfer, refusal) = await session.BeginWritingAsync(command, offset, ct).ConfigureAwait(false);
        if (transfer is null)
            return $"{refusal}.";
        var writer = new FtpDataWriter(bench.Server, transfer);
        await using (writer.ConfigureAwait(false))
        {
            try
            {
                await writer.WriteAsync(Content, ct).ConfigureAwait(false);
                await writer.CompleteAsync(ct).ConfigureAwait(false);
                return null;
            }
            catch (UnreachableException e) when (writer.IsRefused)
            {
                return e.Message;
            }
        }
    }

    /// <summary>False where it is there still. Also after a cancel, and then within the time of a reply.</summary>
    private static async Task<bool> RemoveAsync(FtpBench bench, string path, bool isStored)
    {
        using var patience = new CancellationTokenSource(bench.Server.Options.ReplyTimeout, bench.Server.Options.Clock);
        try
        {
            var session = await bench.SessionAsync(patience.Token).ConfigureAwait(false);
            if ((await session.SendAsync(new FtpCommand("DELE", path), patience.Token).ConfigureAwait(false)).IsSuccess)
                return true;
            return !isStored && (await session.SendAsync(new FtpCommand("SIZE", path), patience.Token).ConfigureAwait(false)).Code != 213;
        }
        catch (Exception e) when (e is UpdateException or OperationCanceledException)
        {
            bench.Server.Options.Log.LogWarning("{Server}: {Path} could not be removed, and may be there still: {Reason}", bench.Server.Address, path, e.Message);
            return false;
        }
    }
}

namespace AppUpdater.Transport.Doctor;

/// <summary>Looks at one thing of a server and adds it to what was seen.</summary>
internal interface IFtpProbe
{
    /// <summary>For messages and times: "listing".</summary>
    string Name { get; }

    /// <returns>The same where there was nothing to look at.</returns>
    /// <exception cref="UpdateException">It could not be found out; the next probe gets a new connection.</exception>
    Task<FtpObservations> LookAsync(FtpBench bench, FtpObservations seen, CancellationToken ct);
}

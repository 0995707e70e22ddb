using System.Net;

namespace AppUpdater.Testing;

/// <summary>How LIST lines look.</summary>
public enum FtpListStyle
{
    /// <summary>As <c>ls -l</c>: most servers.</summary>
    Unix,

    /// <summary>As <c>dir</c>: IIS.</summary>
    Dos,
}

/// <summary>How a <see cref="LoopbackFtpServer"/> behaves from its start to its end. What changes while it runs is in <see cref="FtpFaults"/>.</summary>
public sealed record FtpServerOptions
{
    /// <summary>Where to listen. Default: this machine alone.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port, 0 to 65535. Default 0: any free one.</summary>
    public int Port { get; init; }

    /// <summary>The one user let in. Null: <c>anonymous</c> (or <c>ftp</c>) with any password.</summary>
    public string? User { get; init; }

    /// <summary>The password of <see cref="User"/>. Null: any.</summary>
    public string? Password { get; init; }

    /// <summary>Refuses everything that writes, with 550.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Control connections at once, 1 and more; those beyond are told 421. Default: no limit.</summary>
    public int MaxConnections { get; init; } = int.MaxValue;

    /// <summary>A server without MLSD and MLST (502, and absent from FEAT), as vsftpd is.</summary>
    public bool ListOnly { get; init; }

    /// <summary>How LIST lines look.</summary>
    public FtpListStyle ListStyle { get; init; }

    /// <summary>The zone of the times in LIST. MLSD and MDTM are always UTC (RFC 3659, 2.3).</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Names travel in Latin-1, and FEAT has no UTF8.</summary>
    public bool Latin1Names { get; init; }

    /// <summary>EPSV is answered with 502, so that a client must fall back to PASV.</summary>
    public bool NoEpsv { get; init; }

    /// <summary>Waited before the first reply to what a client sent together, 0 and more: a distant server. Default: none.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>The clock that decides whether LIST shows a time of day or a year.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

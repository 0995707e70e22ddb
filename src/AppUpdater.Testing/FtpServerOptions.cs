using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace AppUpdater.Testing;

/// <summary>How LIST lines look.</summary>
public enum FtpListStyle
{
    /// <summary>As <c>ls -l</c>: most servers.</summary>
    Unix,

    /// <summary>As <c>dir</c>: IIS.</summary>
    Dos,
}

/// <summary>Whether a server encrypts (RFC 4217).</summary>
public enum FtpTlsMode
{
    /// <summary>Plain FTP: <c>ftp://</c>.</summary>
    None,

    /// <summary>Plain until the client says AUTH TLS: <c>ftps://</c>.</summary>
    Explicit,

    /// <summary>From the first byte, as on port 990: <c>ftps+implicit://</c>.</summary>
    Implicit,
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

    /// <summary>Bytes a second, 1 and more, that all transfers share, both ways. Null: no limit.</summary>
    public long? Rate { get; init; }

    /// <summary>
    /// Every transfer of a file breaks off after so many bytes of it, 0 and more, as with <see cref="FtpCut.Connection"/>; what
    /// <see cref="FtpFaults"/> says of a file goes first. Null: none does.
    /// </summary>
    public long? CutAfter { get; init; }

    /// <summary>Whether it encrypts.</summary>
    public FtpTlsMode Tls { get; init; }

    /// <summary>
    /// What it shows in the handshake, with its private key; the caller's to dispose. Null: a <see cref="LoopbackCertificate"/> of its own.
    /// </summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Which versions of TLS it speaks. Default: those that the system allows.</summary>
    public SslProtocols TlsVersions { get; init; } = SslProtocols.None;

    /// <summary>USER before AUTH is refused with 530, a transfer before PROT P with 522, as vsftpd does with <c>force_local_logins_ssl</c>.</summary>
    public bool RequireTls { get; init; }

    /// <summary>
    /// Commands sent during a transfer are answered at once, before its 226, as pyftpdlib does it: a client that expects replies in order
    /// is led astray. A second transfer still waits for the first.
    /// </summary>
    public bool AsyncReplies { get; init; }

    /// <summary>LIST, NLST and STAT of a folder that is not there tell of an empty one, as vsftpd's and Pure-FTPd's do.</summary>
    public bool EmptyForMissing { get; init; }

    /// <summary>LIST and NLST of an empty folder are refused with 450, as some versions of ProFTPD do.</summary>
    public bool EmptyIs450 { get; init; }

    /// <summary>The clock that decides whether LIST shows a time of day or a year.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>How a <see cref="VsftpdServer"/> speaks TLS.</summary>
public enum VsftpdTls
{
    None,

    /// <summary>After AUTH TLS, for logins and data.</summary>
    Explicit,

    /// <summary>From the first byte.</summary>
    Implicit,
}

/// <summary>How a <see cref="VsftpdServer"/> behaves.</summary>
public sealed record VsftpdOptions
{
    /// <summary>Anonymous may upload, rename, delete and set times; files get the mode 644.</summary>
    public bool Writable { get; init; }

    /// <summary>With TLS, every data connection must resume the control connection's session and end with close_notify.</summary>
    public VsftpdTls Tls { get; init; }

    /// <summary>Whose certificate it shows; needed with <see cref="Tls"/>.</summary>
    public TestAuthority? Authority { get; init; }

    /// <summary>Whether <see cref="VsftpdServer.ReadCommands"/> tells what clients said.</summary>
    public bool Log { get; init; }

    /// <summary>The only password that the user anonymous gets in with; null takes any.</summary>
    public string? Password { get; init; }

    /// <summary>Connections at once, those beyond are told 421; 0 is no limit.</summary>
    public int MaxClients { get; init; }

    /// <summary>As <see cref="MaxClients"/>, from one address.</summary>
    public int MaxPerAddress { get; init; }

    /// <summary>Where it listens.</summary>
    public ServerPlace Place { get; init; } = ServerPlace.Here;
}

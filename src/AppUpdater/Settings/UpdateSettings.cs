using System.Collections.Immutable;
using AppUpdater.Core.Swap;

namespace AppUpdater.Settings;

/// <summary>dato.ini, typed. <see cref="File"/> is its full path; relative directories start from its folder.</summary>
internal sealed record UpdateSettings
{
    internal required string File { get; init; }
    internal required ServerSettings Server { get; init; }
    internal required InstallSettings Install { get; init; }
    internal required TrustSettings Trust { get; init; }
    internal required PolicySettings Update { get; init; }

    /// <summary>What is odd but not wrong: keys that are unknown or do nothing yet, a file not in UTF-8.</summary>
    internal required ImmutableArray<string> Warnings { get; init; }

    /// <summary>Paths below the install that no release may name: this dato.ini and the files named under [trust].</summary>
    internal required ImmutableArray<RelativePath> Reserved { get; init; }
}

/// <summary>[server]. The password is kept out of <see cref="object.ToString"/>.</summary>
internal sealed record ServerSettings
{
    internal required string Url { get; init; }
    internal string? User { get; init; }
    internal Secret? Password { get; init; }
    internal ImmutableArray<string> Fallbacks { get; init; } = [];
    internal ProxySettings Proxy { get; init; } = ProxySettings.System;
    internal TlsVersion Tls { get; init; } = TlsVersion.Tls12;
    internal string? CaFile { get; init; }
    internal string? Fingerprint { get; init; }
    internal NameEncoding Encoding { get; init; } = NameEncoding.Auto;

    /// <summary>The zone of LIST's times; null finds out.</summary>
    internal TimeZoneInfo? TimeZone { get; init; }

    // A URL or a proxy may carry a password, too.
    public override string ToString() => "[server]";
}

/// <summary>A value that no log, message or debugger display may show.</summary>
internal sealed class Secret(string value)
{
    internal string Reveal() => value;

    public override string ToString() => "***";
}

/// <summary>The highest version that is offered. 1.2 for FTP is what servers that demand a resumed session take most surely.</summary>
internal enum TlsVersion { Tls12, Tls13 }

internal enum NameEncoding { Auto, Utf8, Windows1252 }

/// <summary>[install].</summary>
internal sealed record InstallSettings
{
    internal required string App { get; init; }

    /// <summary>Full path of the install.</summary>
    internal required string Directory { get; init; }

    /// <summary>What the bootstrapper starts; null starts nothing.</summary>
    internal RelativePath? Run { get; init; }

    /// <summary>Globs of files never touched.</summary>
    internal ImmutableArray<string> Protect { get; init; } = [];

    internal ChangedFilePolicy Changed { get; init; } = ChangedFilePolicy.Overwrite;
}

/// <summary>[trust]. Keys and Recovery are full paths of .pub files, read when a server is asked.</summary>
internal sealed record TrustSettings
{
    internal ImmutableArray<string> Keys { get; init; } = [];
    internal ImmutableArray<string> Recovery { get; init; } = [];
    internal int Threshold { get; init; } = 1;
    internal bool AllowUnsigned { get; init; }
}

internal enum BackupMode { None, Zip }

internal enum RelaunchMode { Self, Supervisor }

/// <summary>[update].</summary>
internal sealed record PolicySettings
{
    internal string Channel { get; init; } = "stable";
    internal BackupMode Backup { get; init; } = BackupMode.Zip;
    internal int KeepBackups { get; init; } = 3;

    /// <summary>Connections at once, 1 to 64.</summary>
    internal int Connections { get; init; } = 8;

    /// <summary>Bytes a second for all downloads together; null is unlimited.</summary>
    internal long? Rate { get; init; }

    /// <summary>How long the bootstrapper in front of an app lets it wait for the server's word, 100 ms to 10 min.</summary>
    internal TimeSpan CheckWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long it lets the app wait for a new version to be fetched, 0 to 24 h; then it goes on behind the app.</summary>
    internal TimeSpan StageWithin { get; init; } = TimeSpan.FromSeconds(20);

    internal ConfirmMode Confirm { get; init; } = ConfirmMode.Alive;
    internal TimeSpan ConfirmWithin { get; init; } = TimeSpan.FromSeconds(30);
    internal bool EnforceMinimum { get; init; }
    internal RelaunchMode Relaunch { get; init; } = RelaunchMode.Self;
}

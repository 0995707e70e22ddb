using System.Collections;
using System.Collections.Frozen;
using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using System.Resources;
using AppUpdater.Core.Disk;

namespace AppUpdater.Cli.Mirroring;

/// <summary>
/// Says in the reader's language why something failed. The library speaks English and keeps a message's places apart (<see cref="Wording"/>);
/// here the English text with its places is looked up, in <c>Resources/Failures.resx</c> above all. Names, and what a server or a program
/// said, are quoted as they are. Logs and JSON do not come here.
/// </summary>
internal static class Reasons
{
    private static readonly CultureInfo Spanish = CultureInfo.GetCultureInfo("es");
    private static readonly Lazy<FrozenDictionary<string, string>> Known = new(Read);

    /// <summary>Whether the flow that asks speaks Spanish; anything else is served in English.</summary>
    internal static bool IsSpanish => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == Spanish.TwoLetterISOLanguageName;

    internal static string Of(Exception failure) => Of(Wording.Of(failure));

    internal static string Of(Wording wording) => IsSpanish ? InSpanish(wording) : wording.ToString();

    internal static string InSpanish(Wording wording)
    {
        if (wording.Cause is { } cause && OfSystem(cause) is { } name)
            return Known.Value[name];
        var format = Known.Value.GetValueOrDefault(wording.Format) ?? wording.Format;
        return wording.Values.IsEmpty
            ? format
            : string.Format(CultureInfo.InvariantCulture, format, [.. wording.Values.Select(value => value is Wording inner ? InSpanish(inner) : value)]);
    }

    /// <summary>The texts in Spanish, by the English ones and by the names of what systems say.</summary>
    private static FrozenDictionary<string, string> Read()
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var area in new[] { "Failures", "Mirror", "MirrorSchedule" })
        {
            var resources = new ResourceManager($"AppUpdater.Cli.Resources.{area}", typeof(Reasons).Assembly);
            foreach (DictionaryEntry text in resources.GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!)
            {
                var name = (string)text.Key;
                texts[name.StartsWith("System.", StringComparison.Ordinal) ? name : (string)text.Value!] = resources.GetString(name, Spanish)!;
            }
        }

        return texts.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>What systems say most often, by its kind: they say it in English, or in their own language. Null: it is quoted.</summary>
    private static string? OfSystem(Exception cause) => cause switch
    {
        SocketException socket => OfSocket(socket),
        UnauthorizedAccessException or Win32Exception { NativeErrorCode: 5 or 13 } => "System.Denied", // ERROR_ACCESS_DENIED, EACCES
        FileNotFoundException or DirectoryNotFoundException or Win32Exception { NativeErrorCode: 2 } => "System.NotThere",
        PathTooLongException => "System.TooLong",
        IOException full when DiskError.IsDiskFull(full) => "System.Full",
        { InnerException: SocketException socket } => OfSocket(socket),
        _ => null,
    };

    private static string? OfSocket(SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData => "System.NoHost",
        SocketError.TryAgain => "System.NoNameServer",
        SocketError.ConnectionRefused => "System.Refused",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "System.Broken",
        SocketError.TimedOut => "System.TimedOut",
        SocketError.HostUnreachable or SocketError.HostDown => "System.NoRoute",
        SocketError.NetworkUnreachable or SocketError.NetworkDown => "System.NoNetwork",
        _ => null,
    };
}

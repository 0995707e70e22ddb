using System.Text;
using AppUpdater.Testing;

namespace AppUpdater.Tests.Transport.Hostile;

/// <summary>What scripts are made of.</summary>
internal static class HostileScripts
{
    internal const string User = "bob";
    internal const string Password = "hunter2-is-secret";

    internal static readonly byte[] Content = [1, 2, 3, 4, 5, 6];

    /// <summary>An FTP server as vsftpd is, but for these answers.</summary>
    internal static Func<ScriptedConnection, Task> Server(Func<ScriptedConnection, string, Task<string?>> answer) => connection =>
        connection.ServeFtpAsync(async line => await answer(connection, line) ?? LogIn(line));

    /// <summary>The same, but for the answer to lines that begin so.</summary>
    internal static Func<ScriptedConnection, Task> Server(string start, string reply) => Server((_, line) =>
        Task.FromResult(line.StartsWith(start, StringComparison.Ordinal) ? reply : null));

    /// <summary>Says the greeting, and nothing after it.</summary>
    internal static Func<ScriptedConnection, Task> Greeting(string text) => async connection =>
    {
        await connection.SayAsync(text);
        await connection.HearAsync();
        await connection.SleepAsync(TimeSpan.FromSeconds(5));
    };

    internal static Func<ScriptedConnection, Task> Retrieve(string first, byte[] content, string last, string? rest = "350 at it") =>
        Server(async (connection, line) =>
        {
            if (line.StartsWith("REST", StringComparison.Ordinal))
                return rest;
            if (!line.StartsWith("RETR", StringComparison.Ordinal))
                return null;
            await connection.SayAsync(first);
            await connection.SendDataAsync(content);
            return last;
        });

    internal static Func<ScriptedConnection, Task> Listing(string line) => Server(async (connection, command) =>
    {
        if (!command.StartsWith("LIST", StringComparison.Ordinal))
            return null;
        await connection.SayAsync("150 here");
        await connection.SendDataAsync(Encoding.Latin1.GetBytes(line + "\r\n"));
        return "226 done";
    });

    internal static Func<ScriptedConnection, Task> NamedEntry(string name, bool folder = false) =>
        Listing($"{(folder ? "drwxr-xr-x" : "-rw-r--r--")} 1 0 0 1 Jan 05 2024 {name}");

    /// <summary>Sends the same bytes for ever: until the client leaves.</summary>
    internal static async Task FloodAsync(Func<ReadOnlyMemory<byte>, Task> send, string text)
    {
        ReadOnlyMemory<byte> block = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(text, Math.Max(1, 16_384 / text.Length))));
        while (true)
            await send(block);
    }

    /// <summary>A byte, a pause, a byte.</summary>
    internal static async Task DripAsync(Func<ReadOnlyMemory<byte>, Task> send, string text, TimeSpan pause, CancellationToken stop)
    {
        foreach (var letter in text)
        {
            await send(new[] { (byte)letter });
            await Task.Delay(pause, stop);
        }
    }

    internal static string? LogIn(string line) => line switch
    {
        "USER " + User => "331 password",
        "PASS " + Password => "230 in",
        _ => null,
    };
}

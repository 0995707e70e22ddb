using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace AppUpdater.Core.Processes;

/// <summary>
/// One process for good: its id, which the system gives out again, and when it started. <see cref="StartTime"/> is compared, never read:
/// clock ticks since boot on Linux (where .NET's start time differs by milliseconds from reader to reader), UTC ticks elsewhere.
/// </summary>
internal sealed record ProcessIdentity(int Id, long StartTime)
{
    internal static ProcessIdentity OfThisProcess() =>
        Of(Environment.ProcessId) ?? throw new InvalidOperationException("This process does not find itself in the process table.");

    /// <summary>The process that has this id now, or null where none has (a zombie counts as ended).</summary>
    internal static ProcessIdentity? Of(int id) => StartOf(id) is { } start ? new ProcessIdentity(id, start) : null;

    /// <summary>Whether this very process still runs.</summary>
    internal bool IsAlive() => StartOf(Id) == StartTime;

    /// <summary>As <see cref="Parse"/> reads it: <c>id:start</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id}:{StartTime}");

    /// <summary>Reads <see cref="ToString"/>'s form; null where the text has another.</summary>
    internal static ProcessIdentity? Parse(string text) =>
        text.Split(':') is [var id, var start]
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
        && long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            ? new ProcessIdentity(number, time)
            : null;

    private static long? StartOf(int id) => OperatingSystem.IsLinux() ? StartByProc(id) : StartByRuntime(id);

    private static long? StartByProc(int id)
    {
        try
        {
            // proc(5): the name, field 2, is in parentheses and may hold any character; what follows the last one is plain.
            var stat = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ended = fields[0] is "Z" or "X";
            return ended ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // ended, perhaps between open and read (ESRCH)
        }
    }

    private static long? StartByRuntime(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null; // ended
        }
        catch (Win32Exception)
        {
            return 0; // another user's: there, but its start is not ours to see
        }
    }
}

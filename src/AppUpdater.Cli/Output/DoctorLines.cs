using System.Globalization;
using AppUpdater.Transport.Doctor;

namespace AppUpdater.Cli.Output;

/// <summary>A doctor's report for a person. Pure.</summary>
internal static class DoctorLines
{
    // As wide as most windows are.
    private const int Columns = 100;

    internal static IEnumerable<string> Of(DoctorReport report)
    {
        yield return report.Place;
        var width = report.Findings.Max(finding => finding.Subject.Length);
        foreach (var line in report.Findings.SelectMany(finding => Of(finding, width)))
            yield return line;
        if (!report.Timings.IsEmpty)
        {
            var times = string.Join(", ", report.Timings.Select(timing => string.Create(CultureInfo.InvariantCulture, $"{timing.Step} {timing.Took.TotalMilliseconds:0} ms")));
            foreach (var line in Wrapped($"{"time",-6}{"".PadRight(width)}  ", times))
                yield return line;
        }

        if (report.Settings.IsEmpty)
            yield break;
        yield return "";
        yield return "; fits in dato.ini";
        foreach (var line in report.Settings)
            yield return line;
    }

    private static IEnumerable<string> Of(DoctorFinding finding, int width)
    {
        var lines = Wrapped($"{Word(finding.Mark),-6}{finding.Subject.PadRight(width)}  ", finding.What);
        return finding.Advice is { } advice ? lines.Concat(Wrapped($"{"".PadRight(width + 6)}  > ", advice)) : lines;
    }

    /// <summary>Broken between words, each line below the first indented as far as the text begins.</summary>
    private static IEnumerable<string> Wrapped(string start, string text)
    {
        var line = start;
        var isEmpty = true;
        foreach (var word in text.Split(' '))
        {
            if (!isEmpty && line.Length + 1 + word.Length > Columns)
            {
                yield return line;
                line = "".PadRight(start.Length);
                isEmpty = true;
            }

            line += isEmpty ? word : " " + word;
            isEmpty = false;
        }

        yield return line;
    }

    private static string Word(DoctorMark mark) => mark switch { DoctorMark.Good => "ok", DoctorMark.Wrong => "WRONG", _ => "note" };
}

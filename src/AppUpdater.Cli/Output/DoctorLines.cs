using System.Globalization;
using AppUpdater.Transport.Doctor;

namespace AppUpdater.Cli.Output;

/// <summary>A doctor's report for a person. Pure.</summary>
internal static class DoctorLines
{
    internal static IEnumerable<string> Of(DoctorReport report)
    {
        yield return report.Place;
        var width = report.Findings.Max(finding => finding.Subject.Length);
        foreach (var finding in report.Findings)
        {
            yield return $"{Sign(finding.Mark)} {finding.Subject.PadRight(width)}  {finding.What}";
            if (finding.Advice is { } advice)
                yield return $"  {"".PadRight(width)}  {advice}";
        }

        if (!report.Timings.IsEmpty)
            yield return "time: " + string.Join(", ", report.Timings.Select(timing => string.Create(CultureInfo.InvariantCulture, $"{timing.Step} {timing.Took.TotalMilliseconds:0} ms")));
        if (report.Settings.IsEmpty)
            yield break;
        yield return "";
        yield return "; fits in dato.ini";
        foreach (var line in report.Settings)
            yield return line;
    }

    private static string Sign(DoctorMark mark) => mark switch { DoctorMark.Good => "+", DoctorMark.Wrong => "!", _ => "-" };
}

using System.Globalization;
using System.Security.Cryptography;

namespace AppUpdater.SwapMatrix;

/// <summary>What the command line asks for.</summary>
/// <param name="Parts">The parts to run; empty for all but the soak.</param>
/// <param name="Seed">What chance is drawn from; printed, so that a run can be had again.</param>
/// <param name="Story">Where it is not empty, only the steps with this in their name are tried, by the parts that know stories.</param>
/// <param name="Soak">Random cuts to make in the soak, which then is all that runs; 0 for none.</param>
internal sealed record MatrixOptions(IReadOnlyList<string> Parts, int Seed, string Story, int Soak)
{
    internal const string Usage = "dotnet run --project tests/AppUpdater.SwapMatrix -- [--part NAME]… [--story NAME] [--soak 1000] [--seed N]";

    internal bool Takes(string step) => step.Contains(Story, StringComparison.Ordinal);

    /// <summary>Null where the arguments are not understood.</summary>
    internal static MatrixOptions? Parse(string[] args)
    {
        var options = new MatrixOptions([], RandomNumberGenerator.GetInt32(int.MaxValue), "", 0);
        for (var at = 0; at < args.Length; at += 2)
        {
            if (at + 1 == args.Length || With(options, args[at], args[at + 1]) is not { } changed)
                return null;
            options = changed;
        }

        return options;
    }

    private static MatrixOptions? With(MatrixOptions options, string option, string value) => option switch
    {
        "--part" => options with { Parts = [.. options.Parts, value] },
        "--story" => options with { Story = value },
        "--seed" when Number(value) is { } seed => options with { Seed = seed },
        "--soak" when Number(value) is { } cuts => options with { Soak = cuts },
        _ => null,
    };

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

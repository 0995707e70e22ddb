using System.Globalization;

namespace Demo;

/// <summary>A claim that did not hold.</summary>
internal sealed class ClaimException(string message) : Exception(message);

/// <summary>Tells what happens in numbered steps, and stops at the first claim that is not so.</summary>
internal sealed class Narrator(TextWriter output)
{
    private readonly Lock _gate = new();
    private int _step;
    private int _claims;

    internal int Claims => _claims;

    internal void Step(string title)
    {
        lock (_gate)
            output.WriteLine($"\n{(++_step).ToString(CultureInfo.InvariantCulture)}. {title}");
    }

    internal void Tell(string line)
    {
        lock (_gate)
            output.WriteLine($"   {line}");
    }

    internal void Claim(bool holds, string claim)
    {
        if (!holds)
            throw new ClaimException($"Not so: {claim}");
        _claims++;
        Tell($"✓ {claim}");
    }
}

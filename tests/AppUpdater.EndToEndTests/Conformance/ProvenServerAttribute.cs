namespace AppUpdater.EndToEndTests.Conformance;

/// <summary>
/// Which server a class of conformance tests is about. Its tests are shown as <c>name: test</c>, by which <c>.ci/run</c> counts them.
/// </summary>
/// <param name="name">As people call it, with how it is set up: "vsftpd explicit TLS".</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ProvenServerAttribute(string name) : Attribute
{
    public string Name { get; } = name;

    /// <summary>The program that must be there; null needs none.</summary>
    public string? Needs { get; init; }
}

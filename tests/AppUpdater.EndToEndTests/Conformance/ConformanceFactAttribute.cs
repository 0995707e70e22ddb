using AppUpdater.EndToEndTests.RealServers;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace AppUpdater.EndToEndTests.Conformance;

/// <summary>
/// A test that every class of servers inherits. Where the class's server is absent it is skipped, but not where CI is set: there it must
/// not go missing unnoticed.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("AppUpdater.EndToEndTests.Conformance." + nameof(ConformanceDiscoverer), "AppUpdater.EndToEndTests")]
public sealed class ConformanceFactAttribute : FactAttribute
{
    public ConformanceFactAttribute() => Timeout = 60_000;
}

public sealed class ConformanceDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        [new ConformanceCase(messages, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)];
}

/// <summary>One test of one server.</summary>
public sealed class ConformanceCase : XunitTestCase
{
    [Obsolete("For xunit, which fills it in afterwards.", error: true)]
    public ConformanceCase()
    {
    }

    public ConformanceCase(IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions displayOptions, ITestMethod method)
        : base(messages, display, displayOptions, method)
    {
    }

    protected override void Initialize()
    {
        base.Initialize();
        DisplayName = $"{Server.GetNamedArgument<string>(nameof(ProvenServerAttribute.Name))}: {TestMethod.Method.Name.Replace('_', ' ')}";
    }

    protected override string GetSkipReason(IAttributeInfo factAttribute)
    {
        var needs = Server.GetNamedArgument<string?>(nameof(ProvenServerAttribute.Needs));
        return needs is null || ServerPrograms.IsCi ? base.GetSkipReason(factAttribute) : ServerPrograms.Problem(needs)!;
    }

    private IAttributeInfo Server => TestMethod.TestClass.Class.GetCustomAttributes(typeof(ProvenServerAttribute)).Single();
}

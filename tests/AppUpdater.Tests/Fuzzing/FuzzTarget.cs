using System.Diagnostics;
using System.Globalization;
using AppUpdater.Tests.Architecture;
using FsCheck;
using FsCheck.Fluent;

namespace AppUpdater.Tests.Fuzzing;

/// <summary>
/// A parser of bytes that anybody may have written. It either takes them or refuses them with an <see cref="UpdateException"/>, soon, and allocates
/// no more than is declared.
/// </summary>
/// <param name="Name">Its folder in Corpus: valid files, and whatever once broke it.</param>
/// <param name="Parse">Takes the bytes of one file.</param>
/// <param name="FixedBytes">What it may allocate for any file, in bytes.</param>
/// <param name="PerByte">What it may allocate more for each byte of the file.</param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Parse, long FixedBytes, int PerByte)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    internal IReadOnlyList<byte[]> Corpus { get; } =
        [.. Directory.GetFiles(Repository.At($"tests/AppUpdater.Tests/Fuzzing/Corpus/{Name}")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    /// <summary>Every file of the corpus, changed and unchanged, and random bytes; so many tries of each.</summary>
    internal void Run(int tries)
    {
        Assert.NotEmpty(Corpus);
        foreach (var file in Corpus)
            Require(file);

        // The first parse of all pays for tables and generated code, which no file is to blame for; the corpus was it.
        var changed = from at in Gen.Choose(0, Corpus.Count - 1)
                      from mutations in Mutation.Several(6)
                      select (at, mutations);
        Prop.ForAll(changed.ToArbitrary(), sample => Require(sample.mutations.Aggregate(Corpus[sample.at], (bytes, mutation) => mutation.Apply(bytes, Corpus))))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(tries));
        Prop.ForAll(Noise().ToArbitrary(), bytes => Require(bytes)).Check(Config.QuickThrowOnFailure.WithMaxTest(tries / 4));
    }

    /// <summary>Parses once more where a limit was passed: another thread's garbage collection may have taken the time.</summary>
    internal void Require(byte[] bytes)
    {
        if (Try(bytes) is { } first && Try(bytes) is { } again)
            Assert.Fail($"{Name}: {first}; {again}. The file, in base64: {Convert.ToBase64String(bytes.AsSpan(0, Math.Min(bytes.Length, 4096)))}");
    }

    private string? Try(byte[] bytes)
    {
        var watch = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Parse(bytes);
        }
        catch (UpdateException)
        {
            // Refused in words: that is what is wanted.
        }
        catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
        {
            return failure.ToString();
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var most = FixedBytes + ((long)PerByte * bytes.Length);
        if (allocated > most)
            return string.Create(CultureInfo.InvariantCulture, $"{allocated} bytes were allocated for {bytes.Length}, at most {most} are declared");
        return watch.Elapsed > Longest ? $"it took {watch.Elapsed}" : null;
    }

    private static Gen<byte[]> Noise() => Gen.Choose(0, 2_000).SelectMany(count => Gen.ArrayOf(Gen.Choose(0, 255).Select(one => (byte)one), count));
}

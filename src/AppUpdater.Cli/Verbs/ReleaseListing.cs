using System.CommandLine;
using System.Globalization;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Publishing;
using AppUpdater.Transport;
using NuGet.Versioning;

namespace AppUpdater.Cli.Verbs;

/// <summary>release list and release show: what lies on a server. A public key is enough for them.</summary>
internal static class ReleaseListing
{
    private static readonly Argument<NuGetVersion> VersionArgument = new("V") { Description = "The version.", CustomParser = result => ReleaseOptions.ReadVersion(result)! };

    internal static Command List(Screen screen) => Create(screen, "list", "Lists the releases with channel, sequence, rollout, expiry and size.", version: null);

    internal static Command Show(Screen screen) => Create(screen, "show", "Shows one release with its files and notes.", VersionArgument);

    private static Command Create(Screen screen, string name, string description, Argument<NuGetVersion>? version)
    {
        var command = new Command(name, description);
        if (version is not null)
            command.Add(version);
        PublisherOptions.AddTo(command);
        CommonOptions.AddOutputTo(command);
        command.SetAction((parsed, ct) => RunAsync(parsed, screen, version is null ? null : parsed.GetRequiredValue(version), ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Screen screen, NuGetVersion? only, CancellationToken ct)
    {
        var (common, options, prompt) = (CommonOptions.From(parsed), PublisherOptions.From(parsed), SecretPrompt.OfThisProcess(screen, ct));
        var trusted = PublisherKeys.ReadTrusted(options.Keys.Concat(options.EarlierKeys), prompt);
        await using var source = RemoteSources.Open(options.Location(), options.Transport(prompt, screen, common.Verbose));
        var state = await ServerStateReader.ReadAsync(source, trusted, ct);
        var wanted = state.Releases.Where(release => only is null || release.Version == only).Reverse().ToList();
        if (only is not null && wanted.Count == 0)
            throw new SettingsException($"Version {only} is not there. release list shows what is.");
        var found = await EarlierReleases.ReadAsync(source, [.. wanted], screen.Note, ct);
        if (common.Json)
            screen.Write([.. found.Select(release => ReleaseResult.Of(release, state, only is not null))], PublishJson.Readable.ReleaseResultArray);
        else if (found.IsEmpty)
            screen.Say($"{source.Location} holds no release.");
        else
            screen.Say(string.Join(Environment.NewLine, found.SelectMany(release => Lines(release, state, only is not null))));
        return ExitCodes.Done;
    }

    private static IEnumerable<string> Lines(EarlierRelease release, ServerState state, bool all)
    {
        var (listed, manifest) = (release.Listed, release.Manifest);
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{listed.Version}  {listed.Platform}  published {PointerText.Time(listed.Published)}  {ByteCount.Show(manifest.Files.Sum(file => file.Size))} in {manifest.Files.Length} files, "
            + $"a new install fetches {ByteCount.Show(UpdateSize.Fresh(manifest))}{(listed.IsWithdrawn ? "  withdrawn" : "")}{(release.IsWhole ? "" : "  DAMAGED")}");
        foreach (var pointer in state.Pointers.Where(pointer => pointer.Manifest == listed.Manifest))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"  {pointer.Channel}: sequence {pointer.Version.Sequence}, rollout {pointer.Version.Rollout} %, "
                + $"{(pointer.Version.Expires is { } expires ? $"expires {PointerText.Time(expires)}" : "never expires")}");
        }

        if (!all)
            yield break;
        yield return $"  {listed.Manifest.Path}, SHA-256 {listed.Manifest.Hash}";
        foreach (var pack in manifest.Packs)
            yield return $"  {pack.Path}, {ByteCount.Show(pack.Size)}";
        foreach (var file in manifest.Files)
            yield return string.Create(CultureInfo.InvariantCulture, $"  {file.Size,14:N0}  {file.Path}");
        if (manifest.Notes is { } notes)
            yield return $"{Environment.NewLine}{notes.TrimEnd()}";
    }
}

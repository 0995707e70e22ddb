namespace AppUpdater.Transport;

/// <summary>A file to be put on a server.</summary>
internal sealed record RemoteUpload
{
    private const int MaxKeyLength = 32;
    private readonly string _key = "";

    internal required RelativePath Path { get; init; }

    /// <summary>In bytes.</summary>
    internal required long Length { get; init; }

    /// <summary>Opens the content at an offset in bytes; called again for each try. The target disposes what it gets.</summary>
    internal required Func<long, CancellationToken, Task<Stream>> OpenAsync { get; init; }

    /// <summary>
    /// Stands for the content: the start of its hash, or size and time; 1 to 32 letters, digits and hyphens. Bytes that an earlier try
    /// left under another key are never built upon.
    /// </summary>
    /// <exception cref="ArgumentException">It has other characters, or none.</exception>
    internal required string Key
    {
        get => _key;
        init => _key = value.Length is > 0 and <= MaxKeyLength && value.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? value
            : throw new ArgumentException($"\"{value}\" is no key.", nameof(value));
    }

    /// <summary>Set where the server can; null leaves the time of the upload.</summary>
    internal DateTimeOffset? Modified { get; init; }

    /// <summary>Told how many bytes went out with each write.</summary>
    internal IProgress<int>? Progress { get; init; }

    /// <summary>Beside the file: <c>.app.dll.1f0c9a77.uploading</c>. Its dot hides it from most listings.</summary>
    internal RelativePath TemporaryPath => TemporaryOf(Path, Key);

    /// <summary>What a file is called until it is whole.</summary>
    internal static RelativePath TemporaryOf(RelativePath path, string key) => path.Beside($".{key}.uploading");

    /// <summary>What a target throws where the content has fewer or more bytes than it was said to have.</summary>
    internal InstallException Changed() =>
        new($"{Path} was to be sent with {Length:N0} bytes and has another length by now. Let nothing write to it while it is sent.");
}

using System.Globalization;
using System.Text.Json;
using AppUpdater.Releases;

namespace AppUpdater.Planning;

/// <summary>installed.json's fields, read and written.</summary>
internal static class StoredInstallJson
{
    private static readonly string[] Fields = ["format", "app", "version", "sequence", "release", "manifest", "files", "folders"];
    private static readonly string[] ReferenceFields = ["path", "size", "sha256"];
    private static readonly string[] FileFields = ["path", "size", "modified", "precision", "localModified", "sha256"];

    /// <exception cref="JsonException">It is no JSON, or has other kinds of values than are written.</exception>
    internal static StoredInstall? Read(ReadOnlySpan<byte> bytes) => JsonFields.Read(bytes, Install);

    internal static byte[] Write(StoredInstall install) => JsonFields.Write(install, Install);

    private static StoredInstall? Install(ref Utf8JsonReader json) => json.Object(
        new StoredInstall(),
        Fields,
        static (ref install, name, ref json) =>
        {
            switch (name)
            {
                case "format": install.Format = json.GetInt32(); break;
                case "app": install.App = json.GetString(); break;
                case "version": install.Version = json.GetString(); break;
                case "sequence": install.Sequence = json.TokenType == JsonTokenType.Null ? null : json.GetInt64(); break;
                case "release": install.Release = json.GetString(); break;
                case "manifest": install.Manifest = Reference(ref json); break;
                case "files": install.Files = json.List(File); break;
                case "folders": install.Folders = json.Texts(); break;
            }
        });

    private static StoredReference? Reference(ref Utf8JsonReader json) => json.Object(
        new StoredReference(),
        ReferenceFields,
        static (ref reference, name, ref json) =>
        {
            switch (name)
            {
                case "path": reference.Path = json.GetString(); break;
                case "size": reference.Size = json.GetInt64(); break;
                case "sha256": reference.Sha256 = json.GetString(); break;
            }
        });

    private static StoredFile? File(ref Utf8JsonReader json) => json.Object(
        new StoredFile(),
        FileFields,
        static (ref file, name, ref json) =>
        {
            switch (name)
            {
                case "path": file.Path = json.GetString(); break;
                case "size": file.Size = json.GetInt64(); break;
                case "modified": file.Modified = json.TimeOrNull(); break;
                case "precision": file.Precision = Duration(json.GetString()); break;
                case "localModified": file.LocalModified = json.GetDateTimeOffset(); break;
                case "sha256": file.Sha256 = json.GetString(); break;
            }
        });

    private static TimeSpan? Duration(string? text) => text switch
    {
        null => null,
        _ when text == text.Trim() && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var duration) => duration,
        _ => throw new FormatException("It is no length of time."),
    };

    private static void Install(Utf8JsonWriter json, StoredInstall install)
    {
        json.WriteStartObject();
        json.WriteNumber("format", install.Format);
        json.TextIfAny("app", install.App);
        json.TextIfAny("version", install.Version);
        if (install.Sequence is { } sequence)
            json.WriteNumber("sequence", sequence);
        json.TextIfAny("release", install.Release);
        if (install.Manifest is { } manifest)
        {
            json.WriteStartObject("manifest");
            json.TextIfAny("path", manifest.Path);
            json.WriteNumber("size", manifest.Size);
            json.TextIfAny("sha256", manifest.Sha256);
            json.WriteEndObject();
        }

        json.List("files", install.Files ?? [], File);
        json.Texts("folders", install.Folders ?? []);
        json.WriteEndObject();
    }

    private static void File(Utf8JsonWriter json, StoredFile? file)
    {
        json.WriteStartObject();
        json.TextIfAny("path", file!.Path);
        json.WriteNumber("size", file.Size);
        if (file.Modified is { } modified)
            json.WriteString("modified", modified);
        if (file.Precision is { } precision)
            json.WriteString("precision", precision.ToString("c", CultureInfo.InvariantCulture));
        json.WriteString("localModified", file.LocalModified);
        json.TextIfAny("sha256", file.Sha256);
        json.WriteEndObject();
    }
}

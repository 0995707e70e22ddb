using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace AppUpdater;

/// <summary>A failure whose message can be said in another language.</summary>
internal interface IWorded
{
    Wording Wording { get; }
}

/// <summary>
/// What a message says, with its places kept apart from what stands in them, so that whoever shows it to people can say it in their language.
/// Written as <c>$"{file} can't be read: {cause}"</c> wherever one is asked for; in English, and with invariant numbers. Equal where the text is.
/// </summary>
[InterpolatedStringHandler]
internal sealed class Wording : IEquatable<Wording>
{
    private readonly StringBuilder _format;
    private readonly ImmutableArray<object>.Builder _values;
    private string? _text;

    /// <summary>For the compiler, which then appends.</summary>
    public Wording(int literalLength, int formattedCount) =>
        (_format, _values) = (new StringBuilder(literalLength), ImmutableArray.CreateBuilder<object>(formattedCount));

    /// <param name="format">As of <see cref="string.Format(string, object?[])"/>, where there are values; else the text itself.</param>
    /// <param name="values">Wordings, numbers or texts.</param>
    internal Wording(string format, params ReadOnlySpan<object?> values)
        : this(0, values.Length)
    {
        _format.Append(format);
        foreach (var value in values)
            _values.Add(value is null ? "" : Kept(value, null));
    }

    /// <summary>The text with places, <c>{0}</c> and so on; where there are no values, the text itself.</summary>
    internal string Format => _format.ToString();

    /// <summary>Each a <see cref="Wording"/>, a number or a text.</summary>
    internal ImmutableArray<object> Values => _values.ToImmutable();

    /// <summary>Where the text is the system's own: the failure that has it. Null: it is not.</summary>
    internal Exception? Cause { get; private init; }

    [return: NotNullIfNotNull(nameof(text))]
    public static implicit operator Wording?(string? text) => text is null ? null : new Wording(text);

    /// <summary>What a failure says.</summary>
    internal static Wording Of(Exception failure) => failure is IWorded known ? known.Wording : new Wording(failure.Message) { Cause = failure };

    /// <summary>For the compiler.</summary>
    public void AppendLiteral(string value) =>
        _format.Append(value.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));

    /// <summary>For the compiler.</summary>
    public void AppendFormatted<T>(T value, string? format = null)
    {
        _format.Append(CultureInfo.InvariantCulture, $"{{{_values.Count}}}");
        _values.Add(value is null ? "" : Kept(value, format));
    }

    /// <summary>The message in English.</summary>
    public override string ToString() =>
        _text ??= _values.Count == 0 ? Format : string.Format(CultureInfo.InvariantCulture, Format, [.. _values]);

    public bool Equals(Wording? other) => other is not null && ToString() == other.ToString();

    public override bool Equals(object? obj) => Equals(obj as Wording);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static object Kept(object value, string? format) => value switch
    {
        Wording wording => wording,
        IFormattable number => format is null ? number : number.ToString(format, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}

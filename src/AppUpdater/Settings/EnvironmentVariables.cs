using System.Text;

namespace AppUpdater.Settings;

/// <summary>Expands <c>%NAME%</c> in a value of dato.ini; <c>%%</c> is a percent sign.</summary>
internal sealed class EnvironmentVariables(Func<string, string?> lookup)
{
    internal static EnvironmentVariables OfProcess { get; } = new(Environment.GetEnvironmentVariable);

    /// <exception cref="SettingsException">
    /// A variable is not defined, or a percent sign stands alone. Names <paramref name="where"/>, shows no value.
    /// </exception>
    internal string Expand(string value, string where)
    {
        var expanded = new StringBuilder();
        for (var at = 0; at < value.Length;)
        {
            var percent = value.IndexOf('%', at);
            if (percent < 0)
                return expanded.Append(value, at, value.Length - at).ToString();
            expanded.Append(value, at, percent - at);
            var close = value.IndexOf('%', percent + 1);
            if (close < 0)
                throw Alone(where);
            expanded.Append(close == percent + 1 ? "%" : Value(value[(percent + 1)..close], where));
            at = close + 1;
        }

        return expanded.ToString();
    }

    private static SettingsException Alone(string where) =>
        new($"{where}: a percent sign stands alone. Write %% for a percent sign, %NAME% for an environment variable.");

    private string Value(string name, string where)
    {
        if (name.Any(c => !char.IsLetterOrDigit(c) && c is not ('_' or '(' or ')' or '-' or '.')))
            throw Alone(where);
        var value = lookup(name);
        if (string.IsNullOrEmpty(value))
            throw new SettingsException($"{where}: the environment variable {name} is not defined. Define it, or write %% for a percent sign.");
        return value.Any(char.IsControl)
            ? throw new SettingsException($"{where}: the environment variable {name} holds a control character, such as a line break.")
            : value;
    }
}

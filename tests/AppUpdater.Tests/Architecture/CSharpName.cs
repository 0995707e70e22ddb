using System.Reflection;

namespace AppUpdater.Tests.Architecture;

/// <summary>Types as C# writes them, nullability included, without namespaces.</summary>
internal static class CSharpName
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(int)] = "int", [typeof(long)] = "long",
        [typeof(double)] = "double", [typeof(string)] = "string", [typeof(object)] = "object", [typeof(char)] = "char", [typeof(uint)] = "uint",
    };

    internal static string Of(ParameterInfo parameter) => Of(new NullabilityInfoContext().Create(parameter));

    internal static string Of(PropertyInfo property) => Of(new NullabilityInfoContext().Create(property));

    internal static string Of(FieldInfo field) => Of(new NullabilityInfoContext().Create(field));

    internal static string Of(Type type)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!);
        if (type.IsArray)
            return $"{Of(type.GetElementType()!)}[]";
        if (Nullable.GetUnderlyingType(type) is { } value)
            return $"{Of(value)}?";
        return type.IsGenericType ? Generic(type, type.GetGenericArguments().Select(Of)) : Simple(type);
    }

    private static string Of(NullabilityInfo info)
    {
        var type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        var mark = info.ReadState == NullabilityState.Nullable && !type.IsValueType ? "?" : "";
        if (type.IsArray && info.ElementType is { } element)
            return $"{Of(element)}[]{mark}";
        // For a nullable value type the context tells of the type argument's own arguments.
        if (Nullable.GetUnderlyingType(type) is not null || info.GenericTypeArguments.Length == 0)
            return Of(type) + mark;
        return Generic(type, info.GenericTypeArguments.Select(Of)) + mark;
    }

    private static string Generic(Type type, IEnumerable<string> arguments) =>
        $"{Simple(type).Split('`')[0]}<{string.Join(", ", arguments)}>";

    private static string Simple(Type type) =>
        Keywords.TryGetValue(type, out var keyword) ? keyword
        : type is { IsNested: true, IsGenericParameter: false } ? $"{Of(type.DeclaringType!)}.{type.Name}" : type.Name;
}

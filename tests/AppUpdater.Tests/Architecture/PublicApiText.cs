using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace AppUpdater.Tests.Architecture;

/// <summary>An assembly's public surface as text, one member a line, sorted: what a reviewer reads when it changes.</summary>
internal static class PublicApiText
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    internal static string Of(Assembly assembly) =>
        string.Concat(assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal).Select(OfType));

    private static string OfType(Type type)
    {
        var members = type.IsEnum
            ? Enum.GetNames(type).Select(name => $"{name} = {Enum.Format(type, Enum.Parse(type, name), "D")}")
            : type.GetMembers(Declared).Select(Line).OfType<string>().Order(StringComparer.Ordinal);
        return $"{Head(type)}\n{string.Concat(members.Select(line => $"    {line}\n"))}\n";
    }

    private static string Head(Type type)
    {
        var parents = new[] { type.BaseType }.OfType<Type>()
            .Where(parent => parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum) && parent != typeof(MulticastDelegate))
            .Concat(type.IsEnum ? [] : type.GetInterfaces().Where(one => one.IsPublic).OrderBy(CSharpName.Of, StringComparer.Ordinal))
            .Select(CSharpName.Of).ToArray();
        return $"{Kind(type)} {type.Namespace}.{CSharpName.Of(type)}{(parents.Length == 0 ? "" : " : " + string.Join(", ", parents))}";
    }

    private static string Kind(Type type)
    {
        if (type.IsEnum)
            return "enum";
        if (type.IsInterface)
            return "interface";
        if (type.IsValueType)
            return type.IsDefined(typeof(IsReadOnlyAttribute), inherit: false) ? "readonly struct" : "struct";
        if (type.IsSubclassOf(typeof(Delegate)))
            return "delegate";
        var record = type.GetMethod("<Clone>$", Declared) is not null;
        var word = type switch
        {
            { IsAbstract: true, IsSealed: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsSealed: true } => "sealed ",
            _ => "",
        };
        return word + (record ? "record" : "class");
    }

    private static string? Line(MemberInfo member) => member switch
    {
        ConstructorInfo { IsStatic: false } constructor when IsVisible(constructor) => $"{Access(constructor)}new({Parameters(constructor)})",
        MethodInfo { IsSpecialName: false } method when IsVisible(method) && !IsSynthesized(method) => Method(method),
        MethodInfo { IsSpecialName: true } method when IsVisible(method) && method.Name.StartsWith("op_", StringComparison.Ordinal) && !IsSynthesized(method) => Method(method),
        PropertyInfo property when Accessors(property) is { Length: > 0 } accessors && !IsSynthesized(property) =>
            $"{Modifiers(accessors[0])}{CSharpName.Of(property)} {property.Name} {{ {string.Join(" ", accessors.Select(Accessor))} }}",
        FieldInfo { IsPublic: true } field => $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{CSharpName.Of(field)} {field.Name}",
        EventInfo { AddMethod.IsPublic: true } happening => $"event {CSharpName.Of(happening.EventHandlerType!)} {happening.Name}",
        _ => null,
    };

    private static string Method(MethodInfo method)
    {
        var generics = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(CSharpName.Of))}>" : "";
        return $"{Modifiers(method)}{CSharpName.Of(method.ReturnParameter)} {method.Name}{generics}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var way = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        return $"{way}{CSharpName.Of(parameter)} {parameter.Name}{(parameter.HasDefaultValue ? " = " + Default(parameter) : "")}";
    }

    private static string Default(ParameterInfo parameter) => parameter.RawDefaultValue switch
    {
        null => parameter.ParameterType.IsValueType ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static MethodInfo[] Accessors(PropertyInfo property) =>
        [.. new[] { property.GetMethod, property.SetMethod }.OfType<MethodInfo>().Where(IsVisible)];

    private static string Accessor(MethodInfo accessor) =>
        accessor.ReturnType != typeof(void) ? "get;"
        : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;";

    private static bool IsVisible(MethodBase method) =>
        method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static bool IsSynthesized(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) || member is PropertyInfo { Name: "EqualityContract" };

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifiers(MethodInfo method) => Access(method) + (
        method.IsStatic ? "static "
        : method.DeclaringType!.IsInterface ? ""
        : method.IsAbstract ? "abstract "
        : method.GetBaseDefinition() != method ? "override "
        : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "");
}

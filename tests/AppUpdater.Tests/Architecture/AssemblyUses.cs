using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Types = System.Collections.Immutable.ImmutableHashSet<System.Reflection.Metadata.TypeDefinitionHandle>;

namespace AppUpdater.Tests.Architecture;

/// <summary>One type names another of the same assembly: in a signature, a base, a field or inside a method body.</summary>
internal sealed record TypeUse(string UserNamespace, string User, string UsedNamespace, string Used);

/// <summary>
/// Who uses whom inside one compiled assembly. Closures and state machines count as the type that they are written in.
/// Constants leave no trace: the compiler copies them.
/// </summary>
internal sealed class AssemblyUses(PEReader image, MetadataReader reader)
{
    private readonly TypeNames _names = new();

    internal static ImmutableHashSet<TypeUse> In(string assemblyFile)
    {
        using var image = new PEReader(File.OpenRead(assemblyFile));
        return new AssemblyUses(image, image.GetMetadataReader()).All();
    }

    private ImmutableHashSet<TypeUse> All() =>
    [
        .. from user in reader.TypeDefinitions
           from used in UsedBy(user).Select(Outermost).Distinct()
           where used != Outermost(user)
           select Describe(Outermost(user), used),
    ];

    private Types UsedBy(TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        return Join(
        [
            Of(type.BaseType),
            .. type.GetInterfaceImplementations().Select(one => Of(reader.GetInterfaceImplementation(one).Interface)),
            .. type.GetFields().Select(one => reader.GetFieldDefinition(one).DecodeSignature(_names, null)),
            .. type.GetMethods().Select(OfMethod),
            .. type.GetCustomAttributes().Select(one => Of(reader.GetCustomAttribute(one).Constructor)),
            .. Constraints(type.GetGenericParameters()),
        ]);
    }

    private Types OfMethod(MethodDefinitionHandle handle)
    {
        var method = reader.GetMethodDefinition(handle);
        var outside = Join([TypeNames.Of(method.DecodeSignature(_names, null)), .. Constraints(method.GetGenericParameters())]);
        if (method.RelativeVirtualAddress == 0)
            return outside;
        var body = image.GetMethodBody(method.RelativeVirtualAddress);
        Types[] locals = body.LocalSignature.IsNil
            ? []
            : [.. reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_names, null)];
        return Join([outside, .. locals, .. IlTokens.Of(body).Select(Of), .. body.ExceptionRegions.Select(region => Of(region.CatchType))]);
    }

    private Types Of(EntityHandle handle) => handle.IsNil ? [] : handle.Kind switch
    {
        HandleKind.TypeDefinition => [(TypeDefinitionHandle)handle],
        HandleKind.TypeSpecification => reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_names, null),
        HandleKind.MethodDefinition => [reader.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType()],
        HandleKind.FieldDefinition => [reader.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType()],
        HandleKind.MemberReference => OfMember(reader.GetMemberReference((MemberReferenceHandle)handle)),
        HandleKind.MethodSpecification => OfMethodSpecification(reader.GetMethodSpecification((MethodSpecificationHandle)handle)),
        _ => [],
    };

    private Types OfMember(MemberReference member) => Of(member.Parent).Union(member.GetKind() == MemberReferenceKind.Field
        ? member.DecodeFieldSignature(_names, null)
        : TypeNames.Of(member.DecodeMethodSignature(_names, null)));

    private Types OfMethodSpecification(MethodSpecification method) =>
        Join([Of(method.Method), .. method.DecodeSignature(_names, null)]);

    private IEnumerable<Types> Constraints(GenericParameterHandleCollection parameters) =>
        from parameter in parameters
        from constraint in reader.GetGenericParameter(parameter).GetConstraints()
        select Of(reader.GetGenericParameterConstraint(constraint).Type);

    private TypeDefinitionHandle Outermost(TypeDefinitionHandle handle)
    {
        while (reader.GetTypeDefinition(handle).GetDeclaringType() is { IsNil: false } outer)
            handle = outer;
        return handle;
    }

    private TypeUse Describe(TypeDefinitionHandle user, TypeDefinitionHandle used)
    {
        var (one, other) = (reader.GetTypeDefinition(user), reader.GetTypeDefinition(used));
        return new TypeUse(
            reader.GetString(one.Namespace), reader.GetString(one.Name), reader.GetString(other.Namespace), reader.GetString(other.Name));
    }

    private static Types Join(IEnumerable<Types> sets) => sets.Aggregate(Types.Empty, (all, one) => all.Union(one));
}

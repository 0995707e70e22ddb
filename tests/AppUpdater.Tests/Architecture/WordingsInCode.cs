using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;

namespace AppUpdater.Tests.Architecture;

/// <summary>A message in the code: where, and its text with numbered places. Null: not known, since the text comes from elsewhere.</summary>
internal sealed record WordingInCode(string Type, string Method, string? Format);

/// <summary>
/// The messages that a compiled assembly makes, read out of its IL: what the compiler appends to a <see cref="Wording"/>, texts that become one,
/// and texts that exceptions are made with.
/// </summary>
internal sealed class WordingsInCode(PEReader image, MetadataReader reader)
{
    private static readonly FrozenDictionary<int, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (OpCode)field.GetValue(null)!).ToFrozenDictionary(code => (int)(ushort)code.Value);

    internal static IReadOnlyList<WordingInCode> In(string assemblyFile)
    {
        using var image = new PEReader(File.OpenRead(assemblyFile));
        return new WordingsInCode(image, image.GetMetadataReader()).All();
    }

    private List<WordingInCode> All()
    {
        var found = new List<WordingInCode>();
        foreach (var method in reader.MethodDefinitions.Select(reader.GetMethodDefinition).Where(method => method.RelativeVirtualAddress != 0))
        {
            var steps = Decode(image.GetMethodBody(method.RelativeVirtualAddress).GetILReader());
            var (type, name) = (TypeOf(method.GetDeclaringType()), reader.GetString(method.Name));
            found.AddRange(Interpolated(steps).Concat(Plain(steps)).Select(format => new WordingInCode(type, name, format)));
        }

        return found;
    }

    /// <summary>One is within another where it stands in one of its places.</summary>
    private IEnumerable<string?> Interpolated(IReadOnlyList<Step> steps)
    {
        var open = new Stack<(StringBuilder Text, int Literals, int Places)>();
        var (literals, places) = (new Stack<int>(), new Stack<int>());
        for (var i = 0; i < steps.Count; i++)
        {
            switch (Called(steps[i]))
            {
                case ("AppUpdater.Wording", ".ctor", false) when Number(steps[i - 1]) is { } holes && Number(steps[i - 2]) is { } length:
                    open.Push((new StringBuilder(), length, holes));
                    literals.Push(0);
                    places.Push(0);
                    continue;
                case ("AppUpdater.Wording", "AppendLiteral", _) when open.Count > 0 && steps[i - 1].Text is { } text:
                    open.Peek().Text.Append(text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
                    literals.Push(literals.Pop() + text.Length);
                    break;
                case ("AppUpdater.Wording", "AppendFormatted", _) when open.Count > 0:
                    open.Peek().Text.Append(CultureInfo.InvariantCulture, $"{{{places.Peek()}}}");
                    places.Push(places.Pop() + 1);
                    break;
                default:
                    continue;
            }

            if (literals.Peek() == open.Peek().Literals && places.Peek() == open.Peek().Places)
            {
                yield return open.Pop().Text.ToString();
                literals.Pop();
                places.Pop();
            }
        }

        foreach (var _ in open)
            yield return null;
    }

    private IEnumerable<string?> Plain(IReadOnlyList<Step> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            var called = Called(steps[i]);
            if (called is ("AppUpdater.Wording", "op_Implicit", _))
            {
                // Of a choice each branch jumps here, with its own text.
                var offset = steps[i].Offset;
                var before = Enumerable.Range(1, i - 1).Where(j => steps[j].Target == offset).Select(j => steps[j - 1]).Prepend(steps[i - 1]).ToList();
                foreach (var one in before.Where(one => one.Code != OpCodes.Ldnull))
                    yield return one.Text;
            }
            else if (called is ({ } type, ".ctor", true) && type.StartsWith("AppUpdater.", StringComparison.Ordinal) && type.EndsWith("Exception", StringComparison.Ordinal))
            {
                var at = i - 1;
                while (at > 0 && steps[at].Text is null && steps[at].Code.StackBehaviourPop == StackBehaviour.Pop0)
                    at--;
                yield return steps[at].Text;
            }
        }
    }

    private static int? Number(Step step) => step.Code.Name switch
    {
        "ldc.i4.s" or "ldc.i4" => (int)step.Operand,
        ['l', 'd', 'c', '.', 'i', '4', '.', >= '0' and <= '8' and var digit] => digit - '0',
        _ => null,
    };

    /// <summary>Type and name of what a step calls, and whether its first parameter is a text.</summary>
    private (string? Type, string? Name, bool TakesText) Called(Step step)
    {
        if (step.Code.OperandType != OperandType.InlineMethod)
            return default;
        var handle = MetadataTokens.EntityHandle((int)step.Operand);
        if (handle.Kind == HandleKind.MethodSpecification)
            handle = reader.GetMethodSpecification((MethodSpecificationHandle)handle).Method;
        if (handle.Kind == HandleKind.MethodDefinition)
        {
            var method = reader.GetMethodDefinition((MethodDefinitionHandle)handle);
            return (TypeOf(method.GetDeclaringType()), reader.GetString(method.Name), TakesText(method.Signature));
        }

        var member = reader.GetMemberReference((MemberReferenceHandle)handle);
        if (member.Parent.Kind != HandleKind.TypeReference)
            return default;
        var type = reader.GetTypeReference((TypeReferenceHandle)member.Parent);
        return ($"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}", reader.GetString(member.Name), TakesText(member.Signature));
    }

    // ECMA-335 II.23.2.1: kind, count of parameters, type of what returns (void: 01), first parameter (string: 0E).
    private bool TakesText(BlobHandle signature) => reader.GetBlobBytes(signature) is [_, > 0, 0x01, 0x0E, ..];

    private string TypeOf(TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        while (type.GetDeclaringType() is { IsNil: false } outer)
            type = reader.GetTypeDefinition(outer);
        return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
    }

    private List<Step> Decode(BlobReader il)
    {
        var steps = new List<Step>();
        while (il.RemainingBytes > 0)
        {
            var offset = il.Offset;
            int value = il.ReadByte();
            var code = Codes[value == 0xFE ? 0xFE00 | il.ReadByte() : value];
            long operand = code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI => il.ReadSByte(),
                OperandType.ShortInlineVar => il.ReadByte(),
                OperandType.InlineVar => il.ReadInt16(),
                OperandType.InlineI8 or OperandType.InlineR => il.ReadInt64(),
                _ => il.ReadInt32(),
            };
            if (code.OperandType == OperandType.InlineSwitch)
                il.Offset += 4 * (int)operand;
            var target = code.OperandType is OperandType.ShortInlineBrTarget or OperandType.InlineBrTarget ? il.Offset + (int)operand : -1;
            var text = code.OperandType == OperandType.InlineString ? reader.GetUserString((UserStringHandle)MetadataTokens.Handle((int)operand)) : null;
            steps.Add(new Step(offset, code, operand, target, text));
        }

        return steps;
    }

    private readonly record struct Step(int Offset, OpCode Code, long Operand, int Target, string? Text);
}

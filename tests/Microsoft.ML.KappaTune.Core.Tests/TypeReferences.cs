using System.Reflection;
using System.Reflection.Emit;

namespace Microsoft.ML.KappaTune.Tests;

/// <summary>Every type that a type refers to: bases, attributes, members' signatures, locals, and the code of its methods.</summary>
internal static class TypeReferences
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    public static HashSet<Type> Of(Type type)
    {
        var found = new HashSet<Type>();
        Add(found, type.BaseType);
        foreach (Type implemented in type.GetInterfaces())
            Add(found, implemented);
        AddAttributes(found, type);
        foreach (MemberInfo member in type.GetMembers(Declared))
        {
            AddAttributes(found, member);
            AddMember(found, member);
            if (member is MethodBase method)
                AddBody(found, method);
        }

        return found;
    }

    private static void AddAttributes(HashSet<Type> found, MemberInfo member)
    {
        foreach (CustomAttributeData attribute in member.GetCustomAttributesData())
            Add(found, attribute.AttributeType);
    }

    private static void AddMember(HashSet<Type> found, MemberInfo? member)
    {
        Add(found, member as Type ?? member?.DeclaringType);
        if (member is FieldInfo field)
            Add(found, field.FieldType);
        if (member is not MethodBase method)
            return;
        foreach (ParameterInfo parameter in method.GetParameters())
            Add(found, parameter.ParameterType);
        Add(found, (method as MethodInfo)?.ReturnType);
        if (method.IsGenericMethod)
            foreach (Type argument in method.GetGenericArguments())
                Add(found, argument);
    }

    private static void AddBody(HashSet<Type> found, MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
            return;
        foreach (LocalVariableInfo local in body.LocalVariables)
            Add(found, local.LocalType);
        foreach (ExceptionHandlingClause clause in body.ExceptionHandlingClauses)
            if (clause.Flags == ExceptionHandlingClauseOptions.Clause)
                Add(found, clause.CatchType);
        Type[]? typeArguments = method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
        Type[]? methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        foreach (int token in Tokens(body.GetILAsByteArray()!))
            AddMember(found, method.Module.ResolveMember(token, typeArguments, methodArguments));
    }

    /// <summary>The tokens of types, methods and fields in a method's code.</summary>
    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (int i = 0; i < code.Length;)
        {
            OpCode operation = OpCodesByValue[code[i] == 0xfe ? (short)(0xfe00 | code[i + 1]) : code[i]];
            i += operation.Size;
            if (operation.OperandType is
                OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
                yield return BitConverter.ToInt32(code, i);
            i += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, i),
                _ => 4,
            };
        }
    }

    private static void Add(HashSet<Type> found, Type? type)
    {
        if (type is null || type.IsGenericParameter)
            return;
        if (type.HasElementType)
        {
            Add(found, type.GetElementType());
            return;
        }

        if (!found.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type) && !type.IsGenericType)
            return;
        foreach (Type argument in type.IsConstructedGenericType ? type.GenericTypeArguments : [])
            Add(found, argument);
    }
}

using System.Globalization;
using System.Reflection;

/// <summary>What users of an assembly can call: its public types, and their public and protected members, a line each.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Fails where an assembly's surface isn't the one in PublicApi.txt beside its project, and says how they differ.</summary>
    public static void AssertWritten(Assembly assembly)
    {
        string project = $"src/{assembly.GetName().Name}";
        string[] actual = [.. assembly.GetExportedTypes().SelectMany(Describe).Order(StringComparer.Ordinal)];
        string[] written = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "PublicApi.txt"));
        if (actual.SequenceEqual(written))
            return;
        string copy = Path.Combine(Path.GetTempPath(), "kappatune-PublicApi.txt");
        File.WriteAllText(copy, string.Concat(actual.Select(line => line + "\n")));
        Assert.Fail(string.Join('\n',
        [
            $"The public surface isn't the one in {project}/PublicApi.txt. If that is meant:",
            $"  cp {copy} {project}/PublicApi.txt",
            .. actual.Except(written).Select(line => $"+ {line}"),
            .. written.Except(actual).Select(line => $"- {line}"),
        ]));
    }

    private static IEnumerable<string> Describe(Type type)
    {
        string name = NameOf(type);
        yield return $"{KindOf(type)} {name}{BasesOf(type)}";
        foreach (string member in type.GetMembers(Declared).Select(Describe).OfType<string>())
            yield return $"{name}::{member}";
    }

    private static string KindOf(Type type) =>
        type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "sealed class" : "class";

    private static string BasesOf(Type type)
    {
        if (type.IsEnum)
            return "";
        List<string> bases = [.. type.GetInterfaces().Where(its => its.IsVisible).Select(NameOf).Order(StringComparer.Ordinal)];
        if (type.BaseType is { } itsBase && itsBase != typeof(object) && itsBase != typeof(ValueType))
            bases.Insert(0, NameOf(itsBase));
        return bases.Count > 0 ? $" : {string.Join(", ", bases)}" : "";
    }

    /// <summary>Null for what users can't call, and for what is described as a part of something else.</summary>
    private static string? Describe(MemberInfo member) => member switch
    {
        ConstructorInfo { IsStatic: false } constructor when IsVisible(constructor) =>
            $"{AccessOf(constructor)}.ctor({ParametersOf(constructor)})",
        MethodInfo method when IsVisible(method) && !IsAccessor(method) => Describe(method),
        PropertyInfo property when property.GetAccessors(true).FirstOrDefault(IsVisible) is { } accessor =>
            $"{AccessOf(accessor)}{(accessor.IsStatic ? "static " : "")}{NameOf(property.PropertyType)} {property.Name} "
            + $"{{ {(property.GetMethod is { } get && IsVisible(get) ? "get; " : "")}"
            + $"{(property.SetMethod is { } set && IsVisible(set) ? "set; " : "")}}}",
        FieldInfo { IsSpecialName: false } field when field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly =>
            $"{(field.IsPublic ? "" : "protected ")}{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}"
            + $"{NameOf(field.FieldType)} {field.Name}{(field.IsLiteral ? $" = {ValueOf(field.GetRawConstantValue())}" : "")}",
        EventInfo { AddMethod: { } add } when IsVisible(add) => $"event {NameOf(add.GetParameters()[0].ParameterType)} {member.Name}",
        _ => null,
    };

    private static string Describe(MethodInfo method)
    {
        string how = method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method.IsVirtual && !method.IsFinal ? "virtual " : "";
        string generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(NameOf))}>" : "";
        string extension = method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute), false) ? "this " : "";
        return $"{AccessOf(method)}{how}{NameOf(method.ReturnType)} {method.Name}{generic}({extension}{ParametersOf(method)})";
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string AccessOf(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static string ParametersOf(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
    {
        bool isReference = parameter.ParameterType.IsByRef;
        string how = parameter.IsOut ? "out " : isReference ? "ref " : parameter.IsDefined(typeof(ParamArrayAttribute), false) ? "params " : "";
        string type = NameOf(isReference ? parameter.ParameterType.GetElementType()! : parameter.ParameterType);
        return $"{how}{type} {parameter.Name}{(parameter.HasDefaultValue ? $" = {ValueOf(parameter.RawDefaultValue)}" : "")}";
    }));

    private static string ValueOf(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string NameOf(Type type)
    {
        if (type.IsGenericParameter)
            return type.Name;
        if (type.IsArray)
            return $"{NameOf(type.GetElementType()!)}[]";
        string name = type.IsNested ? $"{NameOf(type.DeclaringType!)}.{type.Name}" : $"{type.Namespace}.{type.Name}";
        return type.IsGenericType
            ? $"{name[..name.LastIndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
            : name;
    }
}

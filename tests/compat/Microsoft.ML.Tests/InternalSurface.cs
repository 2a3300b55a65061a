using System.Reflection;
using System.Runtime.CompilerServices;

/// <summary>Prints the internal members of a type, and of an internal type the public ones too, as the listing of the real package's is printed.</summary>
internal static class InternalSurface
{
    public static IEnumerable<string> Describe(Type type)
    {
        string self = Surface.Name(type);
        // Of a delegate, only what calls it was written by someone.
        bool isDelegate = typeof(Delegate).IsAssignableFrom(type);
        foreach (MemberInfo member in isDelegate ? type.GetMember("Invoke") : type.GetMembers(Surface.Declared))
        {
            if (!member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && Describe(member, type) is { } line)
                yield return $"{self}::{line}";
        }
    }

    private static string? Describe(MemberInfo member, Type type) => member switch
    {
        ConstructorInfo { IsStatic: false } constructor when Counts(constructor, type) => $".ctor({Surface.Parameters(constructor)})",
        MethodInfo method when Counts(method, type) && !Surface.IsAccessor(method) => Method(method),
        PropertyInfo property when property.GetAccessors(nonPublic: true).Any(accessor => Counts(accessor, type)) => Property(property, type),
        FieldInfo field when field.IsAssembly || (field.IsPublic && !type.IsVisible) => Field(field),
        _ => null,
    };

    private static bool Counts(MethodBase method, Type type) => method.IsAssembly || (method.IsPublic && !type.IsVisible);

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";
        string kind = method.IsVirtual && !method.IsFinal ? "virtual " : "";
        string parameters = (Surface.IsExtension(method) ? "this " : "") + Surface.Parameters(method);
        return $"{Surface.Static(method)}{kind}{Surface.Name(method.ReturnType)} {method.Name}{generic}({parameters}){Surface.Constraints(method)}";
    }

    private static string Property(PropertyInfo property, Type type)
    {
        string get = property.GetMethod is { } getter && Counts(getter, type) ? "get; " : "";
        string set = property.SetMethod is { } setter && Counts(setter, type) ? "set; " : "";
        return $"{Surface.Static(property.GetAccessors(true)[0])}{Surface.Name(property.PropertyType)} {property.Name} {{ {get}{set}}}";
    }

    private static string Field(FieldInfo field)
    {
        string kind = field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
        return $"{kind}{Surface.Name(field.FieldType)} {field.Name}{(field.IsLiteral ? " = " + Surface.Value(field.GetRawConstantValue()) : "")}";
    }
}

using System.Reflection;
using System.Text;

/// <summary>Prints a type and its public and protected members, a line each, as the listings of the real packages are printed.</summary>
internal static class Surface
{
    public const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Describe(Type t)
    {
        string kind = t.IsEnum ? "enum" : typeof(Delegate).IsAssignableFrom(t) ? "delegate" : t.IsInterface ? "interface" : t.IsValueType ? "struct"
            : t is { IsAbstract: true, IsSealed: true } ? "static class" : t.IsAbstract ? "abstract class" : t.IsSealed ? "sealed class" : "class";
        string self = Name(t);
        var bases = new List<string>();
        if (!t.IsEnum && t.BaseType is { } b && b != typeof(object) && b != typeof(ValueType) && !typeof(Delegate).IsAssignableFrom(t)) bases.Add(Name(b));
        Try(() => bases.AddRange(t.GetInterfaces().Where(i => i.IsVisible).Select(Name).OrderBy(x => x, StringComparer.Ordinal)));
        yield return $"{kind} {self}" + (bases.Count > 0 && !t.IsEnum ? " : " + string.Join(", ", bases) : "");
        if (kind == "delegate") { if (Safe(() => Method(t.GetMethod("Invoke")!, self)) is { } d) yield return d; yield break; }
        MemberInfo[] members = [];
        Try(() => members = t.GetMembers(Declared));
        foreach (var m in members)
            if (Safe(() => Member(m, self)) is { } line) yield return line;
    }

    static string? Member(MemberInfo m, string self) => m switch
    {
        ConstructorInfo c when Visible(c) && !c.IsStatic => $"{self}::{Access(c)}.ctor({Parameters(c)})",
        MethodInfo i when Visible(i) && !IsAccessor(i) => Method(i, self),
        PropertyInfo p when Accessors(p).Any(Visible) => $"{self}::{Access(Accessors(p).First(Visible))}{Static(Accessors(p)[0])}{Name(p.PropertyType)} {p.Name}{Index(p)} {{ {(p.GetMethod is { } g && Visible(g) ? "get; " : "")}{(p.SetMethod is { } s && Visible(s) ? "set; " : "")}}}",
        FieldInfo f when (f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly) && f.Name != "value__" => $"{self}::{(f.IsPublic ? "" : "protected ")}{(f.IsLiteral ? "const " : (f.IsStatic ? "static " : "") + (f.IsInitOnly ? "readonly " : ""))}{Name(f.FieldType)} {f.Name}{(f.IsLiteral ? " = " + Value(f.GetRawConstantValue()) : "")}",
        EventInfo e when e.AddMethod is { } a && Visible(a) => $"{self}::{Static(a)}event {Name(e.EventHandlerType!)} {e.Name}",
        _ => null
    };

    static string Method(MethodInfo m, string self) =>
        $"{self}::{Access(m)}{Static(m)}{(m.IsAbstract && !m.DeclaringType!.IsInterface ? "abstract " : m.IsVirtual && !m.IsFinal && !m.DeclaringType!.IsInterface ? "virtual " : "")}{Name(m.ReturnType)} {m.Name}{(m.IsGenericMethodDefinition ? "<" + string.Join(", ", m.GetGenericArguments().Select(a => a.Name)) + ">" : "")}({(IsExtension(m) ? "this " : "")}{Parameters(m)}){Constraints(m)}";

    public static string Constraints(MethodInfo m) => !m.IsGenericMethodDefinition ? "" : string.Concat(m.GetGenericArguments().Select(Constraint));
    static string Constraint(Type a)
    {
        var parts = new List<string>();
        var attr = a.GenericParameterAttributes;
        if (attr.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint)) parts.Add("class");
        if (attr.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint)) parts.Add("struct");
        parts.AddRange(a.GetGenericParameterConstraints().Where(c => c != typeof(ValueType)).Select(Name));
        if (attr.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !attr.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint)) parts.Add("new()");
        return parts.Count == 0 ? "" : $" where {a.Name} : {string.Join(", ", parts)}";
    }

    public static bool IsExtension(MethodInfo m) => m.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute), false);
    public static bool IsAccessor(MethodInfo m) => m.IsSpecialName && (m.Name.StartsWith("get_") || m.Name.StartsWith("set_") || m.Name.StartsWith("add_") || m.Name.StartsWith("remove_"));
    static bool Visible(MethodBase m) => m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly;
    static string Access(MethodBase m) => m.IsPublic ? "" : "protected ";
    public static string Static(MethodBase m) => m.IsStatic ? "static " : "";
    static MethodInfo[] Accessors(PropertyInfo p) => p.GetAccessors(true);
    static string Index(PropertyInfo p) => p.GetIndexParameters() is { Length: > 0 } i ? "[" + string.Join(", ", i.Select(Parameter)) + "]" : "";
    public static string Parameters(MethodBase m) => string.Join(", ", m.GetParameters().Select(Parameter));
    static string Parameter(ParameterInfo p)
    {
        var t = p.ParameterType;
        string mod = p.IsDefined(typeof(ParamArrayAttribute), false) ? "params " : "";
        if (t.IsByRef) { mod += p.IsOut ? "out " : p.IsIn ? "in " : "ref "; t = t.GetElementType()!; }
        return $"{mod}{Name(t)} {p.Name}{(p.HasDefaultValue ? " = " + Value(p.RawDefaultValue) : "")}";
    }

    public static string Value(object? v) => v switch { null => "null", string s => "\"" + s.Replace("\n", "\\n") + "\"", bool b => b ? "true" : "false", char c => "'" + c + "'", IFormattable f => f.ToString(null, System.Globalization.CultureInfo.InvariantCulture), _ => v.ToString()! };

    public static string Name(Type t)
    {
        if (t.IsByRef) return "ref " + Name(t.GetElementType()!);
        if (t.IsPointer) return Name(t.GetElementType()!) + "*";
        if (t.IsArray) return Name(t.GetElementType()!) + "[" + new string(',', t.GetArrayRank() - 1) + "]";
        if (t.IsGenericParameter) return t.Name;
        var sb = new StringBuilder();
        var chain = new Stack<Type>();
        for (var c = t; c != null; c = c.DeclaringType) chain.Push(c);
        var args = t.GetGenericArguments();
        int used = 0;
        if (!string.IsNullOrEmpty(t.Namespace)) sb.Append(t.Namespace).Append('.');
        bool first = true;
        foreach (var c in chain)
        {
            if (!first) sb.Append('.');
            first = false;
            int tick = c.Name.IndexOf('`');
            sb.Append(tick < 0 ? c.Name : c.Name[..tick]);
            int n = c.GetGenericArguments().Length;
            if (n > used) { sb.Append('<').Append(string.Join(", ", args.Skip(used).Take(n - used).Select(Name))).Append('>'); used = n; }
        }
        return sb.ToString();
    }

    static void Try(Action a) { try { a(); } catch (Exception e) when (e is FileNotFoundException or TypeLoadException or FileLoadException) { } }
    static string? Safe(Func<string?> f) { try { return f(); } catch (Exception e) when (e is FileNotFoundException or TypeLoadException or FileLoadException) { return null; } }
}

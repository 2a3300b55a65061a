using Mono.Cecil;

namespace Microsoft.ML.KappaTune.Tests.Compute;

/// <summary>
/// Finds calls of whatever in TorchSharp makes a Scalar, in its own body or in what that calls, overrides included: a garbage collection
/// can free such a number while libtorch reads it.
/// </summary>
internal sealed class ScalarCalls : IDisposable
{
    private readonly AssemblyDefinition _torchSharp;
    private readonly DefaultAssemblyResolver _resolver = new();
    private readonly HashSet<string> _makers = new(StringComparer.Ordinal);

    public ScalarCalls(string folder)
    {
        _resolver.AddSearchDirectory(folder);
        _torchSharp = AssemblyDefinition.ReadAssembly(Path.Combine(folder, "TorchSharp.dll"), new() { AssemblyResolver = _resolver });
        MethodDefinition[] methods =
            [.. _torchSharp.MainModule.GetTypes().SelectMany(type => type.Methods).Where(m => m.HasBody && !IsOfScalar(m))];
        Dictionary<MethodDefinition, string[]> calls =
            methods.ToDictionary(method => method, method => Called(method).Where(IsTorchSharps).Select(KeyOf).ToArray());
        _makers.UnionWith(methods.Where(method => Called(method).Any(MakesScalar)).Select(KeyOf));
        int before;
        do
        {
            before = _makers.Count;
            foreach ((MethodDefinition method, string[] called) in calls)
            {
                // Who calls a virtual method may get any of its overrides.
                if (called.Any(_makers.Contains) || (_makers.Contains(KeyOf(method)) && method.IsVirtual))
                    _makers.UnionWith([KeyOf(method), .. BasesOf(method)]);
            }
        }
        while (_makers.Count > before);
    }

    /// <summary>The calls in an assembly, as "method: what it calls"; those in types of the names left out aren't given.</summary>
    public string[] In(string assembly, params string[] except)
    {
        using AssemblyDefinition read = AssemblyDefinition.ReadAssembly(assembly, new() { AssemblyResolver = _resolver });
        return [.. read.MainModule.GetTypes().Where(type => !except.Contains(type.Name))
            .SelectMany(type => type.Methods).Where(m => m.HasBody)
            .SelectMany(m => Called(m).Where(c => MakesScalar(c) || (IsTorchSharps(c) && _makers.Contains(KeyOf(c))))
                .Select(c => $"{m.DeclaringType.Name}.{m.Name}: {c.FullName}"))];
    }

    public void Dispose()
    {
        _torchSharp.Dispose();
        _resolver.Dispose();
    }

    private static IEnumerable<MethodReference> Called(MethodDefinition method) =>
        method.Body.Instructions.Select(instruction => instruction.Operand).OfType<MethodReference>();

    private static bool IsTorchSharps(MethodReference method) =>
        method.DeclaringType.GetElementType().FullName.StartsWith("TorchSharp.", StringComparison.Ordinal);

    private static bool IsOfScalar(MethodReference method) => method.DeclaringType.FullName == "TorchSharp.Scalar";

    private static bool MakesScalar(MethodReference method) => IsTorchSharps(method) && method.ReturnType.FullName == "TorchSharp.Scalar";

    /// <summary>Methods that differ in nothing but generic arguments are one.</summary>
    private static string KeyOf(MethodReference method)
    {
        MethodReference its = method.GetElementMethod();
        string parameters = string.Join(',', its.Parameters.Select(parameter => parameter.ParameterType.FullName));
        return $"{its.DeclaringType.GetElementType().FullName}.{its.Name}({parameters})";
    }

    private static IEnumerable<string> BasesOf(MethodDefinition method)
    {
        // Of modules, every forward pass would be one: these are called as what they are.
        if (!method.IsVirtual || method.Name is "forward" or "call" or "ToString")
            yield break;
        for (TypeDefinition? type = method.DeclaringType.BaseType?.Resolve(); type is not null; type = type.BaseType?.Resolve())
        {
            foreach (MethodDefinition its in type.Methods)
            {
                if (its.IsVirtual && its.Name == method.Name && its.Parameters.Count == method.Parameters.Count)
                    yield return KeyOf(its);
            }
        }
    }
}

using System.Collections.Concurrent;
using System.Reflection;

namespace Microsoft.ML;

/// <summary>What an assembly declares, read once: every catalog shares it.</summary>
internal sealed record AssemblyComponents(LoadableClassAttributeBase[] Declarations, (Type Type, ExtensionBaseAttribute Attribute)[] Extensions)
{
    private static readonly ConcurrentDictionary<Assembly, AssemblyComponents> Known = new();

    public static AssemblyComponents Of(Assembly assembly) => Known.GetOrAdd(assembly, Read);

    private static AssemblyComponents Read(Assembly assembly) => new(
        assembly.GetCustomAttributes<LoadableClassAttributeBase>().ToArray(),
        (from type in assembly.GetTypes()
         where type is { IsClass: true, IsAbstract: false }
         from attribute in type.GetCustomAttributes<ExtensionBaseAttribute>(inherit: false)
         select (type, attribute)).ToArray());
}

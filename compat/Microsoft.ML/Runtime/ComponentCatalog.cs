using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>The components that saved models can name.</summary>
public sealed class ComponentCatalog
{
    internal ComponentCatalog()
    {
    }

    /// <summary>Adds the components of an assembly.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="throwOnError">Whether a component that clashes with another is an error.</param>
    public void RegisterAssembly(Assembly assembly, bool throwOnError = true) => Contracts.CheckValue(assembly, nameof(assembly));
}

using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>
/// The classes that model files can name: those of this library, and of every assembly that was registered or that a loaded model named.
/// </summary>
public sealed class ComponentCatalog
{
    private readonly object _lock = new();
    private readonly HashSet<Assembly> _assemblies = [];
    private readonly Dictionary<(string Name, Type Signature), LoadableClass> _classes = [];
    private readonly Dictionary<(Type Attribute, string ContractName), Type> _extensions = [];

    internal ComponentCatalog() => RegisterAssembly(typeof(ComponentCatalog).Assembly);

    /// <summary>Makes known what an assembly declares: its loadable classes, and its factories of custom mappings.</summary>
    /// <param name="assembly">The assembly; registering it again does nothing.</param>
    /// <param name="throwOnError">Whether a class that can't be loaded, or a name that is taken, is an error; else it is left out.</param>
    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        Contracts.CheckValue(assembly, nameof(assembly));
        lock (_lock)
        {
            if (!_assemblies.Add(assembly))
                return;
            try
            {
                AssemblyComponents components = AssemblyComponents.Of(assembly);
                foreach (LoadableClassAttributeBase declaration in components.Declarations)
                    AddClass(declaration, throwOnError);
                foreach ((Type type, ExtensionBaseAttribute attribute) in components.Extensions)
                    AddExtension(type, attribute, throwOnError);
            }
            catch
            {
                _assemblies.Remove(assembly);
                throw;
            }
        }
    }

    /// <summary>The class with that loader signature, in any case, or null.</summary>
    internal LoadableClass? Find(string loaderSignature, Type signatureType)
    {
        lock (_lock)
            return _classes.GetValueOrDefault((loaderSignature.ToLowerInvariant(), signatureType));
    }

    /// <summary>The type that carries an <see cref="ExtensionBaseAttribute"/> of that kind and contract name, or null.</summary>
    internal Type? FindExtension(Type attributeType, string contractName)
    {
        lock (_lock)
            return _extensions.GetValueOrDefault((attributeType, contractName));
    }

    private void AddClass(LoadableClassAttributeBase declaration, bool throwOnError)
    {
        LoadableClass loadable;
        try
        {
            loadable = LoadableClass.Bind(declaration);
        }
        catch (InvalidOperationException) when (!throwOnError)
        {
            return;
        }

        foreach (string name in declaration.LoadNames)
        {
            var key = (name.ToLowerInvariant(), declaration.SignatureType);
            if (_classes.TryGetValue(key, out LoadableClass? other) && other.Declaration.LoaderType != declaration.LoaderType)
            {
                if (throwOnError)
                    throw new InvalidOperationException($"Both {other.Declaration.LoaderType} and {declaration.LoaderType} are named '{name}'.");
                continue;
            }

            _classes[key] = loadable;
        }
    }

    private void AddExtension(Type type, ExtensionBaseAttribute attribute, bool throwOnError)
    {
        var key = (attribute.GetType(), attribute.ContractName);
        if (_extensions.TryAdd(key, type) || _extensions[key] == type)
            return;
        if (throwOnError)
            throw new InvalidOperationException($"Both {_extensions[key]} and {type} have the contract name '{attribute.ContractName}'.");
    }
}

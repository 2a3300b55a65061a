using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>How a custom mapping is saved: by the contract name of its factory, and the assembly to look for it in.</summary>
internal static class CustomMappingLoader
{
    internal const string LoaderSignature = "CustTransform";

    public static void Save(ModelSaveContext ctx, string contractName, Assembly assembly)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(contractName);
        ctx.SaveNonEmptyString(assembly.GetName().Name!);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        string contractName = ctx.LoadNonEmptyString();
        string assemblyName = ctx.LoadNonEmptyString();
        Type? factory = Find();
        if (factory is null)
        {
            env.ComponentCatalog.RegisterAssembly(Assembly.Load(assemblyName));
            factory = Find();
        }

        if (factory is null || !typeof(ICustomMappingFactory).IsAssignableFrom(factory))
        {
            throw Contracts.Except(
                $"No CustomMappingFactory has the contract name '{contractName}': mark one, and register its assembly with ComponentCatalog.");
        }

        return ((ICustomMappingFactory)Activator.CreateInstance(factory)!).CreateTransformer(env, contractName);

        Type? Find() => env.ComponentCatalog.FindExtension(typeof(CustomMappingFactoryAttributeAttribute), contractName);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "CUSTOMXF",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: ModelAssembly.Name,
        loaderSignature: LoaderSignature);
}

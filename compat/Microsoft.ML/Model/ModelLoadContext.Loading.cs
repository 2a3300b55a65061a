using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

// How a component finds its loader: the header names an assembly and a loader signature.
internal sealed partial class ModelLoadContext
{
    /// <summary>Loads the component in a folder below this one's.</summary>
    /// <param name="env">The environment that the component will live in.</param>
    /// <param name="result">The component.</param>
    /// <param name="name">The folder.</param>
    /// <param name="extra">What its loader takes after the environment and the context.</param>
    internal void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, string name, params object[] extra) where TRes : class
    {
        if (!LoadModelOrNull<TRes, TSig>(env, out TRes? loaded, name, extra))
            throw ModelLimits.Corrupt();
        result = loaded!;
    }

    /// <summary>Loads the component in a folder below this one's; false, and null, where there is none.</summary>
    /// <inheritdoc cref="LoadModel{TRes, TSig}(IHostEnvironment, out TRes, string, object[])"/>
    internal bool LoadModelOrNull<TRes, TSig>(IHostEnvironment env, out TRes? result, string name, params object[] extra) where TRes : class
    {
        result = null;
        return Repository is not null
            && LoadModelOrNull<TRes, TSig>(env, out result, Repository, ML.Repository.PathOf(Directory, name), extra);
    }

    /// <summary>Loads the component in a folder of a model file.</summary>
    internal static void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, RepositoryReader rep, string dir, params object[] extra)
        where TRes : class
    {
        if (!LoadModelOrNull<TRes, TSig>(env, out TRes? loaded, rep, dir, extra))
            throw ModelLimits.Corrupt();
        result = loaded!;
    }

    /// <summary>Loads the component in a folder of a model file; false, and null, where there is none.</summary>
    internal static bool LoadModelOrNull<TRes, TSig>(IHostEnvironment env, out TRes? result, RepositoryReader rep, string dir,
        params object[] extra) where TRes : class
    {
        result = null;
        if (dir.Count(c => c == '/') >= ModelLimits.MaxDepth)
            throw ModelLimits.Corrupt();
        using Repository.Entry? entry = rep.OpenEntryOrNull(dir, ModelStreamName);
        if (entry is null)
            return false;
        using var ctx = new ModelLoadContext(rep, entry, dir);
        try
        {
            result = ctx.CreateComponent(env, typeof(TSig), extra) as TRes ?? throw ModelLimits.Corrupt();
        }
        catch (Exception error) when (error is EndOfStreamException or TargetInvocationException { InnerException: EndOfStreamException })
        {
            throw ModelLimits.Corrupt(error);
        }

        return true;
    }

    private object CreateComponent(IHostEnvironment env, Type signatureType, object[] extra)
    {
        ComponentCatalog catalog = env.ComponentCatalog;
        if (Find() is { } known)
            return known.Create(env, this, extra);
        if (LoaderAssemblyName.Length > 0)
        {
            catalog.RegisterAssembly(Assembly.Load(LoaderAssemblyName));
            if (Find() is { } found)
                return found.Create(env, this, extra);
        }

        throw Contracts.ExceptDecode($"The model names the loader '{Header.LoaderSignature}', which assembly '{LoaderAssemblyName}' doesn't declare.");

        LoadableClass? Find() => catalog.Find(Header.LoaderSignature, signatureType) ?? catalog.Find(Header.LoaderSignatureAlt, signatureType);
    }
}

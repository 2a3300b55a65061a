using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>
/// Gives the code of a custom mapping when a model is loaded. Mark the class, which needs a constructor without parameters, with
/// <see cref="CustomMappingFactoryAttributeAttribute"/>.
/// </summary>
/// <typeparam name="TSrc">The class whose members are the columns that the code reads.</typeparam>
/// <typeparam name="TDst">The class whose members are the columns to make.</typeparam>
public abstract class CustomMappingFactory<TSrc, TDst> : ICustomMappingFactory where TSrc : class, new() where TDst : class, new()
{
    /// <summary>For derived classes.</summary>
    protected CustomMappingFactory()
    {
    }

    /// <summary>The code.</summary>
    public abstract Action<TSrc, TDst> GetMapping();

    ITransformer ICustomMappingFactory.CreateTransformer(IHostEnvironment env, string contractName) =>
        new CustomMappingTransformer<TSrc, TDst>(env, GetMapping(), contractName, null, null);
}

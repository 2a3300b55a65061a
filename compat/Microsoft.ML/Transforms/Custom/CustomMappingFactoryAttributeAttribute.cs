namespace Microsoft.ML.Transforms;

/// <summary>Names a <see cref="CustomMappingFactory{TSrc, TDst}"/>, so that model files can.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CustomMappingFactoryAttributeAttribute : ExtensionBaseAttribute
{
    /// <summary>Names a factory.</summary>
    /// <param name="contractName">The contract name that the mapping was made with.</param>
    public CustomMappingFactoryAttributeAttribute(string contractName) : base(contractName)
    {
    }
}

namespace Microsoft.ML;

/// <summary>Marks a class that a model file names by contract.</summary>
public abstract class ExtensionBaseAttribute : Attribute
{
    private protected ExtensionBaseAttribute(string contractName)
    {
        Contracts.CheckNonWhiteSpace(null, contractName, nameof(contractName));
        ContractName = contractName;
    }

    /// <summary>The name.</summary>
    public string ContractName { get; }
}

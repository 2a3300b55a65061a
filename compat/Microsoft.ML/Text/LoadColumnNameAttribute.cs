namespace Microsoft.ML.Data;

/// <summary>Says which columns of a source with named columns a member is loaded from; text files take no notice.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class LoadColumnNameAttribute : Attribute
{
    /// <summary>Loads from one column.</summary>
    public LoadColumnNameAttribute(string fieldName) => Names = [fieldName];

    /// <summary>Loads a vector from some columns.</summary>
    public LoadColumnNameAttribute(params string[] fieldNames) => Names = fieldNames;

    internal string[] Names { get; }
}

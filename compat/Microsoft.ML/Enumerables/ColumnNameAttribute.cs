namespace Microsoft.ML.Data;

/// <summary>Gives a member's column another name than the member's.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class ColumnNameAttribute : Attribute
{
    /// <summary>Names the column.</summary>
    public ColumnNameAttribute(string name) => Name = name;

    internal string Name { get; }
}

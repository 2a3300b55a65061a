namespace Microsoft.ML.Data;

/// <summary>Makes no column of a member.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class NoColumnAttribute : Attribute
{
    /// <summary>Makes no column of the member.</summary>
    public NoColumnAttribute()
    {
    }
}

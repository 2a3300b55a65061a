namespace Microsoft.ML.Data;

/// <summary>Makes a member of an unsigned integer type, or an array of it, a column of keys.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class KeyTypeAttribute : Attribute
{
    /// <summary>As many keys as the type can hold.</summary>
    public KeyTypeAttribute()
    {
    }

    /// <summary>Keys for <paramref name="count"/> values.</summary>
    public KeyTypeAttribute(ulong count) => Count = count;

    internal ulong? Count { get; }
}

namespace Microsoft.ML.KappaTune.Options;

/// <summary>Says what an option may be, where its type and range don't.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AllowedAttribute(string text) : Attribute
{
    public string Text => text;
}

/// <summary>The option only watches, keeps or ends a run, or decides the last bits at most: a run may go on with another value.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NoEffectOnResultAttribute : Attribute;

/// <summary>The option changes the result through something that a run's identity holds itself, under this name.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IdentifiedByAttribute(string name) : Attribute
{
    public string Name => name;
}

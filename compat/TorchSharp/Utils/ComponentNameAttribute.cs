namespace TorchSharp.Utils;

/// <summary>The name under which a module registers a field, instead of the field's own.</summary>
[AttributeUsage(AttributeTargets.Field)]
public class ComponentNameAttribute : Attribute
{
    /// <summary>The name in the state dictionary.</summary>
    public string Name { get; set; } = "";
}

using System.Reflection;
using TorchSharp.Utils;

namespace TorchSharp;

/// <summary>How a module names its fields.</summary>
public static class FieldInfoExtensionMethods
{
    /// <summary>The name under which a module registers the field: its attribute's, else the field's own.</summary>
    public static string ComponentName(this FieldInfo field) =>
        field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
}

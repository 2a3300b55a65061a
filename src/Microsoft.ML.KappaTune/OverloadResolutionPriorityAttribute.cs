namespace System.Runtime.CompilerServices;

/// <summary>.NET 9's attribute, which compilers know by its name, for the .NET that we build against.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property, Inherited = false)]
internal sealed class OverloadResolutionPriorityAttribute(int priority) : Attribute
{
    public int Priority { get; } = priority;
}

namespace Microsoft.ML.Runtime;

/// <summary>The environment of one component.</summary>
public interface IHost : IHostEnvironment
{
    /// <summary>The component's randomness; for one thread.</summary>
    Random Rand { get; }
}

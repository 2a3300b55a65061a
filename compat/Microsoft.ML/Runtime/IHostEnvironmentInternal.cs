namespace Microsoft.ML.Runtime;

/// <summary>The settings of the context that an environment belongs to.</summary>
internal interface IHostEnvironmentInternal : IHostEnvironment
{
    /// <summary>What all hosts of a context share.</summary>
    HostState State { get; }
}

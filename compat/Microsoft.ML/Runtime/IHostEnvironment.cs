namespace Microsoft.ML.Runtime;

/// <summary>What components run in: randomness, messages, the catalog of what can be loaded.</summary>
public interface IHostEnvironment : IChannelProvider, IProgressChannelProvider
{
    /// <summary>The components that saved models can name.</summary>
    ComponentCatalog ComponentCatalog { get; }

    /// <summary>Makes a host for a component.</summary>
    /// <param name="name">The component's name, which its messages carry.</param>
    /// <param name="seed">Seeds its randomness; default: taken from this environment's randomness.</param>
    /// <param name="verbose">Unused.</param>
    IHost Register(string name, int? seed = null, bool? verbose = null);
}

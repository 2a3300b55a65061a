using Microsoft.ML;

namespace Microsoft.Extensions.ML;

/// <summary>Options of everything that works with ML.NET models in an application.</summary>
public class MLOptions
{
    /// <summary>The context that loads models and creates prediction engines; a new one where none is configured.</summary>
    public MLContext MLContext { get; set; } = null!;
}

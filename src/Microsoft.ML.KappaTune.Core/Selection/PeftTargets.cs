using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune;

/// <summary>What a PEFT configuration adapts.</summary>
/// <param name="TargetModules">Full names of modules, whose <c>weight</c> is adapted.</param>
/// <param name="TargetParameters">Full names of parameters that are no module's <c>weight</c>, such as fused experts.</param>
public sealed record PeftTargets(IReadOnlyList<string> TargetModules, IReadOnlyList<string> TargetParameters)
{
    /// <summary>An object with the two lists, named as <c>LoraConfig</c> names them.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, MatrixJson.Options);
}

using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune;

/// <summary>The loss at an optimizer step.</summary>
/// <param name="Step">The step's number, from 1, over all epochs.</param>
/// <param name="Loss">Mean loss of the step's rows, in nats.</param>
/// <param name="LearningRate">The learning rate of the selected tensors in it.</param>
[method: JsonConstructor]
public readonly record struct StepLoss(
    [property: JsonRequired] int Step, [property: JsonRequired] double Loss, [property: JsonRequired] double LearningRate);

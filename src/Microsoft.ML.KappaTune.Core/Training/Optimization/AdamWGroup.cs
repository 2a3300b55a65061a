namespace Microsoft.ML.KappaTune.Training.Optimization;

/// <summary>A group's settings, and what the optimizer remembers of its gradients.</summary>
/// <param name="parameters">What trains; it isn't disposed here.</param>
/// <param name="highestRate">The learning rate that a schedule multiplies.</param>
/// <param name="weightDecay">The share of a weight that a step takes away, in parts of the learning rate.</param>
internal sealed class AdamWGroup(ParameterGroup parameters, double highestRate, double weightDecay) : IDisposable
{
    public ParameterGroup Parameters => parameters;

    public double HighestRate { get; } = highestRate;

    public double WeightDecay => weightDecay;

    /// <summary>The learning rate of the next step.</summary>
    public double LearningRate { get; set; } = highestRate;

    public long Steps { get; set; }

    /// <summary>Running means of the gradients, in the places of the parameters.</summary>
    public Tensor FirstMoments { get; } = zeros_like(parameters.Values).DetachFromDisposeScope();

    /// <summary>Running means of their squares.</summary>
    public Tensor SecondMoments { get; } = zeros_like(parameters.Values).DetachFromDisposeScope();

    public void Dispose()
    {
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }
}

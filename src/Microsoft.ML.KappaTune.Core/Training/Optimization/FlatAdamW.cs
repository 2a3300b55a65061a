using TorchSharp;

namespace Microsoft.ML.KappaTune.Training.Optimization;

/// <summary>
/// AdamW (Loshchilov and Hutter, arXiv:1711.05101) over whole groups: in one pass through memory on the CPU, in a few tensor operations
/// elsewhere, however many parameters there are.
/// </summary>
internal sealed class FlatAdamW(IReadOnlyList<AdamWGroup> groups, double beta1, double beta2) : IDisposable
{
    private const double Epsilon = 1e-8;

    public IReadOnlyList<AdamWGroup> Groups => groups;

    /// <summary>The share that the running means of gradients keep in each step.</summary>
    public double Beta1 => beta1;

    /// <summary>The share that the running means of their squares keep.</summary>
    public double Beta2 => beta2;

    private IEnumerable<AdamWGroup> Training => groups.Where(group => group.Parameters.IsTraining);

    /// <summary>√Σg² over everything that trains.</summary>
    public double GradientNorm()
    {
        using var mode = no_grad();
        return Math.Sqrt(Training.Sum(group => SumOfSquares(group.Parameters.Gradients)));
    }

    /// <summary>The factor, at most 1, that scales gradients of this norm down to the largest norm that is allowed.</summary>
    public static double ClippingFactor(double norm, double most) => Math.Min(1, most / (norm + 1e-6));

    /// <summary>Moves everything that trains.</summary>
    /// <param name="gradientFactor">What the gradients are multiplied by, see <see cref="ClippingFactor"/>.</param>
    public void Step(double gradientFactor = 1)
    {
        using var mode = no_grad();
        foreach (AdamWGroup group in Training)
        {
            group.Steps++;
            var step = new AdamWStep(group, beta1, beta2, Epsilon, gradientFactor);
            if (group.Parameters.Values.device_type == DeviceType.CPU)
                step.OnCpu();
            else
                step.ByTensors();
        }
    }

    public void Dispose()
    {
        foreach (AdamWGroup group in groups)
            group.Dispose();
    }

    private static double SumOfSquares(Tensor values)
    {
        if (values.device_type == DeviceType.CPU)
            return FlatPass.SumOfSquares(values);
        using Tensor sum = values.dot(values);
        return sum.item<float>();
    }
}

using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

/// <summary>
/// The weighted mean log-loss of a multinomial logistic regression plus its L2 penalty, and their gradient.
/// Parameters: the biases of all classes, then the weights, class by class.
/// </summary>
internal sealed class MaximumEntropyObjective(TrainingRows<int> rows, int classes, int features, double l2, int? threads)
{
    // Parts are summed in order: the result doesn't depend on how many run at once.
    private const int Parts = 8;

    private readonly ParallelOptions _parallel = new() { MaxDegreeOfParallelism = threads ?? -1 };
    private readonly double _totalWeight = rows.Weights.Sum(w => (double)w);

    public int ParameterCount => classes * (features + 1);

    public double Evaluate(double[] x, double[] gradient)
    {
        var parts = new (double Loss, double[] Gradient)[Parts];
        Parallel.For(0, Parts, _parallel, part => parts[part] = EvaluatePart(x, part));

        double loss = 0;
        Array.Clear(gradient);
        foreach ((double partLoss, double[] partGradient) in parts)
        {
            loss += partLoss;
            for (int i = 0; i < gradient.Length; i++)
                gradient[i] += partGradient[i];
        }

        for (int i = classes; i < x.Length; i++)
        {
            loss += l2 / 2 * x[i] * x[i];
            gradient[i] += l2 * x[i];
        }

        for (int i = 0; i < gradient.Length; i++)
            gradient[i] /= _totalWeight;
        return loss / _totalWeight;
    }

    private (double, double[]) EvaluatePart(double[] x, int part)
    {
        double loss = 0;
        double[] gradient = new double[x.Length], errors = new double[classes];
        int end = (int)((long)rows.Count * (part + 1) / Parts);
        for (int row = (int)((long)rows.Count * part / Parts); row < end; row++)
        {
            VBuffer<float> input = rows.Features[row];
            int label = rows.Labels[row];
            double weight = rows.Weights[row];
            for (int c = 0; c < classes; c++)
                errors[c] = x[c] + Linear.Dot(input, Weights(x, c));
            double trueLogit = errors[label];
            loss += weight * (Linear.Softmax(errors) - trueLogit);

            // The derivative of the loss by a logit is probability minus truth.
            errors[label] -= 1;
            for (int c = 0; c < classes; c++)
            {
                gradient[c] += weight * errors[c];
                Linear.AddScaled(input, weight * errors[c], Weights(gradient, c));
            }
        }

        return (loss, gradient);
    }

    private Span<double> Weights(double[] x, int c) => x.AsSpan(classes + c * features, features);
}

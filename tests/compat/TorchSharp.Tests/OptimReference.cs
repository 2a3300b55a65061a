namespace TorchSharp.Tests;

/// <summary>The textbook formulas of the optimizers, for one number at a time in double precision.</summary>
internal static class OptimReference
{
    internal sealed class AdamW(double lr, double beta1, double beta2, double eps, double decay, bool amsgrad, bool maximize)
    {
        private double _mean, _square, _largest;
        private int _steps;

        internal double LearningRate { get; set; } = lr;

        internal double Next(double x, double gradient)
        {
            double g = maximize ? -gradient : gradient;
            x *= 1 - LearningRate * decay;
            _steps++;
            _mean = beta1 * _mean + (1 - beta1) * g;
            _square = beta2 * _square + (1 - beta2) * g * g;
            double mean = _mean / (1 - Math.Pow(beta1, _steps));
            _largest = Math.Max(_largest, _square);
            double square = (amsgrad ? _largest : _square) / (1 - Math.Pow(beta2, _steps));
            return x - LearningRate * mean / (Math.Sqrt(square) + eps);
        }
    }

    internal sealed class Sgd(double lr, double momentum, double dampening, double decay, bool nesterov, bool maximize)
    {
        private double? _velocity;

        internal double Next(double x, double gradient)
        {
            double g = (maximize ? -gradient : gradient) + decay * x;
            if (momentum != 0)
            {
                _velocity = _velocity is { } velocity ? momentum * velocity + (1 - dampening) * g : g;
                g = nesterov ? g + momentum * _velocity.Value : _velocity.Value;
            }
            return x - lr * g;
        }
    }
}

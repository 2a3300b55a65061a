namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Fills tensors with initial values, in place and without recording gradients; each returns its tensor.</summary>
        public static partial class init
        {
            /// <summary>Which side of a weight [outputs, inputs, ...] decides its scale.</summary>
            public enum FanInOut
            {
                /// <summary>The inputs: keeps the variance forwards.</summary>
                FanIn = 0,
                /// <summary>The outputs: keeps the variance of gradients backwards.</summary>
                FanOut = 1,
            }

            /// <summary>What follows a weight.</summary>
            public enum NonlinearityType
            {
                /// <summary>Nothing.</summary>
                Linear = 0,
                /// <summary>The logistic function.</summary>
                Sigmoid = 7,
                /// <summary>The hyperbolic tangent.</summary>
                Tanh = 8,
                /// <summary>max(x, 0).</summary>
                ReLU = 9,
                /// <summary>max(x, a·x).</summary>
                LeakyReLU = 10,
            }

            /// <summary>The factor by which a weight before a nonlinearity is larger, so that the variance stays.</summary>
            /// <param name="nonlinearity">The nonlinearity.</param>
            /// <param name="param">The slope of LeakyReLU for negative numbers.</param>
            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3,
                NonlinearityType.ReLU => Math.Sqrt(2),
                NonlinearityType.LeakyReLU => Math.Sqrt(2 / (1 + param * param)),
                _ => 1,
            };

            /// <summary>How many inputs and outputs an element of a weight [outputs, inputs, ...] connects.</summary>
            /// <exception cref="ArgumentException">There are fewer than two dimensions.</exception>
            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                long[] shape = tensor.shape;
                if (shape.Length < 2)
                    throw new ArgumentException("Fan-in and fan-out need a tensor of two dimensions or more.", nameof(tensor));
                long field = shape[2..].Aggregate(1L, (product, size) => product * size);
                return (shape[1] * field, shape[0] * field);
            }

            /// <summary>Zeros.</summary>
            public static Tensor zeros_(Tensor tensor) => Fill(tensor, () => tensor.zero_());

            /// <summary>Ones.</summary>
            public static Tensor ones_(Tensor tensor) => Fill(tensor, () => tensor.fill_(1));

            /// <summary>One value throughout.</summary>
            public static Tensor constant_(Tensor tensor, Scalar val) => Fill(tensor, () => tensor.fill_(val));

            /// <summary>Uniformly distributed numbers in [low, high).</summary>
            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null) =>
                Fill(tensor, () => tensor.uniform_(low, high, generator));

            /// <summary>Normally distributed numbers.</summary>
            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null) =>
                Fill(tensor, () => tensor.normal_(mean, std, generator));

            /// <summary>Normally distributed numbers, drawn from the part of the distribution that lies in [a, b].</summary>
            public static Tensor trunc_normal_(Tensor tensor, double mean = 0, double std = 1, double a = -2, double b = 2, Generator? generator = null)
            {
                // Uniform between the values of the distribution function at the bounds, then through its inverse.
                double low = 2 * NormalDistribution((a - mean) / std) - 1;
                double high = 2 * NormalDistribution((b - mean) / std) - 1;
                return Fill(tensor, () => tensor.uniform_(low, high, generator).erfinv_().mul_(std * Math.Sqrt(2)).add_(mean).clamp_(a, b));
            }

            /// <summary>Uniform within ±gain·√(6 / (inputs + outputs)), after Glorot and Bengio.</summary>
            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1)
            {
                double bound = Math.Sqrt(3) * GlorotDeviation(tensor, gain);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Normal with deviation gain·√(2 / (inputs + outputs)), after Glorot and Bengio.</summary>
            public static Tensor xavier_normal_(Tensor tensor, double gain = 1) => normal_(tensor, 0, GlorotDeviation(tensor, gain));

            /// <summary>Uniform within ±gain·√(3 / fan), after He et al.</summary>
            /// <param name="tensor">The weight.</param>
            /// <param name="a">The slope of LeakyReLU for negative numbers.</param>
            /// <param name="mode">The fan.</param>
            /// <param name="nonlinearity">What gives the gain.</param>
            public static Tensor kaiming_uniform_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
            {
                double bound = Math.Sqrt(3) * HeDeviation(tensor, a, mode, nonlinearity);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Normal with deviation gain / √fan, after He et al.</summary>
            /// <param name="tensor">The weight.</param>
            /// <param name="a">The slope of LeakyReLU for negative numbers.</param>
            /// <param name="mode">The fan.</param>
            /// <param name="nonlinearity">What gives the gain.</param>
            public static Tensor kaiming_normal_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU) =>
                normal_(tensor, 0, HeDeviation(tensor, a, mode, nonlinearity));

            private static double GlorotDeviation(Tensor tensor, double gain)
            {
                (long fanIn, long fanOut) = CalculateFanInAndFanOut(tensor);
                return gain * Math.Sqrt(2.0 / (fanIn + fanOut));
            }

            private static double HeDeviation(Tensor tensor, double a, FanInOut mode, NonlinearityType nonlinearity)
            {
                (long fanIn, long fanOut) = CalculateFanInAndFanOut(tensor);
                return calculate_gain(nonlinearity, a) / Math.Sqrt(mode == FanInOut.FanIn ? fanIn : fanOut);
            }

            private static double NormalDistribution(double x)
            {
                using var scope = NewDisposeScope();
                return (1 + tensor(x / Math.Sqrt(2), ScalarType.Float64).erf().item<double>()) / 2;
            }

            private static Tensor Fill(Tensor tensor, Action action)
            {
                using var guard = no_grad();
                action();
                return tensor;
            }
        }
    }
}

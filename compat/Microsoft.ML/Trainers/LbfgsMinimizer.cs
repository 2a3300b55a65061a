namespace Microsoft.ML.Trainers;

/// <summary>
/// Minimizes a smooth convex function plus l1·Σ|x_i|: limited-memory BFGS (Nocedal 1980) with the orthant-wise
/// treatment of the absolute values (Andrew &amp; Gao 2007). The first <c>Free</c> parameters carry neither l1 nor sign constraint.
/// </summary>
internal sealed class LbfgsMinimizer
{
    /// <summary>Returns the function's value at <paramref name="x"/> and writes its gradient.</summary>
    public delegate double Function(double[] x, double[] gradient);

    private const double SufficientDecrease = 1e-4;
    private const int MaximumHalvings = 40;

    // The stopping rule looks at improvements over the last four steps or so: one short step is no sign of an optimum.
    private const double Memory = 0.75;

    public required int Free { get; init; }
    public required double L1 { get; init; }
    public required bool NonNegative { get; init; }
    public required int HistorySize { get; init; }

    /// <summary>Stop when the running mean of the relative improvement a step falls below this.</summary>
    public required double Tolerance { get; init; }
    public required int MaximumIterations { get; init; }

    /// <summary>Called after each step with its number, from 1, and the function's value.</summary>
    public Action<int, double>? Stepped { get; init; }

    /// <summary>Improves <paramref name="x"/> in place until the tolerance or the iteration limit is reached.</summary>
    public void Minimize(Function function, double[] x)
    {
        if (NonNegative)
            for (int i = Free; i < x.Length; i++)
                x[i] = Math.Max(x[i], 0);

        var gradient = new double[x.Length];
        double value = function(x, gradient) + Penalty(x);
        var pairs = new LinkedList<(double[] Step, double[] Change, double Curvature)>();
        double meanImprovement = double.NaN;

        for (int iteration = 1; iteration <= MaximumIterations; iteration++)
        {
            double[] steepest = PseudoGradient(x, gradient);
            double[] direction = Direction(steepest, pairs);
            if (Search(function, x, value, steepest, direction, firstStep: pairs.Count == 0) is not var (next, nextGradient, nextValue))
            {
                // A bad memory of the curvature can spoil a direction; without one there is nothing left to try.
                if (pairs.Count == 0)
                    return;
                pairs.Clear();
                continue;
            }

            double[] step = Subtract(next, x), change = Subtract(nextGradient, gradient);
            double curvature = Dot(step, change);
            if (curvature > 1e-12 * Dot(change, change))
                pairs.AddLast((step, change, curvature));
            if (pairs.Count > HistorySize)
                pairs.RemoveFirst();

            double improvement = value - nextValue;
            meanImprovement = double.IsNaN(meanImprovement) ? improvement : Memory * meanImprovement + (1 - Memory) * improvement;
            next.CopyTo(x, 0);
            (gradient, value) = (nextGradient, nextValue);
            Stepped?.Invoke(iteration, value);
            if (meanImprovement <= Tolerance * Math.Abs(value))
                return;
        }
    }

    private double Penalty(double[] x)
    {
        double sum = 0;
        for (int i = Free; i < x.Length && L1 > 0; i++)
            sum += Math.Abs(x[i]);
        return L1 * sum;
    }

    /// <summary>The one-sided derivative of steepest descent; 0 where x_i = 0 and no step to either side helps.</summary>
    private double[] PseudoGradient(double[] x, double[] gradient)
    {
        var pseudo = (double[])gradient.Clone();
        for (int i = Free; i < x.Length && (L1 > 0 || NonNegative); i++)
        {
            double right = gradient[i] + L1, left = gradient[i] - L1;
            pseudo[i] = x[i] > 0 ? right : x[i] < 0 ? left : right < 0 ? right : left > 0 && !NonNegative ? left : 0;
        }

        return pseudo;
    }

    /// <summary>The two-loop recursion: -H·g, with components that would climb taken out.</summary>
    private double[] Direction(double[] steepest, LinkedList<(double[] Step, double[] Change, double Curvature)> pairs)
    {
        var direction = (double[])steepest.Clone();
        var weights = new Stack<double>();
        for (var node = pairs.Last; node is not null; node = node.Previous)
        {
            double weight = Dot(node.Value.Step, direction) / node.Value.Curvature;
            weights.Push(weight);
            Add(direction, -weight, node.Value.Change);
        }

        if (pairs.Last is { Value: var last })
            Scale(direction, last.Curvature / Dot(last.Change, last.Change));
        for (var node = pairs.First; node is not null; node = node.Next)
            Add(direction, weights.Pop() - Dot(node.Value.Change, direction) / node.Value.Curvature, node.Value.Step);

        Scale(direction, -1);
        for (int i = Free; i < direction.Length && (L1 > 0 || NonNegative); i++)
            if (direction[i] * steepest[i] >= 0)
                direction[i] = 0;
        return direction;
    }

    /// <summary>Halves the step until the value falls enough; null where it never does.</summary>
    private (double[] X, double[] Gradient, double Value)? Search(
        Function function, double[] x, double value, double[] steepest, double[] direction, bool firstStep)
    {
        if (Dot(steepest, direction) >= 0)
            return null;

        // Without knowledge of the curvature the gradient's length says nothing about the step's.
        double length = firstStep ? Math.Min(1, 1 / Math.Sqrt(Dot(direction, direction))) : 1;
        var gradient = new double[x.Length];
        for (int halving = 0; halving < MaximumHalvings; halving++, length /= 2)
        {
            double[] next = Step(x, steepest, direction, length);
            double nextValue = function(next, gradient) + Penalty(next);
            double predicted = 0;
            for (int i = 0; i < x.Length; i++)
                predicted += steepest[i] * (next[i] - x[i]);
            if (nextValue <= value + SufficientDecrease * predicted && nextValue < value)
                return (next, gradient, nextValue);
        }

        return null;
    }

    /// <summary>A step that ends at 0 for every parameter that would change its sign.</summary>
    private double[] Step(double[] x, double[] steepest, double[] direction, double length)
    {
        var next = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            next[i] = x[i] + length * direction[i];
            if (i < Free || (L1 == 0 && !NonNegative))
                continue;
            double side = x[i] != 0 ? x[i] : -steepest[i];
            if (next[i] * side < 0)
                next[i] = 0;
        }

        return next;
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static void Add(double[] target, double factor, double[] source)
    {
        for (int i = 0; i < target.Length; i++)
            target[i] += factor * source[i];
    }

    private static void Scale(double[] target, double factor)
    {
        for (int i = 0; i < target.Length; i++)
            target[i] *= factor;
    }

    private static double[] Subtract(double[] a, double[] b)
    {
        var difference = new double[a.Length];
        for (int i = 0; i < a.Length; i++)
            difference[i] = a[i] - b[i];
        return difference;
    }
}

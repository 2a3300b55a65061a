namespace Microsoft.ML.Trainers.FastTree;

/// <summary>
/// Gradient boosting of trees for the logistic loss (Friedman 2001): each tree fits the gradient, each of its leaves takes
/// a shrunken Newton step. The sum of the trees is a score; its probability is 1 / (1 + exp(-Sigmoid · score)).
/// </summary>
internal sealed class LogisticBooster(FastTreeBinaryTrainer.Options options)
{
    /// <summary>The factor between score and log-odds.</summary>
    public double Sigmoid => 2 * options.LearningRate;

    /// <param name="features">A row of features an example, all of one length; NaN is a missing value.</param>
    /// <param name="labels">The class of each example.</param>
    /// <param name="weights">The weight of each example.</param>
    /// <param name="grown">Called after each tree with their number so far and the mean training loss before it.</param>
    public DecisionTree[] Train(float[][] features, bool[] labels, float[] weights, Action<int, double> grown)
    {
        int examples = features.Length, width = features[0].Length;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.NumberOfThreads ?? -1 };
        var binned = new BinnedFeature[width];
        Parallel.For(0, width, parallel, f =>
            binned[f] = BinnedFeature.Create(Array.ConvertAll(features, row => row[f]), options.MaximumBinCountPerFeature));

        var grower = new TreeGrower(binned, options.NumberOfLeaves, options.MinimumExampleCountPerLeaf, parallel);
        var bagging = new Random(options.Seed);
        var selection = new Random(options.FeatureSelectionSeed);
        int[] bag = [.. Enumerable.Range(0, examples)], use = [.. Enumerable.Range(0, width)];
        double[] instanceWeights = Array.ConvertAll(weights, w => (double)w);
        double[] scores = new double[examples], gradients = new double[examples], curvatures = new double[examples];

        var trees = new DecisionTree[options.NumberOfTrees];
        for (int t = 0; t < trees.Length; t++)
        {
            double loss = Differentiate(labels, instanceWeights, scores, gradients, curvatures);
            if (options.BaggingSize > 0 && t % options.BaggingSize == 0)
                bag = Sample(examples, options.BaggingExampleFraction, bagging);
            int[] split = options.FeatureFraction < 1 ? Sample(width, options.FeatureFraction, selection) : use;

            (trees[t], Memory<int>[] leafRows) = grower.Grow((int[])bag.Clone(), split, gradients, instanceWeights);
            for (int leaf = 0; leaf < leafRows.Length; leaf++)
                trees[t].LeafValues[leaf] = LeafValue(leafRows[leaf].Span, gradients, curvatures);
            for (int i = 0; i < examples; i++)
                scores[i] += trees[t].Predict(features[i]);
            grown(t + 1, loss);
        }

        return trees;
    }

    /// <summary>Descent direction and curvature of each example's loss with respect to its log-odds; returns the mean loss.</summary>
    private double Differentiate(bool[] labels, double[] weights, double[] scores, double[] gradients, double[] curvatures)
    {
        double loss = 0, total = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double logOdds = Sigmoid * scores[i], p = 1 / (1 + Math.Exp(-logOdds));
            gradients[i] = weights[i] * ((labels[i] ? 1 : 0) - p);
            curvatures[i] = weights[i] * p * (1 - p);
            loss += weights[i] * (Math.Max(logOdds, 0) - (labels[i] ? logOdds : 0) + Math.Log(1 + Math.Exp(-Math.Abs(logOdds))));
            total += weights[i];
        }

        return loss / total;
    }

    private double LeafValue(ReadOnlySpan<int> rows, double[] gradients, double[] curvatures)
    {
        double gradient = 0, curvature = 0;
        foreach (int row in rows)
        {
            gradient += gradients[row];
            curvature += curvatures[row];
        }

        // Where every example is certain, gradient and curvature vanish together: there is nothing left to learn.
        double step = curvature > 1e-30 ? gradient / curvature : 0;
        double value = options.LearningRate * options.Shrinkage * step / Sigmoid;
        return Math.Clamp(value, -options.MaximumTreeOutput, options.MaximumTreeOutput);
    }

    /// <summary>Each of 0 … count - 1 with the probability <paramref name="fraction"/>, but at least one of them.</summary>
    private static int[] Sample(int count, double fraction, Random random)
    {
        int[] sample = [.. Enumerable.Range(0, count).Where(_ => random.NextDouble() < fraction)];
        return sample.Length > 0 ? sample : [random.Next(count)];
    }
}

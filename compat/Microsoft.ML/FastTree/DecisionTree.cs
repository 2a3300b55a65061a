namespace Microsoft.ML.Trainers.FastTree;

/// <summary>
/// A binary tree of tests "feature &lt;= threshold", and a number at each leaf. Nodes are indices from 0; a child c &lt; 0 is leaf ~c.
/// </summary>
internal sealed class DecisionTree(int[] features, float[] thresholds, int[] left, int[] right, double[] leafValues)
{
    public double[] LeafValues { get; } = leafValues;

    /// <summary>The value of the leaf that <paramref name="x"/> falls into. NaN is above every threshold.</summary>
    public double Predict(ReadOnlySpan<float> x)
    {
        int node = features.Length > 0 ? 0 : ~0;
        while (node >= 0)
            node = x[features[node]] <= thresholds[node] ? left[node] : right[node];
        return LeafValues[~node];
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(features.Length);
        for (int node = 0; node < features.Length; node++)
        {
            writer.Write(features[node]);
            writer.Write(thresholds[node]);
            writer.Write(left[node]);
            writer.Write(right[node]);
        }

        foreach (double value in LeafValues)
            writer.Write(value);
    }

    /// <exception cref="FormatException">A child or feature that doesn't exist, or a circle.</exception>
    public static DecisionTree Read(BinaryReader reader, int featureCount)
    {
        int nodes = reader.ReadInt32();
        if (nodes is < 0 or > 1 << 24)
            throw Corrupt();
        var features = new List<int>();
        var thresholds = new List<float>();
        var left = new List<int>();
        var right = new List<int>();
        for (int node = 0; node < nodes; node++)
        {
            features.Add(reader.ReadInt32());
            thresholds.Add(reader.ReadSingle());
            left.Add(Child(node));
            right.Add(Child(node));
            if ((uint)features[node] >= (uint)featureCount)
                throw Corrupt();
        }

        var leafValues = new double[nodes + 1];
        for (int leaf = 0; leaf <= nodes; leaf++)
            leafValues[leaf] = reader.ReadDouble();
        return new DecisionTree([.. features], [.. thresholds], [.. left], [.. right], leafValues);

        // Children come after their parents, so every walk ends.
        int Child(int parent)
        {
            int child = reader.ReadInt32();
            return child < 0 ? ~child <= nodes ? child : throw Corrupt() : child > parent && child < nodes ? child : throw Corrupt();
        }

        static FormatException Corrupt() => new("Corrupt model file");
    }
}

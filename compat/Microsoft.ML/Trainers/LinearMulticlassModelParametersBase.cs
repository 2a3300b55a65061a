using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

/// <summary>A weight a feature and a bias for each of several classes.</summary>
public abstract class LinearMulticlassModelParametersBase : ModelParametersBase<VBuffer<float>>
{
    // weights[class][feature]
    private protected LinearMulticlassModelParametersBase(float[][] weights, float[] biases)
    {
        Weights = weights;
        Biases = biases;
    }

    private protected float[][] Weights { get; }

    private protected float[] Biases { get; }

    /// <summary>The bias of each class.</summary>
    public IEnumerable<float> GetBiases() => Array.AsReadOnly(Biases);

    /// <summary>Copies the weights, a vector a class, into <paramref name="weights"/>.</summary>
    public void GetWeights(ref VBuffer<float>[] weights, out int numClasses)
    {
        numClasses = Weights.Length;
        weights = Array.ConvertAll(Weights, w => new VBuffer<float>(w.Length, (float[])w.Clone()));
    }
}

using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

/// <summary>A model that gives a score a class. Safe for any number of threads.</summary>
internal interface IMulticlassScorer
{
    int ClassCount { get; }

    int FeatureCount { get; }

    void Score(in VBuffer<float> features, Span<float> scores);
}

using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

/// <summary>A model that gives one score, higher for the positive class, and its probability. Safe for any number of threads.</summary>
internal interface IBinaryScorer
{
    int FeatureCount { get; }

    float Score(in VBuffer<float> features);

    float Probability(float score);
}

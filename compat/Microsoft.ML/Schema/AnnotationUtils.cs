using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The kinds of annotations that components agree on, and how to read and declare them.</summary>
internal static partial class AnnotationUtils
{
    /// <summary>The kinds.</summary>
    public static class Kinds
    {
        /// <summary>Names of the slots of a vector column: a vector of text.</summary>
        public const string SlotNames = "SlotNames";

        /// <summary>Values that the keys of a column stand for: a vector as long as there are keys.</summary>
        public const string KeyValues = "KeyValues";

        /// <summary>What a set of score columns predicts; see <see cref="Const.ScoreColumnKind"/>.</summary>
        public const string ScoreColumnKind = "ScoreColumnKind";

        /// <summary>What a score column is in its set; see <see cref="Const.ScoreValueKind"/>.</summary>
        public const string ScoreValueKind = "ScoreValueKind";

        /// <summary>Which set a score column is in; higher is later.</summary>
        public const string ScoreColumnSetId = "ScoreColumnSetId";

        /// <summary>The label's values at training.</summary>
        public const string TrainingLabelValues = "TrainingLabelValues";

        /// <summary>Whether the column is normalized: a truth value.</summary>
        public const string IsNormalized = "IsNormalized";

        /// <summary>Whether users want to see the column: a truth value.</summary>
        public const string IsUserVisible = "IsUserVisible";

        /// <summary>Ranges of slots that stand for one category.</summary>
        public const string CategoricalSlotRanges = "CategoricalSlotRanges";
    }

    /// <summary>The values of kinds that have few.</summary>
    public static class Const
    {
        /// <summary>What a set of score columns predicts.</summary>
        public static class ScoreColumnKind
        {
            public const string AnomalyDetection = "AnomalyDetection";
            public const string BinaryClassification = "BinaryClassification";
            public const string Clustering = "Clustering";
            public const string FeatureContribution = "FeatureContribution";
            public const string ItemSimilarity = "ItemSimilarity";
            public const string MultiOutputRegression = "MultiOutputRegression";
            public const string MulticlassClassification = "MulticlassClassification";
            public const string QuantileRegression = "QuantileRegression";
            public const string Ranking = "Ranking";
            public const string Recommender = "Recommender";
            public const string Regression = "Regression";
            public const string SequenceClassification = "SequenceClassification";
        }

        /// <summary>What a score column is in its set.</summary>
        public static class ScoreValueKind
        {
            public const string Score = "Score";
            public const string PredictedLabel = "PredictedLabel";
            public const string Probability = "Probability";
        }
    }

    public static KeyDataViewType ScoreColumnSetIdType { get; } = new(typeof(uint), int.MaxValue);

    public static Exception ExceptGetAnnotation() => ExceptGetAnnotation(null);

    public static Exception ExceptGetAnnotation(this IExceptionContext? ctx) => ctx.Except("Invalid call to GetAnnotation");

    /// <summary>The greatest value of a kind that is a key stored in uint, and the column that has it; 0 and -1 where none has.</summary>
    public static uint GetMaxAnnotationKind(
        this DataViewSchema schema, out int colMax, string annotationKind, Func<DataViewSchema, int, bool>? filterFunc = null)
    {
        uint max = 0;
        colMax = -1;
        foreach (DataViewSchema.Column column in schema)
        {
            if (column.Annotations.Schema.GetColumnOrNull(annotationKind) is not { Type: KeyDataViewType key }
                || key.RawType != typeof(uint)
                || filterFunc?.Invoke(schema, column.Index) == false)
                continue;
            uint value = 0;
            column.Annotations.GetValue(annotationKind, ref value);
            if (max >= value)
                continue;
            max = value;
            colMax = column.Index;
        }

        return max;
    }
}

using Microsoft.ML.Data;

/// <summary>The input and output classes of the recorded errors, by the names that they have there.</summary>
internal static class ErrorClasses
{
    public sealed class FVec
    {
        public string Label { get; set; } = "a";

        [VectorType(3)]
        public float[]? Features { get; set; } = [1, 2, 3];
    }

    public sealed class NoLabel
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [1, 2, 3];
    }

    public sealed class NoFeatures
    {
        public string Label { get; set; } = "a";
    }

    public sealed class BadVec
    {
        public string Label { get; set; } = "a";

        [VectorType(4)]
        public float[] Features { get; set; } = [1, 2, 3, 4];
    }

    public sealed class OneText
    {
        public string Label { get; set; } = "a";

        public string Features { get; set; } = "text";
    }

    public sealed class TextOnly
    {
        public string Text { get; set; } = "text";
    }

    public sealed class KeyOnly
    {
        [KeyType(3)]
        public uint V { get; set; }
    }

    public sealed class Pred
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];
    }

    public sealed class PredWrong
    {
        public float PredictedLabel { get; set; }
    }

    public sealed class PredMissing
    {
        public string Nope { get; set; } = "";
    }
}

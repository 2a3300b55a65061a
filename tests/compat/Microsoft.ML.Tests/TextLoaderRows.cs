using Microsoft.ML.Data;

/// <summary>The row classes of the recorded cases.</summary>
public static class TextLoaderRows
{
    public sealed class LabelText
    {
        [LoadColumn(0)] public string Label = "";
        [LoadColumn(1)] public string Text = "";
    }

    public sealed class Mixed
    {
        [LoadColumn(0)] public string Id = "";
        [LoadColumn(1)] public float Score;
        [LoadColumn(2)] public bool Flag;
        [LoadColumn(3)] public uint Count;
        [LoadColumn(4)] public string Note = "";
    }

    public sealed class Numbers
    {
        [LoadColumn(0)] public float Single;
        [LoadColumn(1)] public double Double;
        [LoadColumn(2)] public int Int;
        [LoadColumn(3)] public long Long;
        [LoadColumn(4)] public uint UInt;
        [LoadColumn(5)] public bool Bool;
    }

    public sealed class Floats
    {
        [LoadColumn(0)] public float A;
        [LoadColumn(1)] public float B;
    }

    public sealed class NamedVector
    {
        [LoadColumn(0)] public string Name = "";
        [LoadColumn(1, 3), VectorType(3)] public float[] Values = [];
    }

    public sealed class TextVector
    {
        [LoadColumn(0)] public float Label;
        [LoadColumn(1, 2), VectorType(2)] public string[] Words = [];
    }

    public sealed class Keyed
    {
        [LoadColumn(0), KeyType(5)] public uint Key;
        [LoadColumn(1)] public string Text = "";
    }

    public sealed class Renamed
    {
        [LoadColumn(2), ColumnName("Label")] public string Category = "";
        [LoadColumn(0)] public string Text = "";
    }

    public sealed class NoColumns
    {
        public string A = "";
    }
}

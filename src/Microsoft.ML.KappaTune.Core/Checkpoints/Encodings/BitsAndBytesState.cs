namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>What bitsandbytes writes beside the codes of a tensor, as JSON in bytes.</summary>
/// <param name="Shape">Of the values.</param>
/// <param name="BlockSize">Values that share a largest value.</param>
/// <param name="DataType">What the values are rounded to.</param>
/// <param name="NestedBlockSize">Largest values that share one of their own; 0 where they are stored as they are.</param>
/// <param name="NestedOffset">What is added to each of them.</param>
internal sealed record BitsAndBytesState(long[] Shape, int BlockSize, TensorDataType DataType, int NestedBlockSize, float NestedOffset)
{
    private const int LongestText = 4096;

    /// <summary>Null where it isn't such a state.</summary>
    public static BitsAndBytesState? Read(TensorView view)
    {
        if (view.ByteLength is 0 or > LongestText)
            return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(view.Bytes(0, (int)view.ByteLength).ToArray());
            JsonElement root = document.RootElement;
            long[] shape = [.. root.GetProperty("shape").EnumerateArray().Select(item => item.GetInt64())];
            int blockSize = root.GetProperty("blocksize").GetInt32();
            TensorDataType? type = root.GetProperty("dtype").GetString() switch
            {
                "bfloat16" => TensorDataType.BFloat16,
                "float16" => TensorDataType.Float16,
                "float32" => TensorDataType.Float32,
                _ => null,
            };
            bool isNested = root.TryGetProperty("nested_blocksize", out JsonElement nested);
            int nestedSize = isNested ? nested.GetInt32() : 0;
            float offset = isNested ? root.GetProperty("nested_offset").GetSingle() : 0;
            bool fits = type is not null && blockSize > 0 && (!isNested || nestedSize > 0) && shape.All(dimension => dimension > 0);
            return fits ? new(shape, blockSize, type!.Value, nestedSize, offset) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }
}

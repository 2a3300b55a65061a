namespace Microsoft.ML.KappaTune.Layers;

/// <summary>Makes tables of vectors, one a token, a position or a type: numbers, [...], to vectors, [..., H].</summary>
internal static class EmbeddingLayer
{
    /// <summary>A table whose values are uninitialised, [rows, size].</summary>
    /// <param name="paddingRow">The row that gets no gradient; null for none.</param>
    public static TorchSharp.Modules.Embedding Create(long rows, long size, long? paddingRow, ScalarType dtype, Device device)
    {
        // Made small and given its memory then: normal values for all rows would be drawn for nothing, and what TorchSharp makes of
        // values that are there already (0.107) registers another tensor than the one that it looks up.
        using var generator = new TorchGenerator();
        TorchSharp.Modules.Embedding table = nn.Embedding(1 + (paddingRow ?? 0), size, padding_idx: paddingRow);
        table.weight = new(empty(rows, size, dtype: dtype, device: device));
        return table;
    }
}

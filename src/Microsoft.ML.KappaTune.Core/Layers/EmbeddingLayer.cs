namespace Microsoft.ML.KappaTune.Layers;

/// <summary>Makes tables of vectors, one a token, a position or a type: numbers, [...], to vectors, [..., H].</summary>
internal static class EmbeddingLayer
{
    private static readonly object OneAtATime = new();

    /// <summary>A table whose values are uninitialised, [rows, size].</summary>
    /// <param name="paddingRow">The row that gets no gradient; null for none.</param>
    public static TorchSharp.Modules.Embedding Create(long rows, long size, long? paddingRow, ScalarType dtype, Device device)
    {
        // TorchSharp (0.107) draws normal values for a new table, and looks up another tensor than it registers where it is given values.
        // So the table is made small and given its memory then, and the process's generator is put back to where it was. What another
        // thread of the program draws from it meanwhile is drawn again.
        TorchSharp.Modules.Embedding table;
        lock (OneAtATime)
        {
            using Tensor generator = get_rng_state();
            try
            {
                table = nn.Embedding(1 + (paddingRow ?? 0), size, padding_idx: paddingRow);
            }
            finally
            {
                set_rng_state(generator);
            }
        }

        table.weight = new(empty(rows, size, dtype: dtype, device: device));
        return table;
    }
}

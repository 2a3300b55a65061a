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
            using Generator generator = Generator.Default;
            using Tensor state = generator.get_state();
            try
            {
                table = nn.Embedding(1 + (paddingRow ?? 0), size, padding_idx: paddingRow);
            }
            finally
            {
                generator.set_state(state);
            }
        }

        table.weight = new(empty(rows, size, dtype: dtype, device: device));
        return table;
    }

    /// <summary>
    /// The table's vectors, [rows, size], as the module keeps them. TorchSharp's own property makes another tensor of them at each call,
    /// which a garbage collection can free while libtorch reads it.
    /// </summary>
    public static TorchSharp.Modules.Parameter Vectors(this TorchSharp.Modules.Embedding table) => table.get_parameter("weight")!;
}

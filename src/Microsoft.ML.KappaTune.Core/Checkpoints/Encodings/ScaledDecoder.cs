namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// Codes of eight bits times a scale: one of the row, of the tensor or of the block. The scale multiplies, also where it is named inverse.
/// </summary>
/// <param name="codes">[rows, columns].</param>
/// <param name="scales">One a block, row by row.</param>
/// <param name="blockRows">Rows that share a scale.</param>
/// <param name="blockColumns">Columns that share a scale.</param>
/// <param name="divisor">What the products are divided by: 127 where scales are the largest values.</param>
internal sealed class ScaledDecoder(
    TensorView codes, TensorView scales, long blockRows, long blockColumns, float divisor = 1) : TensorDecoder(8)
{
    public override string Settings => $"{blockRows} {blockColumns}";

    public override void Read(long first, Span<float> block)
    {
        codes.Read(first, block);
        long columns = codes.Shape[1], perRow = (columns + blockColumns - 1) / blockColumns;
        long firstRow = first / columns / blockRows, lastRow = (first + block.Length - 1) / columns / blockRows;
        float[] some = Values(scales, firstRow * perRow, (lastRow - firstRow + 1) * perRow);
        for (int i = 0; i < block.Length;)
        {
            (long row, long column) = Math.DivRem(first + i, columns);
            int length = (int)Math.Min(Math.Min(columns - column, blockColumns - column % blockColumns), block.Length - i);
            float scale = some[(row / blockRows - firstRow) * perRow + column / blockColumns] / divisor;
            foreach (ref float value in block.Slice(i, length))
                value *= scale;
            i += length;
        }
    }
}

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// The matrix that makes the heads' keys and values of a token's short vector, [heads · (key rows + value rows), rank], of the two parts
/// that newer files have: that of keys, transposed, and that of values.
/// </summary>
/// <param name="keys">[heads, rank, key rows].</param>
/// <param name="values">[heads, value rows, rank].</param>
internal sealed class GgufLatentDecoder(GgufTensor keys, GgufTensor values)
    : TensorDecoder(new[] { keys.Type.CodeBits, values.Type.CodeBits }.Min())
{
    /// <summary>Far more values than a head's part has in any model.</summary>
    private const long MostOfHead = 1 << 24;

    private readonly long _rank = keys.Shape[1], _keyRows = keys.Shape[2], _headRows = keys.Shape[2] + values.Shape[1];

    /// <summary>Whether two tensors are parts of one matrix.</summary>
    public static bool Fits(GgufTensor keys, GgufTensor values) => keys.Shape.Count == 3 && values.Shape.Count == 3
        && keys.Shape[0] == values.Shape[0] && keys.Shape[1] == values.Shape[2] && keys.ElementCount > 0 && values.ElementCount > 0
        && keys.ElementCount / keys.Shape[0] <= MostOfHead;

    /// <summary>The shape of the matrix.</summary>
    public static long[] ShapeOf(GgufTensor keys, GgufTensor values) =>
        [keys.Shape[0] * (keys.Shape[2] + values.Shape[1]), keys.Shape[1]];

    public override void Read(long first, Span<float> block)
    {
        float[] ofHead = [];
        long decoded = -1;
        while (!block.IsEmpty)
        {
            (long row, long column) = Math.DivRem(first, _rank);
            (long head, long place) = Math.DivRem(row, _headRows);
            int count = (int)Math.Min(_rank - column, block.Length);
            if (place >= _keyRows)
            {
                values.Read((head * (_headRows - _keyRows) + place - _keyRows) * _rank + column, block[..count]);
            }
            else
            {
                // A row is a column of what is stored, row by row.
                if (decoded != head)
                {
                    Array.Resize(ref ofHead, (int)(_rank * _keyRows));
                    keys.Read(head * _rank * _keyRows, ofHead);
                    decoded = head;
                }

                for (int i = 0; i < count; i++)
                    block[i] = ofHead[(column + i) * _keyRows + place];
            }

            block = block[count..];
            first += count;
        }
    }
}

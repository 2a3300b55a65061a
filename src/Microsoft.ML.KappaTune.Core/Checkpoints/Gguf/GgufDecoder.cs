namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>What a writer of GGUF files changes of a tensor, beside its name.</summary>
internal enum GgufLayout
{
    /// <summary>Nothing.</summary>
    Same,

    /// <summary>The rows of each head, of which the first half comes before the second, are taken in turns from both.</summary>
    HeadRows,

    /// <summary>Rows are columns.</summary>
    Transposed,

    /// <summary>1 is added, where the family multiplies by 1 more than its weights.</summary>
    PlusOne,
}

/// <summary>A GGUF file's tensor with its values as transformers has them.</summary>
/// <param name="layout">What is undone.</param>
/// <param name="heads">The heads that the rows belong to; used for <see cref="GgufLayout.HeadRows"/>.</param>
internal sealed class GgufDecoder(GgufTensor tensor, GgufLayout layout, int heads = 1) : TensorDecoder(tensor.Type.CodeBits)
{
    private readonly long _rows = tensor.Shape[0];
    private readonly long _columns = tensor.ElementCount / tensor.Shape[0];

    public override string Settings => $"{layout} {heads}";

    public override void Read(long first, Span<float> block)
    {
        if (layout == GgufLayout.HeadRows)
        {
            ReadRows(first, block);
            return;
        }

        if (layout == GgufLayout.Transposed)
        {
            ReadTransposed(first, block);
            return;
        }

        tensor.Read(first, block);
        if (layout == GgufLayout.PlusOne)
        {
            foreach (ref float value in block)
                value -= 1;
        }
    }

    /// <summary>The row of the file that is a row of a tensor whose heads have their halves one after the other.</summary>
    public static long StoredRow(long row, long headRows)
    {
        (long head, long place) = Math.DivRem(row, headRows);
        (long half, long pair) = Math.DivRem(place, headRows / 2);
        return head * headRows + 2 * pair + half;
    }

    private void ReadRows(long first, Span<float> block)
    {
        while (!block.IsEmpty)
        {
            (long row, long column) = Math.DivRem(first, _columns);
            int count = (int)Math.Min(_columns - column, block.Length);
            tensor.Read(StoredRow(row, _rows / heads) * _columns + column, block[..count]);
            block = block[count..];
            first += count;
        }
    }

    /// <summary>A row of the result is a column of the file: what the block needs of each of the file's rows is read at once.</summary>
    private void ReadTransposed(long first, Span<float> block)
    {
        long begin = first / _rows, end = (first + block.Length - 1) / _rows + 1;
        float[] part = new float[end - begin];
        for (long row = 0; row < _rows; row++)
        {
            tensor.Read(row * _columns + begin, part);
            for (long column = begin; column < end; column++)
            {
                long at = column * _rows + row - first;
                if (at >= 0 && at < block.Length)
                    block[(int)at] = part[column - begin];
            }
        }
    }
}

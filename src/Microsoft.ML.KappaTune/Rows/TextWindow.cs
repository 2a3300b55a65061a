using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Rows;

/// <summary>
/// Some rows' texts, and the numbers that a model finds for them: in batches of similar length, a batch when the first of its rows is
/// asked for, so that little is padded and nothing computed that nobody wants.
/// </summary>
internal sealed class TextWindow(TextFunction function)
{
    // Fewer rows leave cores idle; more are worth it only if they are about as long. A batch's memory grows with its tokens: so many
    // take some hundred MB in a model of usual size.
    private const int UsualRows = 32, MaximumTokens = 8192;

    private readonly List<(string Text, string? Pair)> _texts = [];
    private readonly List<int[]> _batches = [];
    private float[] _numbers = [];
    private int[] _batchOf = [];
    private bool[] _isComputed = [];
    private EncodedText[]? _encoded;
    private long _firstRow;

    /// <summary>How many of the texts that were computed had to be cut, over all fillings.</summary>
    public int Cut { get; private set; }

    /// <summary>Tokens of the texts that were computed, special ones included, over all fillings.</summary>
    public long Tokens { get; private set; }

    /// <summary>Starts again without rows.</summary>
    /// <param name="firstRow">The place of the row that is added first, among all.</param>
    public void Clear(long firstRow = 0)
    {
        _firstRow = firstRow;
        _texts.Clear();
        _batches.Clear();
        _encoded = null;
    }

    public void Add((string Text, string? Pair) texts) => _texts.Add(texts);

    /// <summary>The texts of a row.</summary>
    public (string Text, string? Pair) Texts(int row) => _texts[row];

    /// <summary>The numbers of a row, valid until the next <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<float> Numbers(int row)
    {
        if (_encoded is null)
            Encode();
        int batch = _batchOf[row];
        if (!_isComputed[batch])
            Compute(batch);
        return _numbers.AsMemory(row * function.Width, function.Width);
    }

    private void Encode()
    {
        _encoded = [.. _texts.Select((pair, i) => function.EncodeRow(_firstRow + i, pair.Text, pair.Pair))];
        int[] byLength = [.. Enumerable.Range(0, _encoded.Length).OrderByDescending(row => _encoded[row].Ids.Length)];
        _batchOf = new int[byLength.Length];
        for (int begin = 0; begin < byLength.Length;)
        {
            int longest = Length(begin), end = begin + 1;
            while (end < byLength.Length && end - begin < function.MaximumRows && (end + 1 - begin) * longest <= MaximumTokens
                && (end - begin < UsualRows || Length(end) >= longest - longest / 8))
                end++;
            int[] rows = byLength[begin..end];
            foreach (int row in rows)
                _batchOf[row] = _batches.Count;
            _batches.Add(rows);
            begin = end;
        }

        _isComputed = new bool[_batches.Count];
        _numbers = new float[_encoded.Length * function.Width];

        int Length(int place) => _encoded[byLength[place]].Ids.Length;
    }

    private void Compute(int batch)
    {
        int[] rows = _batches[batch];
        int width = function.Width;
        EncodedText[] texts = Array.ConvertAll(rows, row => _encoded![row]);
        var numbers = new float[rows.Length * width];
        function.Compute(texts, numbers);
        for (int i = 0; i < rows.Length; i++)
            numbers.AsSpan(i * width, width).CopyTo(_numbers.AsSpan(rows[i] * width));
        Cut += texts.Count(text => text.Truncated);
        Tokens += texts.Sum(text => (long)text.Ids.Length);
        _isComputed[batch] = true;
    }
}

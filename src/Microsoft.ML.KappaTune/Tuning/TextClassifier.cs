using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tuning;

/// <summary>
/// A classifier that is ready to score. Any number of threads may use it at once; one of them may dispose it while others score: they
/// finish, and the last of them frees the model.
/// </summary>
internal sealed class TextClassifier : IDisposable
{
    private readonly object _gate = new();
    private readonly SequenceClassifier _module;
    private readonly Device _device;
    private int _users;
    private bool _disposed;

    /// <param name="module">The model, on the device; disposed with this.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="files">The files that the tokenizer was made from.</param>
    /// <param name="maxTokens">Tokens of the longest text, special ones included.</param>
    /// <param name="device">Where it computes.</param>
    public TextClassifier(SequenceClassifier module, HuggingFaceTokenizer tokenizer, TokenizerFiles files, int maxTokens, Device device)
    {
        _module = module;
        _device = device;
        Tokenizer = tokenizer;
        Files = files;
        MaxTokens = maxTokens;
        module.eval();
    }

    public HuggingFaceTokenizer Tokenizer { get; }

    public TokenizerFiles Files { get; }

    public int ClassCount => _module.ClassCount;

    public int MaxTokens { get; }

    /// <summary>A text, or a pair, as tokens; null is empty, and what is too long is cut.</summary>
    public EncodedText Encode(string? text, string? pair) => Tokenizer.Encode(text ?? "", pair, MaxTokens);

    /// <summary>Probabilities of the classes, row by row: [batch, classes].</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public void Score(IReadOnlyList<EncodedText> batch, Span<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Length, batch.Count * ClassCount, nameof(scores));
        if (batch.Count == 0)
            return;
        Enter();
        try
        {
            using var mode = no_grad();
            using var scope = NewDisposeScope();
            (Tensor ids, Tensor mask, Tensor types) = Pad(batch);
            Tensor logits = _module.Classify(ids, mask, types);
            Tensor probabilities = nn.functional.softmax(logits.to(ScalarType.Float32), 1).to(CPU).contiguous();
            probabilities.data<float>().CopyTo(scores);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Runs something on the model, which isn't disposed meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public T Use<T>(Func<SequenceClassifier, T> action)
    {
        Enter();
        try
        {
            return action(_module);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Frees the model, at once or when the last thread that is scoring has finished.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            if (_users > 0)
                return;
        }

        _module.Dispose();
    }

    private void Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _users++;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_users > 0 || !_disposed)
                return;
        }

        _module.Dispose();
    }

    /// <summary>Ids, mask and types, [B, T], padded to the longest text.</summary>
    private (Tensor Ids, Tensor Mask, Tensor Types) Pad(IReadOnlyList<EncodedText> batch)
    {
        int length = batch.Max(text => text.Ids.Length);
        long[] ids = new long[batch.Count * length], mask = new long[ids.Length], types = new long[ids.Length];
        Array.Fill(ids, Tokenizer.PadId);
        for (int b = 0; b < batch.Count; b++)
        {
            EncodedText text = batch[b];
            for (int t = 0; t < text.Ids.Length; t++)
            {
                ids[b * length + t] = text.Ids[t];
                mask[b * length + t] = 1;
                types[b * length + t] = text.TypeIds[t];
            }
        }

        return (Matrix(ids), Matrix(mask), Matrix(types));

        Tensor Matrix(long[] values) => tensor(values, [batch.Count, length], device: _device);
    }
}

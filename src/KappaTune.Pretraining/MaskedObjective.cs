using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>An encoder that guesses what is behind masks, in BERT's layout: one segment, between the token that classifies and the one that separates.</summary>
internal sealed class MaskedObjective : IPretrainingObjective
{
    private const int Around = 2;

    private readonly MaskedLanguageModel _model;
    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly WordMask _mask;
    private readonly Device _device;

    private MaskedObjective(MaskedLanguageModel model, HuggingFaceTokenizer tokenizer, PretrainingOptions options, Device device)
    {
        _model = model;
        _tokenizer = tokenizer;
        _mask = new(new TokenTraits(tokenizer), options.MaskRate, options.WholeWords);
        _device = device;
    }

    public nn.Module Model => _model;

    public int Room => _model.Encoder.Config.MaxTokens - Around;

    /// <summary>Encoders take a line break for a blank.</summary>
    public string LineEnd => "";

    /// <summary>A new model.</summary>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="source">Where that is from, for messages.</param>
    /// <param name="options">What it is like.</param>
    /// <param name="device">Where it is.</param>
    /// <exception cref="CheckpointFormatException">The tokenizer lacks a token that is needed.</exception>
    public static MaskedObjective Create(HuggingFaceTokenizer tokenizer, string source, PretrainingOptions options, Device device)
    {
        Require(tokenizer.MaskId, "mask");
        Require(tokenizer.ClassificationId, "classify");
        Require(tokenizer.SeparatorId, "separate");
        EncoderConfig config = new()
        {
            Family = EncoderFamily.Bert,
            VocabularySize = tokenizer.VocabularySize,
            HiddenSize = options.Hidden,
            LayerCount = options.Layers,
            HeadCount = options.Heads,
            IntermediateSize = options.IntermediateOrDefault,
            MaxTokens = options.MaximumTokens,
            TypeVocabularySize = 2,
            PadTokenId = tokenizer.PadId,
            InitializerRange = options.InitializerRange,
            HiddenDropout = options.Dropout,
            AttentionDropout = options.Dropout,
            ClassifierDropout = options.TuningDropout,
        };
        MaskedLanguageModel model = ModelLoader.NewMaskedLanguageModel(config, RandomSeeds.ForWeights(options.Seed), float32, device);
        if (options.SinusoidalPositions)
            Sinusoids.Fill(model.Encoder.PositionEmbeddings, config.InitializerRange);
        return new(model, tokenizer, options, device);

        void Require(int id, string verb)
        {
            if (id < 0)
            {
                throw new CheckpointFormatException(
                    source, $"the tokenizer has no token to {verb}", "Use a tokenizer of an encoder, or wordpiece.");
            }
        }
    }

    /// <summary>The same questions to a model that was saved.</summary>
    public static MaskedObjective Load(
        Checkpoint checkpoint, HuggingFaceTokenizer tokenizer, PretrainingOptions options, Device device) =>
        new(ModelLoader.LoadMaskedLanguageModel(checkpoint, device: device), tokenizer, options, device);

    public PretrainingBatch Ask(int[] tokens, int length, Random random)
    {
        int rows = tokens.Length / length, width = length + Around;
        long[] ids = new long[rows * width];
        var hidden = new List<(int Place, int Token)>[rows];
        for (int row = 0; row < rows; row++)
        {
            Span<int> window = tokens.AsSpan(row * length, length);
            hidden[row] = _mask.Hide(window, random);
            int begin = row * width;
            ids[begin] = _tokenizer.ClassificationId;
            for (int i = 0; i < length; i++)
                ids[begin + 1 + i] = window[i];
            ids[begin + width - 1] = _tokenizer.SeparatorId;
        }

        int most = Math.Max(1, hidden.Max(list => list.Count));
        long[] places = new long[rows * most];
        var guesses = new List<long>(places.Length);
        var targets = new List<long>(places.Length);
        for (int row = 0; row < rows; row++)
        {
            // The first token stands in where a window has fewer guesses.
            Array.Fill(places, row * width, row * most, most);
            for (int i = 0; i < hidden[row].Count; i++)
            {
                places[row * most + i] = row * width + 1 + hidden[row][i].Place;
                guesses.Add(row * most + i);
                targets.Add(hidden[row][i].Token);
            }
        }

        return new(
            tensor(ids, [rows, width], device: _device), tensor(places, device: _device),
            guesses.Count == places.Length ? null : tensor(guesses.ToArray(), device: _device), tensor(targets.ToArray(), device: _device));
    }

    public Tensor Logits(PretrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        Tensor states = _model.Encoder.EncodeAt(batch.Ids, batch.Ids.ones_like(), null, batch.Places!).flatten(0, 1); // [B·K, H]
        return _model.Head(batch.Guesses is { } guesses ? states.index_select(0, guesses) : states).MoveToOuterDisposeScope();
    }

    public void Save(string folder, ScalarType dtype)
    {
        EncoderConfig config = _model.Encoder.Config;
        double dropout = config.ClassifierDropout;
        ModelWriter.SaveFolder(
            folder, _model, dtype: dtype, config: config with { HiddenDropout = dropout, AttentionDropout = dropout });
    }

    public void Dispose() => _model.Dispose();
}

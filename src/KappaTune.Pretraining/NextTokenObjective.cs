using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>A decoder that guesses each token of a window but the first from those before it, in Llama's layout.</summary>
internal sealed class NextTokenObjective : IPretrainingObjective
{
    private readonly CausalLanguageModel _model;
    private readonly Device _device;

    private NextTokenObjective(CausalLanguageModel model, Device device)
    {
        _model = model;
        _device = device;
    }

    public nn.Module Model => _model;

    /// <summary>One more than the model takes: the last token is only guessed.</summary>
    public int Room => _model.Decoder.Config.MaxTokens + 1;

    public string LineEnd => "\n";

    /// <summary>A new model, whose head is the table of word embeddings.</summary>
    public static NextTokenObjective Create(HuggingFaceTokenizer tokenizer, PretrainingOptions options, Device device)
    {
        // Some tokenizers have one token for the end of texts and for padding.
        int end = tokenizer.SeparatorId >= 0 ? tokenizer.SeparatorId : tokenizer.PadId;
        DecoderConfig config = new()
        {
            VocabularySize = tokenizer.VocabularySize,
            HiddenSize = options.Hidden,
            LayerCount = options.Layers,
            HeadCount = options.Heads,
            KeyValueHeadCount = options.Heads,
            HeadSize = options.Hidden / options.Heads,
            IntermediateSize = options.IntermediateOrDefault,
            MaxTokens = options.MaximumTokens,
            InitializerRange = options.InitializerRange,
            AttentionDropout = options.Dropout,
            TiesWordEmbeddings = true,
            PadTokenId = tokenizer.PadId,
            BeginTokenId = tokenizer.ClassificationId >= 0 ? tokenizer.ClassificationId : end,
            EndTokenIds = [end],
        };
        return new(ModelLoader.NewCausalLanguageModel(config, RandomSeeds.ForWeights(options.Seed), float32, device), device);
    }

    /// <summary>The same questions to a model that was saved.</summary>
    public static NextTokenObjective Load(Checkpoint checkpoint, Device device) =>
        new(ModelLoader.LoadCausalLanguageModel(checkpoint, device: device), device);

    public PretrainingBatch Ask(int[] tokens, int length, Random random)
    {
        int rows = tokens.Length / length, width = length - 1;
        long[] ids = new long[rows * width], targets = new long[ids.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < width; i++)
            {
                ids[row * width + i] = tokens[row * length + i];
                targets[row * width + i] = tokens[row * length + i + 1];
            }
        }

        return new(tensor(ids, [rows, width], device: _device), null, null, tensor(targets, device: _device));
    }

    public Tensor Logits(PretrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        Tensor states = _model.Decoder.Decode(batch.Ids, batch.Ids.ones_like()); // [B, T, H]
        return _model.Head(states.flatten(0, 1)).MoveToOuterDisposeScope();
    }

    public void Save(string folder, ScalarType dtype) => ModelWriter.SaveFolder(folder, _model, dtype: dtype);

    public void Dispose() => _model.Dispose();
}

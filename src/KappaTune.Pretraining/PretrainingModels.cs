using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tasks.LanguageModels;
using Microsoft.ML.KappaTune.Tasks.MaskedLm;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>The models that the options ask for, made, read and written.</summary>
/// <param name="options">What they are like, and what they are asked.</param>
internal sealed class PretrainingModels(PretrainingOptions options, HuggingFaceTokenizer tokenizer, Device device)
{
    private bool IsMasked => options.Objective == PretrainingObjective.Masked;

    /// <param name="source">Where the tokenizer is from, for messages.</param>
    /// <exception cref="CheckpointFormatException">The tokenizer lacks a token that is needed.</exception>
    public LanguageModelObjective Create(string source) => IsMasked ? Objective(NewEncoder(source)) : Objective(NewDecoder());

    public LanguageModelObjective Load(Checkpoint checkpoint) => IsMasked
        ? Objective(MaskedLanguageModel.Load(checkpoint, device: device))
        : Objective(CausalLanguageModel.Load(checkpoint, device: device));

    /// <summary>Writes configuration and weights. An encoder's configuration asks whoever tunes it for a dropout of its own.</summary>
    public void Save(LanguageModelObjective objective, string folder)
    {
        if (objective.Model is MaskedLanguageModel masked)
        {
            double dropout = options.TuningDropout;
            EncoderConfig config = masked.Encoder.Config with { HiddenDropout = dropout, AttentionDropout = dropout };
            ModelWriter.SaveFolder(folder, masked, dtype: options.Storage, config: config);
        }
        else
        {
            ModelWriter.SaveFolder(folder, (CausalLanguageModel)objective.Model, dtype: options.Storage);
        }
    }

    private MaskedLmObjective Objective(MaskedLanguageModel model) => new(model, tokenizer, options.MaskRate, options.WholeWords, device);

    private CausalLmObjective Objective(CausalLanguageModel model) => new(model, device);

    /// <summary>An encoder in BERT's layout.</summary>
    private MaskedLanguageModel NewEncoder(string source)
    {
        Require(tokenizer.MaskId, "mask");
        Require(tokenizer.ClassificationId, "classify");
        Require(tokenizer.SeparatorId, "separate");
        EncoderConfig config = new()
        {
            Family = ModelFamilies.Bert,
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
        MaskedLanguageModel model = MaskedLanguageModel.Create(config, RandomSeeds.ForWeights(options.Seed), float32, device);
        if (options.SinusoidalPositions)
            Sinusoids.Fill(model.Encoder.PositionEmbeddings, config.InitializerRange);
        return model;

        void Require(int id, string verb)
        {
            if (id < 0)
            {
                throw new CheckpointFormatException(
                    source, $"the tokenizer has no token to {verb}", "Use a tokenizer of an encoder, or wordpiece.");
            }
        }
    }

    /// <summary>A decoder in Llama's layout, or a mixture of experts in OLMoE's, whose head is the word embeddings.</summary>
    private CausalLanguageModel NewDecoder()
    {
        int end = CorpusTokens.EndOf(tokenizer);
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
        if (options.HasExperts)
        {
            config = config with
            {
                Family = ModelFamilies.Olmoe,
                NormalisesProjections = true,
                Experts = new()
                {
                    Count = options.Experts,
                    ChosenCount = options.ExpertsPerToken,
                    IntermediateSize = config.IntermediateSize,
                    Renormalises = false,
                },
            };
        }

        return CausalLanguageModel.Create(config, RandomSeeds.ForWeights(options.Seed), float32, device);
    }
}

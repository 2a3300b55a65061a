namespace Microsoft.ML.KappaTune.Models;

/// <summary>The parts of every model, listed from its configuration alone. The order is that in which new values are drawn.</summary>
internal static class ModelLayout
{
    /// <summary>The encoder's parts; paths are as in a base model, without prefix.</summary>
    public static IEnumerable<ModelPart> Encoder(EncoderConfig config)
    {
        const string Embeddings = "embeddings";
        FamilyNames names = config.Names;
        long hidden = config.HiddenSize;
        yield return new ModelPart.Embedding($"{Embeddings}.word_embeddings", config.VocabularySize, hidden, config.PadTokenId);
        // Where positions begin after the padding token's number, that number is padding's position.
        yield return new ModelPart.Embedding(
            $"{Embeddings}.position_embeddings", config.PositionCount, hidden, config.FirstPosition > 0 ? config.PadTokenId : null);
        if (config.TypeVocabularySize > 0)
            yield return new ModelPart.Embedding($"{Embeddings}.token_type_embeddings", config.TypeVocabularySize, hidden);
        yield return Norm($"{Embeddings}.LayerNorm");
        for (int i = 0; i < config.LayerCount; i++)
        {
            string layer = names.Layer(i);
            foreach (string attention in (string[])[names.Query, names.Key, names.Value, names.AttentionOutput])
                yield return new ModelPart.Linear($"{layer}.{attention}", hidden, hidden);
            yield return Norm($"{layer}.{names.AttentionNorm}");
            yield return new ModelPart.Linear($"{layer}.{names.Intermediate}", hidden, config.IntermediateSize);
            yield return new ModelPart.Linear($"{layer}.{names.Output}", config.IntermediateSize, hidden);
            yield return Norm($"{layer}.{names.OutputNorm}");
        }

        ModelPart.LayerNorm Norm(string path) => new(path, hidden, config.LayerNormEps);
    }

    /// <summary>What a classifier has above the encoder's last layer, with the names of a task model.</summary>
    public static IReadOnlyList<ModelPart> ClassifierHead(EncoderConfig config, int classCount) =>
    [
        new ModelPart.Linear(config.Names.ClassifierDense, config.HiddenSize, config.HiddenSize),
        new ModelPart.Linear(config.Names.Classifier, config.HiddenSize, classCount),
    ];

    /// <summary>What a masked language model has above the encoder's last layer, with the names of a task model.</summary>
    public static IReadOnlyList<ModelPart> PredictionHead(EncoderConfig config) =>
    [
        // First, because in some families the others' paths go through it.
        new ModelPart.Bias(config.Names.PredictionBias, config.VocabularySize),
        new ModelPart.Linear(config.Names.PredictionDense, config.HiddenSize, config.HiddenSize),
        new ModelPart.LayerNorm(config.Names.PredictionNorm, config.HiddenSize, config.LayerNormEps),
    ];

    /// <summary>All parameters of a model with this head, or of the encoder alone, with the names of a task model.</summary>
    public static IEnumerable<ParameterPlan> Parameters(EncoderConfig config, IEnumerable<ModelPart> head) =>
        Parameters(config.Names, Encoder(config), head);

    /// <summary>The decoder's parts; paths are as in a base model, without prefix.</summary>
    public static IEnumerable<ModelPart> Decoder(DecoderConfig config)
    {
        long hidden = config.HiddenSize, keys = (long)config.KeyValueHeadCount * config.HeadSize, queries = (long)config.HeadCount * config.HeadSize;
        yield return new ModelPart.Embedding(DecoderNames.WordEmbeddings, config.VocabularySize, hidden, config.PadTokenId);
        for (int i = 0; i < config.LayerCount; i++)
        {
            string layer = DecoderNames.Layer(i);
            yield return new ModelPart.Linear($"{layer}.{DecoderNames.Query}", hidden, queries, config.AttentionBias);
            yield return new ModelPart.Linear($"{layer}.{DecoderNames.Key}", hidden, keys, config.AttentionBias);
            yield return new ModelPart.Linear($"{layer}.{DecoderNames.Value}", hidden, keys, config.AttentionBias);
            yield return new ModelPart.Linear($"{layer}.{DecoderNames.AttentionOutput}", queries, hidden, config.AttentionBias);
            yield return new ModelPart.Linear($"{layer}.{DecoderNames.Gate}", hidden, config.IntermediateSize, config.MlpBias);
            yield return new ModelPart.Linear($"{layer}.{DecoderNames.Up}", hidden, config.IntermediateSize, config.MlpBias);
            yield return new ModelPart.Linear($"{layer}.{DecoderNames.Down}", config.IntermediateSize, hidden, config.MlpBias);
            yield return new ModelPart.RmsNorm($"{layer}.{DecoderNames.AttentionNorm}", hidden, config.NormEps);
            yield return new ModelPart.RmsNorm($"{layer}.{DecoderNames.FeedForwardNorm}", hidden, config.NormEps);
        }

        yield return new ModelPart.RmsNorm(DecoderNames.LastNorm, hidden, config.NormEps);
    }

    /// <summary>What a causal language model has above the last norm: nothing where its head is the table of word embeddings.</summary>
    public static IReadOnlyList<ModelPart> CausalHead(DecoderConfig config) => config.TiesWordEmbeddings ? []
        : [new ModelPart.Linear(DecoderNames.Head, config.HiddenSize, config.VocabularySize, HasBias: false)];

    /// <summary>All parameters of a causal language model.</summary>
    public static IEnumerable<ParameterPlan> Parameters(DecoderConfig config) =>
        Parameters(config.Names, Decoder(config), CausalHead(config));

    private static IEnumerable<ParameterPlan> Parameters(ModelNames names, IEnumerable<ModelPart> stack, IEnumerable<ModelPart> head) =>
        stack.SelectMany(part => part.Parameters).Select(plan => plan with { Name = $"{names.Prefix}.{plan.Name}" })
            .Concat(head.SelectMany(part => part.Parameters));
}

using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// A family of models: how its <c>config.json</c> is read and written, what its modules are, in which order and under which names, and
/// what its checkpoints have besides. A folder holds each, and <see cref="ModelFamilies"/> lists them.
/// </summary>
/// <param name="modelType">Its name in configurations.</param>
/// <param name="className">What the names of its classes in transformers begin with.</param>
internal abstract class ModelFamily(string modelType, string className)
{
    public string ModelType => modelType;

    public string ClassName => className;

    /// <summary>The fields of its <c>config.json</c>.</summary>
    public abstract FieldTable Fields { get; }

    /// <summary>The roles of its modules, by their names: below the layer's path for those of a layer.</summary>
    public abstract IEnumerable<(string Name, TensorRole Role)> Roles { get; }

    public abstract CheckpointNames Names(bool tiesWordEmbeddings);

    /// <summary>The class in transformers of its models of a task.</summary>
    public virtual string ClassOf(ModelTask task) => ClassName + task.ClassSuffix();

    public override string ToString() => ModelType;
}

/// <summary>A family whose configurations are of one kind.</summary>
internal abstract class ModelFamily<TConfig>(string modelType, string className) : ModelFamily(modelType, className)
    where TConfig : TransformerConfig
{
    /// <summary>Below this path and a number are the modules of a layer.</summary>
    protected abstract string Layers { get; }

    public override IEnumerable<(string Name, TensorRole Role)> Roles
    {
        get
        {
            TConfig config = ReadFields(ConfigFields.None);
            // The names of experts have their numbers in them, and are known by what these are of.
            return Below(config).Concat(Layer(config).Where(part => part.Expert is null)).Concat(Above(config)).Concat(Heads(config))
                .Select(part => (part.Name, part.Role));
        }
    }

    /// <summary>Reads a configuration; what it doesn't say is the family's default.</summary>
    /// <exception cref="CheckpointFormatException">A field is wrong, or describes what isn't supported.</exception>
    public TConfig Read(ConfigFields fields)
    {
        fields.Check(Fields);
        return ReadFields(fields);
    }

    /// <summary>The model without its head, without prefix. The order is that in which new values are drawn.</summary>
    public IEnumerable<ModelPart> Stack(TConfig config) => Below(config)
        .Concat(Enumerable.Range(0, config.LayerCount).SelectMany(
            i => Layer(config).Where(part => Has(config, part, i))
                .Select(part => part with { Path = $"{Layers}.{i}.{part.Name}", Layer = i })))
        .Concat(Above(config));

    /// <summary>The parameters of a model with this head, or of the stack alone, with the names of a task model.</summary>
    public IEnumerable<ParameterPlan> Parameters(TConfig config, IEnumerable<ModelPart> head) =>
        Stack(config).SelectMany(part => part.Parameters).Select(plan => plan with { Name = $"{config.Names.Prefix}.{plan.Name}" })
            .Concat(head.SelectMany(part => part.Parameters));

    /// <summary>The family's own fields of a <c>config.json</c>.</summary>
    public abstract void Write(TConfig config, JsonObject root);

    protected abstract TConfig ReadFields(ConfigFields fields);

    /// <summary>What is before the first layer.</summary>
    protected abstract IEnumerable<ModelPart> Below(TConfig config);

    protected abstract IEnumerable<ModelPart> Layer(TConfig config);

    /// <summary>Whether a layer, counted from 0, has a part: not all of a family's layers need to be alike.</summary>
    protected virtual bool Has(TConfig config, ModelPart part, int layer) => true;

    /// <summary>What is after the last layer, and belongs to no head.</summary>
    protected virtual IEnumerable<ModelPart> Above(TConfig config) => [];

    protected abstract IEnumerable<ModelPart> Heads(TConfig config);
}

/// <summary>A family of decoders, in which a token sees those before it and itself.</summary>
internal abstract class DecoderFamily(string modelType, string className) : ModelFamily<DecoderConfig>(modelType, className)
{
    /// <summary>What a causal language model has above the last norm: nothing where its head is the table of word embeddings.</summary>
    public static IReadOnlyList<ModelPart> CausalHead(DecoderConfig config) => config.TiesWordEmbeddings ? []
        : [new ModelPart.Linear(ModuleSlot.HeadOutput, "lm_head", config.HiddenSize, config.VocabularySize, HasBias: false)];

    /// <summary>What a classifier has above the last norm.</summary>
    public static IReadOnlyList<ModelPart> ClassifierHead(DecoderConfig config, int classCount) =>
        [new ModelPart.Linear(ModuleSlot.HeadOutput, "score", config.HiddenSize, classCount, HasBias: false)];

    protected sealed override IEnumerable<ModelPart> Heads(DecoderConfig config) => [.. CausalHead(config), .. ClassifierHead(config, 2)];
}

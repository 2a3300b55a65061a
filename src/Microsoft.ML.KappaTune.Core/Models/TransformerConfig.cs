using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>The architecture of a model: what its <c>config.json</c> says, under one set of names for all families.</summary>
internal abstract record TransformerConfig
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public required int VocabularySize { get; init; }

    /// <summary>Values of a token's state.</summary>
    public required int HiddenSize { get; init; }

    public required int LayerCount { get; init; }

    /// <summary>Heads of attention's queries.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Values between the two halves of a feed-forward network.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>The longest text, special tokens included.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>The share of attention's weights that training drops.</summary>
    public double AttentionDropout { get; init; }

    /// <summary>The standard deviation of new weights.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>How the family's checkpoints name tensors.</summary>
    public abstract CheckpointNames Names { get; }

    /// <summary>The family's name in configurations.</summary>
    public abstract string ModelType { get; }

    /// <summary>Reads the configuration in a checkpoint's folder, or in that of its only file, of whatever family.</summary>
    /// <exception cref="CheckpointFormatException">There is none, or a field is wrong or describes what isn't supported.</exception>
    public static TransformerConfig ReadAny(Checkpoint checkpoint) => ReadAny(ConfigFields.Read(checkpoint));

    /// <exception cref="CheckpointFormatException">A field is wrong, or describes what isn't supported.</exception>
    public static TransformerConfig ReadAny(ConfigFields fields) => ModelFamilies.Require<ModelFamily>(fields) switch
    {
        DecoderFamily family => family.Read(fields),
        var family => ((EncoderFamily)family).Read(fields),
    };

    /// <summary>The parameter of the word embeddings, which every family lists first.</summary>
    public string WordEmbeddings => Parameters([]).First().Name;

    /// <summary>All parameters of a model with this head, or of the stack alone, with the names of a task model.</summary>
    public abstract IEnumerable<ParameterPlan> Parameters(IEnumerable<ModelPart> head);

    /// <summary>What a classifier has above the stack.</summary>
    public abstract IReadOnlyList<ModelPart> ClassifierHead(int classCount);

    /// <summary>A <c>config.json</c> that transformers reads as well.</summary>
    /// <param name="classNames">The classes of a classifier, in the order of its outputs.</param>
    /// <param name="dataType">The type of the stored weights, such as <c>float32</c>.</param>
    public abstract string ToJson(ModelTask task, IReadOnlyList<string>? classNames = null, string dataType = "float32");

    private protected string ToJson<TConfig>(
        ModelFamily<TConfig> family, TConfig config, ModelTask task, IReadOnlyList<string>? classNames, string dataType)
        where TConfig : TransformerConfig
    {
        var root = new JsonObject
        {
            ["architectures"] = new JsonArray(JsonValue.Create(family.ClassOf(task))),
            ["model_type"] = family.ModelType,
            ["vocab_size"] = VocabularySize,
        };
        family.Write(config, root);
        root["torch_dtype"] = dataType;
        if (classNames is not null)
            AddClasses(root, classNames);
        return root.ToJsonString(Indented);
    }

    private static void AddClasses(JsonObject root, IReadOnlyList<string> classNames)
    {
        JsonObject names = [], numbers = [];
        for (int i = 0; i < classNames.Count; i++)
        {
            names[$"{i}"] = classNames[i];
            numbers[classNames[i]] = i;
        }

        root["id2label"] = names;
        root["label2id"] = numbers;
        root["problem_type"] = "single_label_classification";
    }
}

using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>
/// The architecture of a pre-trained encoder of speech: what its <c>config.json</c> says, and an object of <c>fusion.json</c> says again
/// under the same names.
/// </summary>
internal abstract record SpeechEncoderConfig
{
    /// <summary>No network here has more values of a state, or places of a kernel.</summary>
    protected const int Most = 1 << 20;

    protected const string TypeField = "model_type", Other = "Take the configuration from the model's repository.";

    private const string Newer = "Use the version that wrote the model, or a later one.";

    public abstract string ModelType { get; }

    /// <summary>Values of a frame.</summary>
    public abstract int FrameSize { get; }

    /// <summary>The most frames of a row; null for any number.</summary>
    public virtual int? MaximumFrames => null;

    /// <summary>Values of a state.</summary>
    public required int Size { get; init; }

    public required int LayerCount { get; init; }

    public required int HeadCount { get; init; }

    /// <summary>Values between the halves of a feed-forward network.</summary>
    public required int InnerSize { get; init; }

    /// <summary>The name of that network's activation.</summary>
    public required string Activation { get; init; }

    /// <summary>What the encoder's tensors' names may begin with in a checkpoint.</summary>
    public abstract IReadOnlyList<string> Prefixes { get; }

    /// <summary>The fields of <c>config.json</c>.</summary>
    public abstract FieldTable Fields { get; }

    /// <summary>The fields of what says how its frames are made.</summary>
    public abstract FieldTable SoundFields { get; }

    /// <summary>The states that it makes of so many frames.</summary>
    public abstract int StateCount(int frames);

    /// <summary>What encoding so many frames takes of memory, about, in frames of which there are a hundred a second.</summary>
    public virtual long WeightOf(int frames) => frames;

    /// <summary>What it is made of, by the names of its checkpoint below a path.</summary>
    public abstract IEnumerable<ModelPart> Parts(string path);

    public abstract IFrameEncoder NewEncoder(ModuleTree modules);

    /// <summary>Whether a tensor of its checkpoint is of what a whole model has beside the encoder.</summary>
    public abstract bool IsBeside(string tensor);

    /// <summary>Whether a parameter stays as it is where the encoder trains.</summary>
    public virtual bool IsFixed(string parameter) => false;

    /// <summary>How its frames are made.</summary>
    /// <exception cref="CheckpointFormatException">A field is wrong, or asks for what isn't supported.</exception>
    public abstract EncoderSound ReadSound(ConfigFields fields);

    /// <summary>Its fields, as <see cref="Read"/> reads them.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { [TypeField] = ModelType };
        Write(json);
        return json;
    }

    /// <summary>What a <c>config.json</c> says; what it has beside is checked by <see cref="Fields"/>.</summary>
    /// <exception cref="CheckpointFormatException">It is none of such an encoder, or a field is wrong.</exception>
    public static SpeechEncoderConfig Read(ConfigFields fields) => fields.Text(TypeField, null) switch
    {
        WhisperConfig.Type => WhisperConfig.ReadFrom(fields),
        Wav2Vec2Config.Type => Wav2Vec2Config.ReadFrom(fields),
        null => throw fields.Fault(TypeField, "it is missing", Other),
        var type => throw fields.Fault(
            TypeField, $"a model of type {CheckpointFormatException.Printable(type)} is no encoder of speech that is supported",
            $"Take one of type {WhisperConfig.Type} or {Wav2Vec2Config.Type}."),
    };

    /// <summary>What <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="CheckpointFormatException">A field is missing, wrong, or of a later version.</exception>
    public static SpeechEncoderConfig ReadOwn(JsonField section)
    {
        SpeechEncoderConfig config = Read(new ConfigFields(section));
        JsonObject known = config.ToJson();
        foreach ((string name, JsonNode? _) in known)
            section.Get(name);
        return section.Members().FirstOrDefault(member => !known.ContainsKey(member.Name)).Name is { } unknown
            ? throw section.FaultOf(unknown, "this version doesn't know it", Newer)
            : config;
    }

    protected abstract void Write(JsonObject json);

    /// <summary>Checks that the heads divide a state.</summary>
    protected SpeechEncoderConfig Checked(ConfigFields fields, string sizeField) => Size % HeadCount == 0 ? this
        : throw fields.Fault(sizeField, $"it isn't a multiple of its {HeadCount} heads", Other);
}

using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Gemma;

/// <summary>
/// The text models of Gemma 3 (Gemma Team, arXiv:2503.19786): Gemma 2 with norms of each head's queries and keys, and five layers with a
/// window, which have rotary embeddings of their own, for one without.
/// </summary>
internal sealed class Gemma3Family() : GemmaLayout("gemma3_text", "Gemma3")
{
    private const string Pattern = "sliding_window_pattern", LocalBase = "rope_local_base_freq";

    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. HonouredInGemma, .. GemmaScores.Fields, "layer_types", Pattern, $"_{Pattern}", LocalBase],
        Harmless = HarmlessInGemma,
        Refused = RefusedInGemma,
    };

    protected override LlamaDefaults Defaults { get; } = First with
    {
        VocabularySize = 262208,
        HiddenSize = 2304,
        IntermediateSize = 9216,
        LayerCount = 26,
        HeadCount = 8,
        KeyValueHeadCount = 4,
        MaxTokens = 131072,
        RotaryBase = 1e6,
    };

    /// <remarks>Those of models that see images, too, have the short name.</remarks>
    public override string ClassOf(ModelTask task) =>
        task is ModelTask.Encoding or ModelTask.SequenceClassification ? $"{ClassName}Text{task.ClassSuffix()}" : base.ClassOf(task);

    protected override IEnumerable<ModelPart> NormParts(DecoderConfig config) => NormsOnBothSides(config);

    protected override void WriteOwn(DecoderConfig config, JsonObject root)
    {
        GemmaScores.Write(config, root);
        root["layer_types"] = LayerTypes(config);
        root[LocalBase] = config.WindowRotation?.Base ?? config.RotaryBase;
    }

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared)
    {
        int pattern = fields.Count(Pattern, fields.Count($"_{Pattern}", 6));
        DecoderConfig own = GemmaScores.Read(fields, base.ReadOwn(fields, shared), scoreCap: null, logitCap: null) with
        {
            NormalisesHeads = true,
            WindowRotation = shared.WindowRotation ?? new Rotation(fields.Positive(LocalBase, 10000), null),
        };
        return WithWindows(fields, own, GemmaScores.Window(fields), layer => (layer + 1) % pattern != 0);
    }
}

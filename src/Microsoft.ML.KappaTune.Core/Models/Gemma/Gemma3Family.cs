using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Gemma;

/// <summary>
/// The text models of Gemma 3 (Gemma Team, arXiv:2503.19786): Gemma 2 with norms of each head's queries and keys, and five layers with a
/// window, which have rotary embeddings of their own, for one without.
/// </summary>
internal sealed class Gemma3Family() : CappedGemmaLayout("gemma3_text", "Gemma3", scoreCap: null, logitCap: null)
{
    private const string Pattern = "sliding_window_pattern", LocalBase = "rope_local_base_freq";

    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. HonouredInCapped, Pattern, $"_{Pattern}", LocalBase],
        Harmless = HarmlessInGemma,
        Refused = RefusedInGemma,
    };

    protected override LlamaDefaults Defaults { get; } =
        Second with { VocabularySize = 262208, MaxTokens = 131072, RotaryBase = 1e6 };

    /// <remarks>Those of models that see images, too, have the short name.</remarks>
    public override string ClassOf(ModelTask task) =>
        task is ModelTask.Encoding or ModelTask.SequenceClassification ? $"{ClassName}Text{task.ClassSuffix()}" : base.ClassOf(task);

    protected override void WriteOwn(DecoderConfig config, JsonObject root)
    {
        base.WriteOwn(config, root);
        root[LocalBase] = config.WindowRotation?.Base ?? config.RotaryBase;
    }

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared) => base.ReadOwn(fields, shared) with
    {
        NormalisesHeads = true,
        WindowRotation = shared.WindowRotation ?? new Rotation(fields.Positive(LocalBase, 10000), null),
    };

    protected override Func<int, bool> WindowRule(ConfigFields fields)
    {
        int pattern = fields.Count(Pattern, fields.Count($"_{Pattern}", 6));
        return layer => (layer + 1) % pattern != 0;
    }
}

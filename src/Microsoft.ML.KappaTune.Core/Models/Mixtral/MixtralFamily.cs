using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Mixtral;

/// <summary>
/// Mixtral (Jiang et al., arXiv:2401.04088): Mistral's attention below mixtures of experts, in which the weights of a token's experts
/// always sum to 1.
/// </summary>
internal sealed class MixtralFamily() : MixtureLayout("mixtral", "Mixtral", new("block_sparse_moe", "w1", "w3", "w2"))
{
    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. Shared, "sliding_window", LocalCountField, CountField, ChosenField],
        Harmless = HarmlessInMixtures,
        Refused =
        [
            .. RefusedInAll,
            new(
                "router_jitter_noise", "noise in what routers see in training isn't supported", "Set it to 0, which changes no score.",
                "0", "0.0"),
        ],
    };

    protected override LlamaDefaults Defaults { get; } = new()
    {
        IntermediateSize = 14336,
        KeyValueHeadCount = 8,
        MaxTokens = 131072,
        RotaryBase = 1e6,
        NormEps = 1e-5,
    };

    protected override void WriteOwn(DecoderConfig config, JsonObject root)
    {
        root["sliding_window"] = config.SlidingWindow;
        root[LocalCountField] = config.Experts!.Count;
        root[ChosenField] = config.Experts.ChosenCount;
    }

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared)
    {
        (int count, int chosen) = ReadCounts(fields, 8, 2, LocalCountField, CountField);
        return shared with
        {
            SlidingWindow = fields.Has("sliding_window") ? fields.Count("sliding_window") : null,
            Experts = new() { Count = count, ChosenCount = chosen, IntermediateSize = shared.IntermediateSize, Renormalises = true },
        };
    }
}

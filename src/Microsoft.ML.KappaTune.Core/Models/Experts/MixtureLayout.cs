using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>What families of Llama's layout share whose feed-forward networks, or some of them, are mixtures of experts.</summary>
/// <param name="experts">How checkpoints name the mixtures' parts.</param>
internal abstract class MixtureLayout(string modelType, string className, ExpertNames experts) : LlamaLayout(modelType, className)
{
    /// <summary>The fields that say how many experts a layer has, and how many compute for a token.</summary>
    protected const string CountField = "num_experts", LocalCountField = "num_local_experts", ChosenField = "num_experts_per_tok";

    /// <summary>
    /// What changes nothing in any of them: whether a loss that spreads tokens over experts is added is a choice of the task's, not of the
    /// model's.
    /// </summary>
    protected static readonly string[] HarmlessInMixtures = [.. HarmlessInAll, "output_router_logits", "router_aux_loss_coef"];

    public override CheckpointNames Names(bool tiesWordEmbeddings) => base.Names(tiesWordEmbeddings) with { Experts = experts };

    protected override IEnumerable<ModelPart> FeedForwardParts(DecoderConfig config) =>
        [.. experts.Parts(config), .. config.Experts!.DenseLayers.Count > 0 ? base.FeedForwardParts(config) : []];

    protected override bool Has(DecoderConfig config, ModelPart part, int layer) => part.Slot switch
    {
        ModuleSlot.Gate or ModuleSlot.Up or ModuleSlot.Down => IsDense(config, layer) == (part.Expert is null),
        ModuleSlot.Router or ModuleSlot.SharedGate or ModuleSlot.SharedUp or ModuleSlot.SharedDown or ModuleSlot.SharedWeight =>
            !IsDense(config, layer),
        _ => true,
    };

    /// <summary>How many experts a layer has, and how many compute for a token.</summary>
    /// <param name="fields">The configuration.</param>
    /// <param name="count">The first, where the configuration doesn't say.</param>
    /// <param name="chosen">The second.</param>
    /// <param name="countFields">The fields that may say the first.</param>
    /// <exception cref="CheckpointFormatException">More compute for a token than there are, or two fields disagree.</exception>
    protected static (int Count, int Chosen) ReadCounts(ConfigFields fields, int count, int chosen, params string[] countFields)
    {
        string[] given = [.. countFields.Where(fields.Has)];
        string field = given.FirstOrDefault(countFields[0]);
        count = fields.Count(field, count, ExpertConfig.MaximumCount);
        foreach (string other in given.Skip(1))
        {
            if (fields.Count(other, count) != count)
                throw fields.Fault(other, $"it isn't {field}, which is {count}", JsonFile.Remedy);
        }

        chosen = fields.Count(ChosenField, chosen);
        return chosen <= count ? (count, chosen) : throw fields.Fault(
            ChosenField, $"{field} is {count}, so that a token can't have {chosen} experts", JsonFile.Remedy);
    }

    private static bool IsDense(DecoderConfig config, int layer) => config.Experts!.DenseLayers.Contains(layer);
}

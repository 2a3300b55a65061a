using Microsoft.ML.KappaTune.CheckpointData;
using Microsoft.ML.KappaTune.Persistence;

namespace Microsoft.ML.KappaTune.Selections;

/// <summary>Decisions in a model file: the same decisions always give the same bytes.</summary>
internal static class DecisionsPayload
{
    // The number of a name, the expert, the rank and a flag.
    private const int BytesPerDecision = 3 * sizeof(int) + 1;

    public static void Save(IReadOnlyDictionary<MatrixKey, Decision> decisions, ModelSaveContext ctx)
    {
        ctx.Writer.Write(decisions.Count);
        foreach ((MatrixKey key, Decision decision) in decisions.OrderBy(d => d.Key.Name, StringComparer.Ordinal).ThenBy(d => d.Key.Expert))
        {
            ctx.SaveString(key.Name);
            ctx.Writer.Write(key.Expert);
            ctx.Writer.Write(decision.Rank);
            ctx.Writer.Write(decision.IsSelected);
        }
    }

    /// <exception cref="FormatException">The model file is damaged.</exception>
    public static IReadOnlyDictionary<MatrixKey, Decision> Load(ModelLoadContext ctx) => Payload.Read(() =>
    {
        int count = Payload.ReadCount(ctx.Reader, BytesPerDecision);
        var decisions = new Dictionary<MatrixKey, Decision>(count);
        for (int i = 0; i < count; i++)
        {
            var key = new MatrixKey(ctx.LoadString(), ctx.Reader.ReadInt32());
            int rank = ctx.Reader.ReadInt32();
            byte selected = ctx.Reader.ReadByte();
            Payload.Require(key.Expert >= CheckpointColumns.None && rank >= 0 && rank <= count && selected <= 1);
            Payload.Require(decisions.TryAdd(key, new(rank, selected == 1)));
        }

        return decisions;
    });
}

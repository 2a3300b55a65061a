using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

/// <summary>The training data in memory.</summary>
internal sealed class TrainingRows<TLabel>
{
    private TrainingRows()
    {
    }

    public List<VBuffer<float>> Features { get; } = [];

    public List<TLabel> Labels { get; } = [];

    public List<float> Weights { get; } = [];

    public int Count => Labels.Count;

    /// <summary>
    /// Reads all rows but those without a label, without a usable weight or, unless <paramref name="keepMissing"/>, without a feature;
    /// warns of them. A label getter says whether there is one, and which.
    /// </summary>
    public static TrainingRows<TLabel> Read(
        IHost host, IDataView data, string features, string label, string? weight, bool keepMissing,
        Func<DataViewRow, DataViewSchema.Column, Func<(bool, TLabel)>> labelGetter)
    {
        DataViewSchema.Column featureColumn = data.Schema[features], labelColumn = data.Schema[label];
        DataViewSchema.Column? weightColumn = weight is null ? null : data.Schema[weight];
        var rows = new TrainingRows<TLabel>();
        long withoutFeatures = 0, withoutLabel = 0, withoutWeight = 0;

        using (DataViewRowCursor cursor = data.GetRowCursor(new[] { featureColumn, labelColumn, weightColumn ?? labelColumn }.Distinct()))
        {
            ValueGetter<VBuffer<float>> featuresOf = cursor.GetGetter<VBuffer<float>>(featureColumn);
            ValueGetter<float> weightOf = weightColumn is { } column ? cursor.GetGetter<float>(column) : (ref float value) => value = 1;
            Func<(bool Known, TLabel Value)> labelOf = labelGetter(cursor, labelColumn);
            VBuffer<float> buffer = default;
            while (cursor.MoveNext())
            {
                float rowWeight = 0;
                featuresOf(ref buffer);
                weightOf(ref rowWeight);
                (bool known, TLabel rowLabel) = labelOf();
                if (!keepMissing && !IsFinite(buffer.GetValues()))
                    withoutFeatures++;
                else if (!known)
                    withoutLabel++;
                else if (!float.IsFinite(rowWeight) || rowWeight < 0)
                    withoutWeight++;
                else
                    rows.Add(buffer, rowLabel, rowWeight);
            }
        }

        using IChannel channel = host.Start("Training");
        Warn(channel, withoutFeatures, "features");
        Warn(channel, withoutLabel, "labels");
        Warn(channel, withoutWeight, "weights");
        host.Check(rows.Count > 0, "No valid training instances found, all instances have missing features.");
        return rows;
    }

    private void Add(in VBuffer<float> features, TLabel label, float weight)
    {
        float[] values = features.GetValues().ToArray();
        Features.Add(
            features.IsDense ? new(features.Length, values) : new(features.Length, values.Length, values, features.GetIndices().ToArray()));
        Labels.Add(label);
        Weights.Add(weight);
    }

    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
            if (!float.IsFinite(value))
                return false;
        return true;
    }

    private static void Warn(IChannel channel, long count, string what)
    {
        if (count > 0)
            channel.Warning($"Skipped {count} instances with missing {what} during training");
    }
}

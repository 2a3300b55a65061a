using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models.Llama;

/// <summary>The configuration of positions and windows.</summary>
internal abstract partial class LlamaLayout
{
    private const string Full = RotaryScaling.FullAttention, Sliding = RotaryScaling.SlidingAttention,
        PartialFactor = "partial_rotary_factor",
        Trained = "original_max_position_embeddings";

    /// <summary>Which layers have a window: as a list says, or by a rule where there is none.</summary>
    /// <param name="window">The tokens that one sees; null for no window.</param>
    /// <param name="rule">Whether a layer, counted from 0, has it.</param>
    /// <exception cref="CheckpointFormatException">The list is of another length, or has other kinds.</exception>
    protected static DecoderConfig WithWindows(ConfigFields fields, DecoderConfig config, int? window, Func<int, bool> rule)
    {
        const string Types = "layer_types";
        bool[] windows = [.. Enumerable.Range(0, config.LayerCount).Select(i => window is not null && rule(i))];
        if (fields.Texts(Types, config.LayerCount) is { } types)
        {
            if (types.FirstOrDefault(type => type is not (Full or Sliding)) is { } other)
            {
                throw fields.Fault(
                    Types, $"layers of the type \"{CheckpointFormatException.Printable(other)}\" aren't supported",
                    $"Use a model whose layers are of the types {Full} and {Sliding}.");
            }

            windows = [.. types.Select(type => type == Sliding)];
            if (window is null && windows.Contains(true))
                throw fields.Fault(Types, $"it has {Sliding}, but there is no sliding_window", JsonFile.Remedy);
        }

        return !windows.Contains(true) ? config
            : config with { SlidingWindow = window, WindowLayers = windows.Contains(false) ? windows : null };
    }

    protected static JsonArray LayerTypes(DecoderConfig config) =>
        new([.. Enumerable.Range(0, config.LayerCount).Select(i => JsonValue.Create(config.HasWindow(i) ? Sliding : Full))]);

    /// <summary>
    /// Old files have a field for the base and an object for the scaling, new ones an object for both, or one for the layers with a window
    /// and one for the others.
    /// </summary>
    private DecoderConfig WithRotary(ConfigFields fields, DecoderConfig config)
    {
        ConfigFields? parameters = fields.Section("rope_parameters");
        ConfigFields? full = parameters?.Section(Full), windows = parameters?.Section(Sliding);
        bool isByLayer = full is not null || windows is not null;
        ConfigFields? common = isByLayer ? full : parameters ?? fields.Section("rope_scaling");
        int? size = RotatedSize(fields, common, config.HeadSize);
        if (windows is not null && RotatedSize(fields, windows, config.HeadSize) != size)
            throw windows.Fault(PartialFactor, "it isn't that of the other layers", "Use a model that turns as much in all of its layers.");

        double rotaryBase = fields.Positive("rope_theta", Defaults.RotaryBase);
        int trained = fields.Count(Trained, Defaults.TrainedTokens ?? config.MaxTokens);
        Rotation rotation = Read(common, rotaryBase);
        return config with
        {
            RotatedSize = size,
            RotaryBase = rotation.Base,
            RotaryScaling = rotation.Scaling,
            WindowRotation = windows is null ? null : Read(windows, rotaryBase),
            MaxTokens = rotation.Scaling?.LongestText(config.MaxTokens) ?? config.MaxTokens,
        };

        Rotation Read(ConfigFields? section, double byDefault) => section is null ? new(byDefault, null) : new(
            section.Positive("rope_theta", byDefault),
            RotaryScaling.Read(section, config.MaxTokens, trained, size ?? config.HeadSize));
    }

    private static int? RotatedSize(ConfigFields fields, ConfigFields? section, int headSize)
    {
        ConfigFields from = section?.Has(PartialFactor) == true ? section : fields;
        double factor = from.Positive(PartialFactor, 1);
        // A product that is a whole number may come out below it.
        int size = (int)Math.Min(headSize + 1, headSize * factor + 1e-9);
        return size == headSize ? null : size >= 2 && size < headSize && size % 2 == 0 ? size : throw from.Fault(
            PartialFactor, $"of a head's {headSize} values it gives {size} to turn, which aren't pairs of them", JsonFile.Remedy);
    }

    private static void WriteRotary(DecoderConfig config, JsonObject root)
    {
        RotaryScaling? scaling = config.RotaryScaling;
        root["max_position_embeddings"] = scaling?.Positions(config.MaxTokens) ?? config.MaxTokens;
        root["rope_theta"] = config.RotaryBase;
        root["rope_scaling"] = scaling?.ToJson();
        if (scaling is RotaryScaling.LongRopeScaling { TrainedTokens: var trained })
            root[Trained] = trained;
        if (config.RotatedSize is { } size)
            root[PartialFactor] = (double)size / config.HeadSize;
        if (config.WindowRotation is { } windows)
            root["rope_parameters"] = new JsonObject { [Full] = Of(new(config.RotaryBase, scaling)), [Sliding] = Of(windows) };

        static JsonObject Of(Rotation rotation)
        {
            JsonObject json = rotation.Scaling?.ToJson() ?? new() { ["rope_type"] = "default" };
            json["rope_theta"] = rotation.Base;
            if (rotation.Scaling is RotaryScaling.LongRopeScaling { TrainedTokens: var trained })
                json[Trained] = trained;
            return json;
        }
    }
}

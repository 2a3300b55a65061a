using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// Writes a language model with its tokenizer and chat template as one GGUF file, which llama.cpp and the programs made of it run. Names,
/// and the order of rows, are those of llama.cpp's converter.
/// </summary>
internal static class GgufModelWriter
{
    /// <summary>What takes no codes: what is small and matters much.</summary>
    private static readonly string[] KeptWhole = ["ffn_gate_inp", "ffn_gate_inp_shexp", "position_embd"];

    /// <param name="path">The file, which is replaced only when the new one is complete.</param>
    /// <param name="files">The model's tokenizer.</param>
    /// <param name="type">The type of matrices, F32, F16 or Q8_0; where rows aren't whole blocks, 16 bits. Vectors are F32.</param>
    /// <param name="endTokens">The tokens of which each ends a text; null for those of the model's configuration.</param>
    /// <exception cref="CheckpointFormatException">The tokenizer is of a kind that no GGUF file can have.</exception>
    /// <exception cref="NotSupportedException">The model is of a kind that no GGUF file can have.</exception>
    public static void Save(
        string path, CausalLanguageModel model, TokenizerFiles files, GgufType type, IReadOnlyList<int>? endTokens = null)
    {
        DecoderConfig config = model.Decoder.Config;
        (GgufNames names, IReadOnlyList<KeyValuePair<string, object>> metadata) = Describe(config, files, type, endTokens);
        GgufWriter.Write(path, metadata, [.. Sources(model, names, config, type), .. GgufModelMetadata.Factors(config)]);
    }

    /// <summary>Checks by a model's configuration and tokenizer that a GGUF file can have them.</summary>
    /// <inheritdoc cref="Save" path="/exception"/>
    public static void Check(DecoderConfig config, TokenizerFiles files) => Describe(config, files, GgufType.F32, null);

    private static (GgufNames Names, IReadOnlyList<KeyValuePair<string, object>> Metadata) Describe(
        DecoderConfig config, TokenizerFiles files, GgufType type, IReadOnlyList<int>? endTokens)
    {
        JsonObject fields = JsonNode.Parse(config.ToJson(ModelTask.CausalLanguageModeling))!.AsObject();
        (string name, GgufArchitecture architecture) = GgufArchitecture.ForModelType(config.ModelType)
            ?? throw new NotSupportedException($"A model of type {config.ModelType} isn't written as GGUF; save it as a folder.");
        return (architecture.Names,
        [
            .. GgufModelMetadata.Of(name, fields, type),
            .. GgufTokenizerWriter.Metadata(files, config with { EndTokenIds = endTokens ?? config.EndTokenIds }),
        ]);
    }

    private static IEnumerable<GgufSource> Sources(CausalLanguageModel model, GgufNames names, DecoderConfig config, GgufType type)
    {
        var stacks = new Dictionary<string, SortedList<int, Parameter>>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach ((string parameterName, Parameter parameter) in model.named_parameters())
        {
            (string stored, int? expert) = names.StoredName(parameterName)
                ?? throw new NotSupportedException($"The tensor {parameterName} has no name in a GGUF file; save the model as a folder.");
            if (!stacks.TryGetValue(stored, out SortedList<int, Parameter>? parts))
            {
                stacks.Add(stored, parts = []);
                order.Add(stored);
            }

            parts.Add(expert ?? 0, parameter);
        }

        foreach (string stored in order)
            yield return Source(stored, [.. stacks[stored].Values], names, config, type);
    }

    private static GgufSource Source(
        string stored, IReadOnlyList<Parameter> parts, GgufNames names, DecoderConfig config, GgufType type)
    {
        (_, string module, _) = GgufNames.Split(stored);
        bool isStack = module.EndsWith("_exps", StringComparison.Ordinal);
        long[] shape = parts[0].shape;
        GgufLayout layout = names.LayoutOf(stored, shape.Length);
        if (layout == GgufLayout.Transposed)
            shape = [shape[1], shape[0]];
        if (module == "ffn_gate_inp_shexp")
            shape = [shape[1]];
        int heads = GgufNames.IsOfKeys(stored) ? config.KeyValueHeadCount : config.HeadCount;
        GgufType used = shape.Length == 1 || KeptWhole.Contains(module) ? GgufType.F32
            : GgufEncoding.Fits(type, shape[^1]) ? type : GgufType.F16;
        return new(stored, used, isStack ? [parts.Count, .. shape] : shape, stream =>
        {
            foreach (Parameter part in parts)
                Write(stream, part, stored, used, layout, heads);
        });
    }

    private static void Write(Stream stream, Parameter parameter, string stored, GgufType type, GgufLayout layout, int heads)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor values = parameter.detach().to(ScalarType.Float32, CPU);
        long rows = values.shape[0];
        values = layout switch
        {
            GgufLayout.HeadRows => values.view(heads, 2, rows / heads / 2, -1).transpose(1, 2),
            GgufLayout.Transposed => values.t(),
            GgufLayout.PlusOne => values.Plus(1.0),
            _ => values,
        };
        try
        {
            stream.Write(GgufEncoding.Encode(type, values.contiguous().data<float>().ToArray()));
        }
        catch (OverflowException e)
        {
            throw new NotSupportedException($"The tensor {stored} can't be written as {type.Name}: {e.Message} Write F32.", e);
        }
    }
}

using Microsoft.ML.KappaTune.Models.Bert;
using Microsoft.ML.KappaTune.Models.DeepSeek;
using Microsoft.ML.KappaTune.Models.DistilBert;
using Microsoft.ML.KappaTune.Models.Gemma;
using Microsoft.ML.KappaTune.Models.Gpt2;
using Microsoft.ML.KappaTune.Models.Llama;
using Microsoft.ML.KappaTune.Models.Mistral;
using Microsoft.ML.KappaTune.Models.Mixtral;
using Microsoft.ML.KappaTune.Models.Olmoe;
using Microsoft.ML.KappaTune.Models.Phi;
using Microsoft.ML.KappaTune.Models.Qwen;
using Microsoft.ML.KappaTune.Models.Roberta;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>The families that can be loaded.</summary>
internal static class ModelFamilies
{
    public static readonly EncoderFamily Bert = new BertFamily();
    public static readonly EncoderFamily Roberta = new RobertaFamily("roberta", "Roberta", vocabulary: 50265);
    public static readonly EncoderFamily XlmRoberta = new RobertaFamily("xlm-roberta", "XLMRoberta", vocabulary: 30522);
    public static readonly EncoderFamily DistilBert = new DistilBertFamily();
    public static readonly DecoderFamily Llama = new LlamaFamily();
    public static readonly DecoderFamily Mistral = new MistralFamily();
    public static readonly DecoderFamily Qwen2 = new Qwen2Family();
    public static readonly DecoderFamily Qwen3 = new Qwen3Family();
    public static readonly DecoderFamily Gemma = new GemmaFamily();
    public static readonly DecoderFamily Gemma2 = new Gemma2Family();
    public static readonly DecoderFamily Gemma3 = new Gemma3Family();
    public static readonly DecoderFamily Phi3 = new Phi3Family();
    public static readonly DecoderFamily Gpt2 = new Gpt2Family();
    public static readonly DecoderFamily Mixtral = new MixtralFamily();
    public static readonly DecoderFamily Olmoe = new OlmoeFamily();
    public static readonly DecoderFamily Qwen2Moe = new Qwen2MoeFamily();
    public static readonly DecoderFamily Qwen3Moe = new Qwen3MoeFamily();
    public static readonly DecoderFamily DeepSeekV2 = new DeepSeekV2Family();

    public static IReadOnlyList<ModelFamily> All { get; } =
    [
        Bert, Roberta, XlmRoberta, DistilBert, Llama, Mistral, Qwen2, Qwen3, Gemma, Gemma2, Gemma3, Phi3, Gpt2,
        Mixtral, Olmoe, Qwen2Moe, Qwen3Moe, DeepSeekV2,
    ];

    /// <summary>The family of a model's type; null where models of the type can't be computed with.</summary>
    public static ModelFamily? Find(string? modelType) => All.FirstOrDefault(family => family.ModelType == modelType);

    /// <summary>The family that a configuration names.</summary>
    /// <param name="use">What the model is for, in a message: nothing, or words with a space before them.</param>
    /// <exception cref="CheckpointFormatException">It names none, or one that isn't of this kind.</exception>
    public static TFamily Require<TFamily>(ConfigFields fields, string use = "") where TFamily : ModelFamily
    {
        string? type = fields.Text("model_type", null);
        if (Find(type) is TFamily found)
            return found;
        string where = use.Length == 0 && Find(type) is not null ? " here" : use;
        string[] types = [.. All.OfType<TFamily>().Select(family => family.ModelType)];
        string listed = types.Length == 1 ? types[0] : $"{string.Join(", ", types[..^1])} or {types[^1]}";
        string kind = Find(type) switch
        {
            null => "",
            DecoderFamily => "are decoders, which ",
            _ => "are encoders, which ",
        };
        throw fields.Fault(
            "model_type",
            type is null
                ? "it is missing"
                : $"models of type \"{CheckpointFormatException.Printable(type)}\" {kind}aren't supported{where}",
            $"Use a model of type {listed}.");
    }
}

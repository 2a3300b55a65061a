using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Adapters.Lora;
using Microsoft.ML.KappaTune.Tests.Models;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>
/// A small classifier as other programs save it, its scores by loops in float64, and the folder that a test changes a detail of.
/// </summary>
internal sealed class ForeignSample : IDisposable
{
    public static readonly string[] Texts = ["the film was good .", "a bad meal", "we think the book was very strange today"];

    private readonly TemporaryFolder _folder = new();
    private readonly SequenceClassifier _model;

    public ForeignSample(EncoderFamily? family = null, int seed = 1)
    {
        _model = SmallEncoder.Randomised(LoraSample.Model(family, dtype: ScalarType.Float64), seed);
        Base = _folder.File("base");
        Adapter = Directory.CreateDirectory(_folder.File("adapter")).FullName;
        ModelWriter.SaveFolder(Base, _model, ["x", "y", "z"]);
        File.WriteAllText(Path.Combine(Base, "vocab.txt"), string.Concat(TinyModel.Vocabulary.Select(token => token + "\n")));
    }

    public MLContext Context { get; } = new(seed: 1);

    /// <summary>The classifier's folder.</summary>
    public string Base { get; }

    /// <summary>An empty folder.</summary>
    public string Adapter { get; }

    public string BaseFile(string name) => Path.Combine(Base, name);

    public KappaTuneTextClassificationTransformer Load(string? adapter = null) =>
        Context.Model.LoadKappaTuneTextClassification(Base, adapter, device: "cpu");

    public CheckpointFormatException Refused(string? adapter = null) =>
        Assert.Throws<CheckpointFormatException>(() => Load(adapter).Dispose());

    /// <summary>Sets or removes fields of the configuration.</summary>
    public void Configure(params (string Field, string? Json)[] fields) => Configure("config.json", fields);

    public void Configure(string file, params (string Field, string? Json)[] fields)
    {
        string path = Path.Combine(Base, file);
        JsonObject root = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : [];
        foreach ((string field, string? json) in fields)
        {
            root.Remove(field);
            if (json is not null)
                root[field] = JsonNode.Parse(json);
        }

        File.WriteAllText(path, root.ToJsonString());
    }

    /// <summary>Writes the weights again under other names; null leaves one out.</summary>
    public void Rename(Func<string, string?> name) => SafetensorsWriter.Write(
        BaseFile("model.safetensors"),
        [
            .. _model.named_parameters().Select(named => (Name: name(named.name), named.parameter)).Where(named => named.Name is not null)
                .Select(named => LoraSample.Source(named.Name!, named.parameter.shape, LoraSample.Values(named.parameter))),
        ],
        new Dictionary<string, string> { ["format"] = "pt" });

    /// <summary>Adds scale·B·A to the weights that the expected scores come from, and takes over what the adapter has whole.</summary>
    public void Expect(PeftLayout layout, Func<string, double> scale, string prefix = "")
    {
        using var guard = no_grad();
        foreach ((string name, (long[] shape, float[] values)) in layout.Tensors)
        {
            string module = prefix + name["base_model.model.".Length..];
            using Tensor value = tensor(values.Select(x => (double)x).ToArray(), shape);
            if (module.EndsWith(".lora_A.weight", StringComparison.Ordinal))
            {
                module = module[..^".lora_A.weight".Length];
                (long[] wide, float[] columns) = layout.Tensors[name.Replace("lora_A", "lora_B", StringComparison.Ordinal)];
                using Tensor b = tensor(columns.Select(x => x * scale(module)).ToArray(), wide);
                using Tensor product = b.matmul(value);
                _model.get_parameter($"{module}.weight")!.add_(product);
            }
            else if (!module.Contains(".lora_B.", StringComparison.Ordinal))
            {
                _model.get_parameter(module)!.copy_(value);
            }
        }
    }

    /// <summary>The probabilities of the classes of <see cref="Texts"/>, by plain loops.</summary>
    private double[][] Expected(int maxLength)
    {
        var tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(Base, ModelConfig.Read(BaseFile("config.json"))));
        var reference = new ReferenceModel(_model, _model.Encoder.Config);
        return [.. Texts.Select(text =>
        {
            EncodedText encoded = tokenizer.Encode(text, maxLength: maxLength);
            long[] ids = [.. encoded.Ids.Select(id => (long)id)];
            return Softmax(reference.ClassLogits(reference.Encode(ids, new long[ids.Length])));
        })];
    }

    /// <summary>The texts as rows.</summary>
    public IDataView Rows => Context.Data.LoadFromEnumerable(Texts.Select(text => new Row { Sentence1 = text }));

    public void AssertScores(KappaTuneTextClassificationTransformer model, int maxLength = int.MaxValue)
    {
        double[][] expected = Expected(maxLength);
        float[][] scores = [.. model.Transform(Rows).GetColumn<float[]>("Score")];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Length, scores[i].Length);
            Assert.All(expected[i].Zip(scores[i]), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    public static string[] Names(KappaTuneTextClassificationTransformer model, MLContext context)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        model.GetOutputSchema(context.Data.LoadFromEnumerable(new Row[1]).Schema)["PredictedLabel"].GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    private static double[] Softmax(double[] logits)
    {
        double[] powers = [.. logits.Select(logit => Math.Exp(logit - logits.Max()))];
        return [.. powers.Select(power => power / powers.Sum())];
    }

    private sealed class Row
    {
        public string Sentence1 { get; set; } = "";
    }
}

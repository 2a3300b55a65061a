using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Tests;
using Microsoft.ML.KappaTune.Tests.Adapters.Lora;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>An adapter keeps what the folder keeps in which scale·B·A is added to the base model's weights by plain loops.</summary>
public sealed class RetentionOfAdaptersTests : IDisposable
{
    private const int Hidden = 32;
    private const string Query = "encoder.layer.0.attention.self.query";

    private static readonly string[] Modules =
        [Query, "encoder.layer.0.attention.self.value", "encoder.layer.1.attention.self.query", "encoder.layer.1.attention.self.value"];

    private readonly TemporaryFolder _folder = new();
    private readonly string _base, _adapter, _text;

    public RetentionOfAdaptersTests()
    {
        _base = TinyModel.Write(_folder);
        _adapter = Directory.CreateDirectory(_folder.File("adapter")).FullName;
        _text = _folder.Write("control.txt", string.Join(' ', TinyModel.Texts(60, seed: 9).Select(row => row.Text)));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("FEATURE_EXTRACTION", "", null, 2)]
    [InlineData("FEATURE_EXTRACTION", "", $"^{Query}", 4)]
    [InlineData("FEATURE_EXTRACTION", "", $"^bert.{Query}", 2)]
    [InlineData("SEQ_CLS", "bert.", null, 2)]
    [InlineData("SEQ_CLS", "bert.", $"^bert.{Query}", 4)]
    public void An_adapter_keeps_what_its_merged_folder_keeps(string task, string prefix, string? pattern, double scale)
    {
        PeftLayout layout = Layout(task, prefix, Modules);
        if (pattern is not null)
            layout.Config["alpha_pattern"] = $$"""{"{{pattern}}": 32}""";
        AssertSame(layout, Merge(layout, prefix, module => module == Query ? scale : 2));
    }

    [Fact]
    public void Layers_are_those_that_it_names()
    {
        PeftLayout layout = Layout("FEATURE_EXTRACTION", "", Modules[2..]);
        layout.Config["layers_to_transform"] = "[1]";
        layout.Config["layers_pattern"] = "\"layer\"";
        AssertSame(layout, Merge(layout, "", _ => 2));
    }

    /// <summary>Adapters after public reports, and the folders in which numpy merged them.</summary>
    [Theory]
    [InlineData("features")]
    [InlineData("features-caret")]
    [InlineData("features-ltt")]
    [InlineData("seqcls")]
    [InlineData("seqcls-caret")]
    public void A_reported_adapter_keeps_what_its_merged_folder_keeps(string name)
    {
        string folder = Golden.Case("32-retention-of-adapters"), text = Path.Combine(folder, "text.txt");
        double[][] numbers =
            [.. new[] { $"{name}-merged", name }.Select(tuned => Measure(Path.Combine(folder, "base"), Path.Combine(folder, tuned), text))];
        Assert.Equal(numbers[0].Length, numbers[1].Length);
        Assert.All(numbers[0].Zip(numbers[1]), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    private static PeftLayout Layout(string task, string prefix, string[] modules)
    {
        var layout = new PeftLayout { Config = { ["task_type"] = $"\"{task}\"" } };
        layout.Tensors.Clear();
        foreach (string module in modules)
            layout.Add(prefix + module, inputs: Hidden, outputs: Hidden);
        if (task == "SEQ_CLS")
        {
            layout.Set("base_model.model.classifier.weight", 3, Hidden);
            layout.Set("base_model.model.classifier.bias", 3);
        }
        else
        {
            layout.Config["modules_to_save"] = "null";
        }

        return layout;
    }

    /// <summary>Writes the model that base and adapter make.</summary>
    private string Merge(PeftLayout layout, string prefix, Func<string, double> scale)
    {
        string merged = Directory.CreateDirectory(_folder.File("merged")).FullName;
        foreach (string file in (string[])["config.json", "vocab.txt"])
            File.Copy(Path.Combine(_base, file), Path.Combine(merged, file));
        using SafetensorsFile weights = SafetensorsFile.Open(Path.Combine(_base, "model.safetensors"));
        var sources = new List<TensorSource>();
        int found = 0;
        foreach (TensorView view in weights.Tensors)
        {
            var values = new float[view.Shape.Aggregate(1L, (a, b) => a * b)];
            view.Read(0, values.AsSpan());
            string module = Array.Find(Modules, name => view.Name == $"bert.{name}.weight") ?? "";
            if (module.Length > 0 && layout.Tensors.TryGetValue($"base_model.model.{prefix}{module}.lora_A.weight", out var a))
            {
                Add(values, layout.Tensors[$"base_model.model.{prefix}{module}.lora_B.weight"].Values, a.Values, scale(module));
                found++;
            }

            sources.Add(LoraSample.Source(view.Name, [.. view.Shape], values));
        }

        Assert.Equal(layout.Tensors.Keys.Count(name => name.Contains("lora_A", StringComparison.Ordinal)), found);
        SafetensorsWriter.Write(Path.Combine(merged, "model.safetensors"), sources, new Dictionary<string, string> { ["format"] = "pt" });
        return merged;
    }

    private static void Add(float[] weight, float[] b, float[] a, double scale)
    {
        for (int row = 0; row < Hidden; row++)
        {
            for (int column = 0; column < Hidden; column++)
            {
                double sum = 0;
                for (int k = 0; k < PeftLayout.Rank; k++)
                    sum += (double)b[row * PeftLayout.Rank + k] * a[k * Hidden + column];
                weight[row * Hidden + column] += (float)(scale * sum);
            }
        }
    }

    private void AssertSame(PeftLayout layout, string merged)
    {
        layout.Write(_adapter);
        double[] expected = Measure(merged), actual = Measure(_adapter), untouched = Measure(_base);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.Contains(expected.Zip(untouched), pair => Math.Abs(pair.First - pair.Second) > 0.01);
    }

    /// <summary>All numbers that a measurement gives of the tuned model.</summary>
    private double[] Measure(string tuned) => Measure(_base, tuned, _text);

    private double[] Measure(string baseModel, string tuned, string text)
    {
        string json = _folder.File("kept.json");
        (int exitCode, _, string error) = Tool.Run("retention", baseModel, tuned, "--text", text, "--json", json);
        Assert.True(exitCode == ExitCode.Done, error);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(json));
        return [.. Numbers(document.RootElement.GetProperty("texts"))];
    }

    private static IEnumerable<double> Numbers(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => [element.GetDouble()],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Numbers),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Numbers(property.Value)),
        _ => [],
    };
}

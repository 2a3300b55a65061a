using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

/// <summary>Whole GGUF files, written by the gguf library, against what transformers computes with them.</summary>
public sealed class GoldenGgufModelTests
{
    /// <summary>Tokens that greedy generation began with.</summary>
    private const int Prompt = 4;

    public static TheoryData<string> Models => Golden.Files("gguf", "model.gguf");

    [Theory, MemberData(nameof(Models))]
    public void Weights_are_those_of_transformers(string row)
    {
        string path = Golden.Open(row);
        using SafetensorsFile cases = SafetensorsFile.Open(Path.Combine(Path.GetDirectoryName(path)!, "cases.safetensors"));
        using Checkpoint checkpoint = Checkpoint.Open(path);
        int compared = 0;
        const string Prefix = "weight.";
        foreach (TensorView right in cases.Tensors.Where(view => view.Name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            foreach ((string name, long first, long count, long[] shape) in Parts(right))
            {
                LogicalTensor found = checkpoint.Weights.Single(weight => weight.Name == name);
                Assert.Equal(shape, found.Shape);
                float[] expected = new float[count], values = new float[count];
                right.Read(first, expected);
                long half = count / 3;
                found.Read(0, values.AsSpan(0, (int)half));
                found.Read(half, values.AsSpan((int)half));
                for (int i = 0; i < count; i++)
                    Assert.True(Math.Abs(values[i] - expected[i]) <= 1e-6, $"{name}, {i}: {values[i]} instead of {expected[i]}");
                compared++;
            }
        }

        Assert.InRange(compared, 6, int.MaxValue);

        // The fused experts of transformers in memory, one by one: gates and ups one after the other, and downs.
        IEnumerable<(string Name, long First, long Count, long[] Shape)> Parts(TensorView right)
        {
            string name = right.Name[Prefix.Length..];
            if (right.Shape.Count != 3)
                return [(name, 0, right.ElementCount, [.. right.Shape])];
            (long experts, long rows, long columns) = (right.Shape[0], right.Shape[1], right.Shape[2]);
            string[] kinds = name.EndsWith("gate_up_proj", StringComparison.Ordinal) ? ["gate_proj", "up_proj"] : ["down_proj"];
            string list = name[..name.LastIndexOf('.')];
            long each = rows / kinds.Length;
            return
                from expert in Enumerable.Range(0, (int)experts)
                from kind in Enumerable.Range(0, kinds.Length)
                select ($"{list}.{expert}.{kinds[kind]}.weight", (expert * rows + kind * each) * columns, each * columns,
                    new[] { each, columns });
        }
    }

    /// <summary>Of the families that can be computed with; the others are refused by name.</summary>
    [Theory, MemberData(nameof(Models))]
    public void Logits_and_greedy_tokens_are_those_of_transformers(string row)
    {
        string path = Golden.Open(row);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        if (!DecoderConfig.Describes(checkpoint.Config))
        {
            var refusal = Assert.Throws<CheckpointFormatException>(() => CausalLanguageModel.Load(checkpoint));
            Assert.Equal("model_type", refusal.Field);
            return;
        }

        using SafetensorsFile cases = SafetensorsFile.Open(Path.Combine(Path.GetDirectoryName(path)!, "cases.safetensors"));
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        model.eval();
        Assert.InRange(StoredTensors.Difference(model.Logits(Case("input_ids")), Case("logits")), 0, 1e-4);
        Tensor greedy = Case("greedy.ids"), best = model.Logits(greedy).argmax(-1);
        Assert.Equal(greedy[0].data<long>().Skip(Prompt), best[0].data<long>().Skip(Prompt - 1).SkipLast(1));

        Tensor Case(string name) => StoredTensors.Load(cases.Tensors.Single(view => view.Name == name));
    }

    [Theory, MemberData(nameof(Models))]
    public void The_configuration_is_that_of_transformers(string row)
    {
        string path = Golden.Open(row);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        if (!DecoderConfig.Describes(checkpoint.Config))
            return;
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "expected.json")));
        var fields = new ConfigFields(new(path, "", expected.RootElement.GetProperty("config")));
        Assert.Equal(
            DecoderConfig.Read(fields).ToJson(ModelTask.CausalLanguageModeling),
            DecoderConfig.Read(checkpoint).ToJson(ModelTask.CausalLanguageModeling));
    }
}

using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>Models of every family with the outputs of independent implementations.</summary>
public sealed class GoldenModelTests
{
    /// <summary>What float32 loses, and, in float64, what is lost by recording in float32.</summary>
    private static readonly (ScalarType Type, double Tolerance)[] Types = [(ScalarType.Float32, 1e-4), (ScalarType.Float64, 1e-5)];

    /// <summary>Every case of every encoder: the folder's file of cases and what the names of its outputs begin with.</summary>
    public static TheoryData<string, string> HiddenStates => Rows("last_hidden_state");

    public static TheoryData<string, string> Classifiers => Rows("logits", whole: true);

    public static TheoryData<string, string> Poolers => Rows("pooler_output", whole: true);

    public static TheoryData<string, string> LanguageModels => Rows("mlm_logits", whole: true);

    [Theory, MemberData(nameof(HiddenStates))]
    public void Hidden_states_are_the_recorded_ones(string row, string prefix)
    {
        using GoldenCase golden = GoldenCase.Open(row);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor ids = golden["input_ids"];
        bool isMasked = !prefix.StartsWith("no_mask", StringComparison.Ordinal);
        Tensor mask = isMasked ? golden["attention_mask"] : ones_like(ids);
        Tensor? types = prefix == "" ? golden.Find("token_type_ids") : prefix == "segments." ? golden["token_type_ids.segments"] : null;
        // Where the recorded positions aren't those of the text, they are inputs.
        Tensor? positions = prefix == "zero_based." ? golden["position_ids.zero_based"]
            : prefix == "no_mask." ? arange(2, 2 + ids.shape[1], dtype: ScalarType.Int64).expand(ids.shape)
            : null;

        foreach ((ScalarType type, double tolerance) in Types)
        {
            using TextEncoder encoder = TextEncoder.Load(golden.Checkpoint, dtype: type);
            encoder.eval();
            AttentionInput input = encoder.AttentionOf(mask);
            List<Tensor> states = [positions is null ? encoder.Embed(ids, mask, types) : encoder.EmbedAt(ids, positions, types)];
            for (int i = 0; i + 1 < encoder.StageCount; i++)
                states.Add(encoder.Layer(i, states[^1], input));
            Assert.InRange(StoredTensors.Difference(states[^1], golden[$"{prefix}last_hidden_state"], mask), 0, tolerance);
            if (golden.Find($"{prefix}hidden_states") is { } all)
            {
                Assert.Equal(all.shape[0], states.Count);
                for (int i = 0; i < states.Count; i++)
                    Assert.InRange(StoredTensors.Difference(states[i], all[i], mask), 0, tolerance);
            }

            if (positions is null)
                Assert.Equal(0, StoredTensors.Difference(encoder.Encode(ids, mask, types), states[^1]));
        }
    }

    [Theory, MemberData(nameof(Classifiers))]
    public void Class_logits_are_the_recorded_ones(string row, string name)
    {
        using GoldenCase golden = GoldenCase.Open(row);
        Tensor logits = golden[name];
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach ((ScalarType type, double tolerance) in Types)
        {
            using SequenceClassifier model = SequenceClassifier.Load(golden.Checkpoint, (int)logits.shape[1], seed: 1, dtype: type);
            Assert.Empty(model.NewParameters);
            model.eval();
            Tensor actual = model.Classify(golden["input_ids"], golden["attention_mask"], golden.Find("token_type_ids"));
            Assert.InRange(StoredTensors.Difference(actual, logits), 0, tolerance);
        }
    }

    [Theory, MemberData(nameof(Poolers))]
    public void The_pooler_gives_the_recorded_output(string row, string name)
    {
        using GoldenCase golden = GoldenCase.Open(row);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach ((ScalarType type, double tolerance) in Types)
        {
            // The pooler is the encoder's: it stays where a new head is made.
            using SequenceClassifier model = SequenceClassifier.Load(golden.Checkpoint, 7, seed: 1, dtype: type);
            Assert.Equal(["classifier.weight", "classifier.bias"], model.NewParameters);
            model.eval();
            Tensor hidden = model.Encoder.Encode(golden["input_ids"], golden["attention_mask"], golden.Find("token_type_ids"));
            Assert.InRange(StoredTensors.Difference(model.Features(hidden), golden[name]), 0, tolerance);
        }
    }

    [Theory, MemberData(nameof(LanguageModels))]
    public void Token_logits_are_the_recorded_ones(string row, string name)
    {
        using GoldenCase golden = GoldenCase.Open(row);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor mask = golden["attention_mask"];
        foreach ((ScalarType type, double tolerance) in Types)
        {
            using MaskedLanguageModel model = MaskedLanguageModel.Load(golden.Checkpoint, dtype: type);
            model.eval();
            Tensor actual = model.Predict(golden["input_ids"], mask, golden.Find("token_type_ids"));
            Assert.InRange(StoredTensors.Difference(actual, golden[name], mask), 0, tolerance);
        }
    }

    /// <summary>Files of cases of encoders, with every output whose name ends so; only the whole name, if it has no prefix.</summary>
    private static TheoryData<string, string> Rows(string output, bool whole = false)
    {
        var rows = new TheoryData<string, string>();
        foreach (string row in GoldenEncoders.Files("cases.safetensors"))
        {
            if (row.Length == 0)
            {
                rows.Add(row, "");
                continue;
            }

            using SafetensorsFile cases = SafetensorsFile.Open(Path.Combine(Golden.Root!, row));
            foreach (string name in cases.Tensors.Select(t => t.Name).Where(name => name.EndsWith(output, StringComparison.Ordinal)))
            {
                if (!whole || name == output)
                    rows.Add(row, whole ? name : name[..^output.Length]);
            }
        }

        return rows;
    }
}

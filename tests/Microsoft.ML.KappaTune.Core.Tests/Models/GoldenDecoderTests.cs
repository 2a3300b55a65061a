using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>Decoders with the outputs of independent implementations.</summary>
public sealed class GoldenDecoderTests
{
    /// <summary>What float32 loses, and, in float64, what is lost by computing and recording in float32.</summary>
    private static readonly (ScalarType Type, double Tolerance)[] Types = [(ScalarType.Float32, 1e-4), (ScalarType.Float64, 3e-5)];

    /// <summary>Every case of every decoder: the folder's file of cases, and what the names of the case's outputs begin with.</summary>
    public static TheoryData<string, string> Cases
    {
        get
        {
            const string Output = ".logits";
            var rows = new TheoryData<string, string>();
            foreach (string row in Files())
            {
                if (row.Length == 0)
                {
                    rows.Add(row, "");
                    continue;
                }

                using SafetensorsFile cases = SafetensorsFile.Open(Path.Combine(Golden.Root!, row));
                foreach (string name in cases.Tensors.Select(t => t.Name).Where(name => name.EndsWith(Output, StringComparison.Ordinal)))
                    rows.Add(row, name[..^Output.Length]);
            }

            return rows;
        }
    }

    public static TheoryData<string> Models => [.. Files()];

    /// <summary>Those recorded with a completion, and with both spellings of their configuration.</summary>
    public static TheoryData<string> WithCompletion => [.. Files("decoders")];

    public static TheoryData<string> WithBothSpellings =>
        [.. Files("decoders").Where(row => row.Length == 0 || File.Exists(Path.Combine(Golden.Root!, OlderSpelling(row))))];

    [Theory, MemberData(nameof(Cases))]
    public void States_and_logits_are_the_recorded_ones(string row, string prefix)
    {
        using GoldenCase golden = GoldenCase.Open(row);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor ids = golden["input_ids"];
        Tensor? mask = golden.Find($"attention_mask.{prefix}");
        foreach ((ScalarType type, double tolerance) in Types)
        {
            using CausalLanguageModel model = CausalLanguageModel.Load(golden.Checkpoint, dtype: type);
            model.eval();
            Assert.InRange(
                StoredTensors.Difference(model.Logits(ids, mask), golden[$"{prefix}.logits"], TurnedAlike(model, mask)), 0, tolerance);
            if (golden.Find($"{prefix}.hidden_states") is not { } all)
                continue;
            TextDecoder decoder = model.Decoder;
            Tensor seen = mask ?? ones_like(ids);
            AttentionInput input = decoder.AttentionOf(seen);
            List<Tensor> states = [decoder.Embed(ids, seen)];
            for (int i = 0; i + 1 < decoder.StageCount; i++)
                states.Add(decoder.Layer(i, states[^1], input));
            // The last one that was recorded is normalised.
            states[^1] = decoder.Normalise(states[^1]);
            Assert.Equal(all.shape[0], states.Count);
            for (int i = 0; i < states.Count; i++)
                Assert.InRange(StoredTensors.Difference(states[i], all[i], mask), 0, tolerance);
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void Greedy_tokens_and_the_loss_are_the_recorded_ones(string row)
    {
        using GoldenCase golden = GoldenCase.Open(row);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = CausalLanguageModel.Load(golden.Checkpoint);
        model.eval();
        if (golden.Find("greedy.ids") is { } greedy)
            AssertGreedy(model, greedy, ones_like(greedy), given: 4);
        if (golden.Find("greedy_left_padded.ids") is { } padded)
        {
            Tensor mask = ones_like(padded);
            (mask[1, ..2], mask[2, ..3]) = (zeros(2, ScalarType.Int64), zeros(3, ScalarType.Int64));
            AssertGreedy(model, padded, mask, given: 6);
        }

        if (golden.Find("unshifted_labels.loss") is { } loss)
        {
            // The recorded loss is that of each token at its own place; ours is shifted, and so another.
            Tensor ids = golden["input_ids"];
            double same = nn.functional.cross_entropy(model.Logits(ids).flatten(0, 1), ids.flatten()).ToDouble();
            Assert.Equal(loss.item<float>(), same, 1e-4);
            Assert.True(Math.Abs(NextTokens.Loss(model, ids) - same) > 1e-3);
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void A_model_that_is_saved_again_has_the_same_bits(string row)
    {
        using GoldenCase golden = GoldenCase.Open(row);
        using var folder = new TemporaryFolder();
        using (CausalLanguageModel model = CausalLanguageModel.Load(golden.Checkpoint))
            ModelWriter.SaveFolder(folder.Path, model);
        Assert.Equal(
            DecoderConfig.Read(golden.Checkpoint.Path).ToJson(ModelTask.CausalLanguageModeling),
            DecoderConfig.Read(folder.Path).ToJson(ModelTask.CausalLanguageModeling));
        using Checkpoint again = Checkpoint.Open(folder.Path);
        Assert.Equal(golden.Checkpoint.Tensors.Select(t => t.Name).Order(), again.Tensors.Select(t => t.Name).Order());
        foreach (TensorView tensor in golden.Checkpoint.Tensors)
            Assert.Equal(tensor.Bytes(0, (int)tensor.ByteLength), again.Find(tensor.Name)!.Bytes(0, (int)tensor.ByteLength));
    }

    /// <summary>The older spelling of a configuration says the same.</summary>
    [Theory, MemberData(nameof(WithBothSpellings))]
    public void Both_spellings_of_a_configuration_are_one(string row)
    {
        string folder = Path.GetDirectoryName(Golden.Open(row))!;
        Assert.Equal(
            DecoderConfig.Read(Path.Combine(folder, "config.json")).ToJson(ModelTask.CausalLanguageModeling),
            DecoderConfig.Read(Golden.Open(OlderSpelling(row))).ToJson(ModelTask.CausalLanguageModeling));
    }

    private static string OlderSpelling(string row) => Path.Combine(Path.GetDirectoryName(row)!, "config.v4.json");

    /// <summary>The loss of a completion, of which the first five tokens aren't counted.</summary>
    [Theory, MemberData(nameof(WithCompletion))]
    public void The_gradients_of_a_completions_loss_are_the_recorded_ones(string row)
    {
        using GoldenCase golden = GoldenCase.Open(row);
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = CausalLanguageModel.Load(golden.Checkpoint);
        model.eval();
        Tensor ids = golden["input_ids"], labels = golden["completion.labels"];
        long length = ids.shape[1] - 1;
        Tensor loss = nn.functional.cross_entropy(
            model.Logits(ids).narrow(1, 0, length).flatten(0, 1), labels.narrow(1, 1, length).flatten(), ignore_index: -100);
        Assert.Equal(golden["completion.loss"].item<float>(), loss.ToDouble(), 1e-4);
        loss.backward();
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in model.named_parameters())
            Assert.InRange(StoredTensors.Difference(parameter.grad!, GoldenExperts.Of(golden, "grad.", name)), 0, 1e-4);
    }

    private static IEnumerable<string> Files() => Files("models").Concat(Files("decoders")).Distinct();

    private static IEnumerable<string> Files(string folder) =>
        from row in Golden.Files(folder, "cases.safetensors")
        where IsSupported(row.Data)
        select row.Data;

    /// <summary>
    /// Each of the tokens that were chosen is the likeliest after those before it, which are read piece by piece. Where angles depend on
    /// the length, transformers keeps the keys of shorter texts as they were turned, so that its choices aren't those that it makes without
    /// a cache; ours are, and only those for texts as long as the first training's are compared.
    /// </summary>
    private static void AssertGreedy(CausalLanguageModel model, Tensor ids, Tensor mask, long given)
    {
        RotaryScaling? scaling = model.Decoder.Config.RotaryScaling;
        using KeyValueCache cache = model.Decoder.NewCache();
        (long begin, long end) = (0, given);
        for (; end < ids.shape[1] && (scaling?.ClassOf(end) ?? 0) == 0; begin = end, end++)
        {
            Tensor logits = model.Logits(ids.narrow(1, begin, end - begin), mask.narrow(1, 0, end), cache);
            Assert.Equal(ids.select(1, end).data<long>(), logits.select(1, -1).argmax(-1).data<long>());
        }

        Tensor best = model.Logits(ids.narrow(1, 0, begin), mask.narrow(1, 0, begin)).argmax(-1);
        Assert.Equal(
            ids.narrow(1, given, begin - given + 1).contiguous().data<long>(),
            best.narrow(1, given - 1, begin - given + 1).contiguous().data<long>());
    }

    /// <summary>
    /// The tokens whose angles are recorded as ours are. Where these depend on the length, transformers turns all rows of a batch as the
    /// longest; here each is turned as it would be alone.
    /// </summary>
    private static Tensor? TurnedAlike(CausalLanguageModel model, Tensor? mask)
    {
        if (mask is null || model.Decoder.Config.RotaryScaling is not { DependsOnLength: true } scaling)
            return mask;
        long[] classes = [.. mask.sum(1).data<long>().Select(scaling.ClassOf)];
        return mask.mul(tensor(classes.Select(its => its == classes.Max() ? 1L : 0).ToArray()).unsqueeze(1));
    }

    private static bool IsSupported(string row)
    {
        if (row.Length == 0)
            return true;
        string file = Path.Combine(Golden.Root!, row);
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(file)!, "config.json")));
        return ModelFamilies.Find(config.RootElement.GetProperty("model_type").GetString()) is DecoderFamily;
    }
}

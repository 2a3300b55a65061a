using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>A decoder with a head on its last token, as transformers' classes for sequence classification have it.</summary>
public sealed class DecoderClassifierTests : IDisposable
{
    private const int Classes = 3;

    private readonly TemporaryFolder _folder = new();

    /// <summary>Every decoder of which transformers' normalised states were recorded.</summary>
    public static TheoryData<string> Recorded => [.. Golden.Files("decoders", "cases.safetensors").Select(row => row.Data)];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Recorded))]
    public void Logits_are_the_head_s_products_with_the_recorded_state_of_the_last_token(string row)
    {
        using GoldenCase golden = GoldenCase.Open(row);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using ClassifierModel model = ClassifierLoader.Load(golden.Checkpoint, Classes, seed: 1);
        model.eval();
        Assert.Equal(["score.weight"], model.NewParameters);
        Tensor ids = golden["input_ids"], states = golden["no_mask.hidden_states"], head = model.get_parameter("score.weight")!;
        Assert.Equal([Classes, states.shape[^1]], head.shape);
        Tensor last = states[states.shape[0] - 1].select(1, ids.shape[1] - 1); // [B, H]
        Tensor expected = einsum("bh,ch->bc", last, head);
        Assert.InRange(StoredTensors.Difference(model.Classify(ids, ones_like(ids), null), expected), 0, 1e-4);
    }

    [Theory, MemberData(nameof(SmallDecoder.AllVariants), MemberType = typeof(SmallDecoder))]
    public void Padding_on_either_side_changes_nothing(string variant)
    {
        DecoderConfig config = SmallDecoder.Config(variant);
        using ClassifierModel model = SmallEncoder.Randomised(ClassifierLoader.Create(config, Classes, seed: 1, ScalarType.Float64));
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        model.eval();
        foreach (bool left in (bool[])[false, true])
        {
            (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left, 5, 1, 9);
            Tensor together = model.Classify(ids, mask, null);
            for (int text = 0; text < 3; text++)
            {
                long[] tokens = SmallDecoder.Text(ids, mask, text);
                Tensor alone = tensor(tokens, 1, tokens.Length);
                Assert.InRange(
                    StoredTensors.Difference(together[text].unsqueeze(0), model.Classify(alone, ones_like(alone), null)), 0, 1e-9);
            }
        }
    }

    [Fact]
    public void The_last_token_is_the_last_that_isn_t_padding()
    {
        using var scope = NewDisposeScope();
        Tensor states = tensor(Enumerable.Range(0, 24).Select(i => (float)i).ToArray(), [3, 4, 2]);
        Tensor mask = tensor(new long[] { 1, 1, 0, 0, 0, 0, 1, 1, 0, 3, 3, 0 }, 3, 4);
        Assert.Equal([2f, 3, 14, 15, 20, 21], TextPositions.LastStates(states, mask).data<float>());
    }

    [Theory, MemberData(nameof(SmallDecoder.AllVariants), MemberType = typeof(SmallDecoder))]
    public void A_folder_has_transformers_names_and_is_read_again(string variant)
    {
        using ClassifierModel model = ClassifierLoader.Create(SmallDecoder.Config(variant), Classes, seed: 1);
        ModelWriter.SaveFolder(_folder.File("saved"), model, ["a", "b", "c"]);
        using Checkpoint saved = Checkpoint.Open(_folder.File("saved"));
        Assert.EndsWith("ForSequenceClassification", Assert.Single(saved.Config!.Architectures));
        Assert.Equal([Classes, 16L], saved.Tensors.Single(tensor => tensor.Name == "score.weight").Shape);
        Assert.DoesNotContain(saved.Tensors, tensor => tensor.Name is "score.bias" or "lm_head.weight");
        Assert.Equal(["a", "b", "c"], ClassNames.Read(saved.Config, Classes, isAdapters: false));
        using ClassifierModel loaded = ClassifierLoader.Load(saved, Classes, seed: 9);
        Assert.Empty(loaded.NewParameters);
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(SmallDecoder.Config(variant), left: false, 4, 7);
        model.eval();
        loaded.eval();
        using var guard = no_grad();
        Assert.Equal(0, StoredTensors.Difference(model.Classify(ids, mask, null), loaded.Classify(ids, mask, null)));
        // Another number of classes, or another task, begins anew.
        using ClassifierModel other = ClassifierLoader.Load(saved, Classes + 1, seed: 9);
        Assert.Equal(["score.weight"], other.NewParameters);
    }

    [Fact]
    public void Every_parameter_has_a_gradient_and_the_head_is_the_last_stage()
    {
        using ClassifierModel model = SmallEncoder.Randomised(ClassifierLoader.Create(SmallDecoder.Config(), Classes, seed: 1));
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(SmallDecoder.Config(), left: false, 4, 7);
        using Tensor loss = nn.functional.cross_entropy(model.Classify(ids, mask, null), tensor(new long[] { 0, 2 }));
        loss.backward();
        Assert.All(model.named_parameters(), named => Assert.NotEqual(0, named.parameter.grad!.abs().sum().item<float>()));
        Assert.Equal(model.Stack.StageCount, model.StageOf("score.weight"));
        Assert.True(model.LinearLayers.ContainsKey("score"));
    }
}

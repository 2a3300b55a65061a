using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Adapters.Lora;

/// <summary>
/// Classifiers adapted by PEFT: the logits that it recorded, with the adapter beside the model's layers and merged into them.
/// </summary>
public sealed class GoldenAdapterTests
{
    // What float32 loses, and, in float64, what is lost by recording in float32.
    private static readonly (ScalarType Type, double Tolerance)[] Types = [(ScalarType.Float32, 1e-4), (ScalarType.Float64, 1e-5)];

    [Theory]
    [InlineData("bert-tiny-classifier-f16")]
    [InlineData("distilbert-tiny-classifier")]
    public void Class_logits_are_the_recorded_ones(string name)
    {
        string adapter = Golden.Open(Path.Combine("adapters", name, "classifier"));
        using Checkpoint checkpoint = Checkpoint.Open(Golden.Open(Path.Combine("models", name)));
        using SafetensorsFile cases = SafetensorsFile.Open(Path.Combine(adapter, "cases.safetensors"));
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor logits = Case("logits")!, ids = Case("input_ids")!, mask = Case("attention_mask")!;
        Tensor? types = Case("token_type_ids");
        EncoderConfig config = EncoderConfig.Read(checkpoint);
        int classes = CheckpointHead.ClassCount(checkpoint, config, adapter);
        Assert.Equal(logits.shape[1], classes);
        foreach ((ScalarType type, double tolerance) in Types)
        {
            using SequenceClassifier beside = Load(type), merged = Load(type), without = Load(type);
            using (LoraAdapters.Load(beside, adapter))
                Assert.InRange(Difference(beside), 0, tolerance);
            CheckpointHead.Complete(merged, checkpoint, adapter);
            Assert.InRange(Difference(merged), 0, tolerance);
            Assert.True(Difference(without) > 0.1);

            double Difference(SequenceClassifier model) => StoredTensors.Difference(model.Classify(ids, mask, types), logits);
        }

        Tensor? Case(string tensor) =>
            cases.Tensors.FirstOrDefault(view => view.Name == tensor) is { } view ? StoredTensors.Load(view) : null;

        SequenceClassifier Load(ScalarType type)
        {
            SequenceClassifier model = SequenceClassifier.Load(
                checkpoint, classes, seed: 0, config: config, dtype: type, keepHeadParts: true);
            model.eval();
            return model;
        }
    }
}

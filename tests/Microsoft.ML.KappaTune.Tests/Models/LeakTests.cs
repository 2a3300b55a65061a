using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Spectra;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>Counts the process's tensors, so nothing may run beside it.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class LeakTests
{
    [Theory, MemberData(nameof(SmallEncoder.Families), MemberType = typeof(SmallEncoder))]
    public void A_call_leaves_its_result_and_nothing_else(string family)
    {
        EncoderConfig config = SmallEncoder.Config(family, "gelu_new");
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var model = ModelLoader.NewClassifier(config, 3, seed: 1);
        using var language = ModelLoader.NewMaskedLanguageModel(config, seed: 1);
        (Tensor ids, Tensor mask, Tensor types) = SmallEncoder.Batch(config, 7, 3, 1, 10);
        Tensor bias = model.Encoder.AttentionBias(mask), hidden = model.Encoder.Embed(ids, mask, types);
        foreach (bool training in (bool[])[false, true])
        {
            model.train(training);
            language.train(training);
            AssertOne(() => model.Encoder.AttentionBias(mask));
            AssertOne(() => model.Encoder.Embed(ids, mask, types));
            AssertOne(() => model.Encoder.Embed(ids, mask, null));
            AssertOne(() => model.Encoder.Layer(1, hidden, bias));
            AssertOne(() => model.Encoder.Encode(ids, mask, types));
            AssertOne(() => model.Features(hidden));
            AssertOne(() => model.Head(hidden));
            AssertOne(() => model.Classify(ids, mask, types));
            AssertOne(() => language.Head(hidden));
            AssertOne(() => language.Predict(ids, mask, types));
        }

        void AssertOne(Func<Tensor> call)
        {
            // What earlier tests left to the finalizer must not be freed in between.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            int owned = scope.DisposablesCount;
            long before = Tensor.TotalCount;
            Tensor result = call();
            Assert.Equal(before + 1, Tensor.TotalCount);
            Assert.Equal(owned + 1, scope.DisposablesCount);
            result.Dispose();
            Assert.Equal(before, Tensor.TotalCount);
        }
    }
}

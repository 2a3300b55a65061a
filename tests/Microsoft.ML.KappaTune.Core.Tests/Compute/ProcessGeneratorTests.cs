using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using Microsoft.ML.KappaTune.Tests.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Compute;

/// <summary>The process's generator belongs to the program. Other tests draw from it, so these run alone.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class ProcessGeneratorTests : IDisposable
{
    private readonly byte[] _before = State();

    /// <summary>After each test the generator is as it was before.</summary>
    public void Dispose() => Assert.Equal(_before, State());

    [Theory, MemberData(nameof(SmallEncoder.Families), MemberType = typeof(SmallEncoder))]
    public void A_new_classifier_does_not_draw_from_it(string family) =>
        SequenceClassifier.Create(SmallEncoder.Config(family), 3, seed: 7).Dispose();

    [Fact]
    public void Dropout_does_not_draw_from_it()
    {
        using var generator = new DropoutGenerator(7);
        using Tensor input = ones(100);
        using Tensor output = DropoutMask.Apply(input, 0.5);
        Assert.Contains(0f, output.data<float>());
    }

    [Fact]
    public void A_training_with_dropout_does_not_draw_from_it()
    {
        using var tiny = new TinyTask();
        TinyTask.WeightsOf(tiny.Tune());
    }

    private static byte[] State()
    {
        using Tensor state = get_rng_state();
        return state.bytes.ToArray();
    }
}

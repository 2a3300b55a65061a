using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>Copies of what trains.</summary>
public sealed class TrainedWeightsTests
{
    [Theory, InlineData(false), InlineData(true)]
    public void A_copy_holds_all_tensors_that_it_reads(bool isBFloat16)
    {
        using SequenceClassifier model = SequenceClassifier.Create(TinyModel.Config(), 2, seed: 1);
        using var weights = TrainedWeights.CreateForAll(model, isBFloat16);
        // A tensor of no scope and no variable is freed by any collection, also while libtorch copies it.
        long before = DisposeScopeManager.Statistics.CreatedOutsideScopeCount;
        Tensor[] copies = weights.Copy();
        Assert.Equal(before, DisposeScopeManager.Statistics.CreatedOutsideScopeCount);
        using var scope = NewDisposeScope();
        foreach ((TrainedWeight weight, Tensor copy) in weights.All.Zip(copies))
        {
            scope.Attach(copy);
            Assert.Equal(weight.Master.shape, copy.shape);
            Assert.True(copy.eq(weight.Master).all().item<bool>(), weight.Name);
            Assert.False(copy.requires_grad);
        }

        // Copies stay as they are when training goes on.
        using var mode = no_grad();
        weights.All[0].Master.zero_();
        Assert.False(copies[0].eq(weights.All[0].Master).all().item<bool>());
    }
}

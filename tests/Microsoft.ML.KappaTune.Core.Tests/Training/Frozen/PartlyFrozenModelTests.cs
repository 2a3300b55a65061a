using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Training.Frozen;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Training.Frozen;

/// <summary>A model of which a part is frozen.</summary>
public sealed class PartlyFrozenModelTests
{
    [Theory]
    [InlineData("bert.encoder.layer.1.attention.self.query.weight")]
    [InlineData("classifier.weight")]
    public void What_the_head_takes_belongs_to_the_callers_scope_alone(string trained)
    {
        using SequenceClassifier model = SequenceClassifier.Create(TinyModel.Config(), 2, seed: 1);
        var parts = new PartlyFrozenModel(model, [trained]);
        using DisposeScope outer = NewDisposeScope(), scope = NewDisposeScope();
        Tensor ids = ones([1, 4], int64);
        var batch = new TokenBatch([0], ids, ids.ones_like(), Types: null);
        int owned = scope.DisposablesCount;
        Tensor states = parts.RunTrained(batch, parts.RunFrozen(batch), training: false);
        Assert.True(scope.Contains(states));
        Assert.Equal((owned + 1, 0), (scope.DisposablesCount, outer.DisposablesCount));
    }
}

using Microsoft.ML.KappaTune.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>States of some tokens are those that they have among all, and so are the gradients.</summary>
public class EncodeAtTests
{
    [Theory, InlineData("bert", 1), InlineData("bert", 3), InlineData("roberta", 2)]
    public void Some_states_are_those_among_all(string family, int layers)
    {
        using var scope = NewDisposeScope();
        using MaskedLanguageModel model =
            MaskedLanguageModel.Create(TinyModel.Config(SmallEncoder.Family(family), layers: layers), seed: 1);
        model.eval();
        Tensor ids = tensor([2L, 9, 10, 11, 3, 0, 2, 12, 13, 14, 15, 3], [2, 6]);
        Tensor mask = tensor([1L, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1], [2, 6]), types = zeros(2, 6, dtype: int64);
        // Of each text two, one of them twice.
        Tensor places = tensor([1L, 3, 10, 10]);
        Tensor some = model.Encoder.EncodeAt(ids, mask, types, places);
        Assert.Equal([2, 2, 32], some.shape);
        Dictionary<string, Tensor> ofSome = Gradients(model, some);
        Tensor all = model.Encoder.Encode(ids, mask, types).flatten(0, 1).index_select(0, places).view(2, 2, 32);
        Assert.True(all.allclose(some, 1e-5, 1e-6));
        foreach ((string name, Tensor gradient) in Gradients(model, all))
            Assert.True(gradient.allclose(ofSome[name], 1e-4, 1e-5), name);
    }

    private static Dictionary<string, Tensor> Gradients(MaskedLanguageModel model, Tensor states)
    {
        model.zero_grad();
        states.mul(arange(32, dtype: float32).cos()).sum().backward();
        return model.named_parameters().Where(named => named.parameter.grad is not null)
            .ToDictionary(named => named.name, named => named.parameter.grad!.clone());
    }
}

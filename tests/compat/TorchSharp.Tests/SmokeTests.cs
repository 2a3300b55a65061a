using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class SmokeTests
{
    [Fact]
    public void TrainsALine()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        Tensor x = randn(64, 3), w = tensor(new[] { 1f, -2f, 3f }), y = x.mv(w) + 0.5;
        Tensor v = zeros(3, requires_grad: true), b = zeros(1, requires_grad: true);
        for (int i = 0; i < 200; i++)
        {
            Tensor loss = nn.functional.mse_loss(x.matmul(v.unsqueeze(1)).squeeze(1) + b, y);
            loss.backward();
            using (no_grad())
            {
                foreach (Tensor p in new[] { v, b })
                {
                    p.sub_(p.grad! * 0.1);
                    p.grad = null;
                }
            }
        }
        Assert.True(v.detach().allclose(w, atol: 1e-3), v.data<float>().ToArray()[0].ToString());
        Assert.Equal(0.5, b.ToDouble(), 3);
        Assert.Equal(2f, w[TensorIndex.Slice(0, 3, 2)].sum().ToSingle() / 2);
    }
}

using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class ModeTests
{
    [Fact]
    public void NoGradRecordsNothingAndEndsWithItsScope()
    {
        using var _ = NewDisposeScope();
        Tensor x = ones([2], requires_grad: true);
        Assert.True(is_grad_enabled());
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((x * 2).requires_grad);
            using (enable_grad())
                Assert.True((x * 2).requires_grad);
            using (set_grad_enabled(true))
                Assert.True(is_grad_enabled());
            Assert.False(is_grad_enabled());
            x.add_(1);
        }
        Assert.True(is_grad_enabled());
        Assert.True((x * 2).requires_grad);
        Assert.Equal(2, x[0].ToSingle());
    }

    [Fact]
    public void InferenceModeMakesTensorsThatCannotBeRecorded()
    {
        using var _ = NewDisposeScope();
        Tensor x = ones([2], requires_grad: true), y;
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            y = x * 2;
            Assert.False(y.requires_grad);
            using (inference_mode(false))
                Assert.False(is_inference_mode_enabled());
        }
        Assert.False(is_inference_mode_enabled());
        Assert.Contains("Inference tensors cannot be saved for backward", Assert.ThrowsAny<Exception>(() => x * y).Message);
        Assert.Equal(4, y.sum().ToSingle());
    }

    [Fact]
    public void ModesBelongToTheirThread()
    {
        using IDisposable mode = no_grad();
        bool other = false;
        var thread = new Thread(() => other = is_grad_enabled());
        thread.Start();
        thread.Join();
        Assert.True(other);
        Assert.False(is_grad_enabled());
    }

    [Fact]
    public void DisposingAModeTwiceRestoresOnce()
    {
        IDisposable first = no_grad();
        first.Dispose();
        using (no_grad())
        {
            first.Dispose();
            Assert.False(is_grad_enabled());
        }
    }

    [Fact]
    public void ThreadsAndDevicesAnswer()
    {
        int before = get_num_threads();
        Assert.InRange(before, 1, 4096);
        set_num_threads(1);
        Assert.Equal(1, get_num_threads());
        set_num_threads(before);
        Assert.InRange(get_num_interop_threads(), 1, 4096);
        Assert.Equal(cuda.is_available(), cuda.device_count() > 0);
        Assert.Equal(cuda.is_available(), cuda_is_available());
        cuda.manual_seed_all(1);
        if (!cuda.is_available())
            Assert.Contains("CUDA", Assert.ThrowsAny<Exception>(() => cuda.synchronize()).Message);
        Assert.Matches(@"^\d+\.\d+", __version__);
        using (use_deterministic_algorithms())
            Assert.True(are_deterministic_algorithms_enabled());
        Assert.False(are_deterministic_algorithms_enabled());
    }

    [Fact]
    public void OnACudaDeviceTensorsMoveThereAndBack()
    {
        Assert.SkipUnless(cuda.is_available(), "No CUDA device.");
        using var _ = NewDisposeScope();
        Tensor x = arange(6, ScalarType.Float32).reshape(2, 3), there = x.cuda();
        Assert.Equal(DeviceType.CUDA, there.device_type);
        Assert.Throws<InvalidOperationException>(() => there.data<float>());
        Assert.True(there.matmul(there.t()).cpu().allclose(x.matmul(x.t())));
        cuda.synchronize();
        using var generator = new Generator(3, CUDA);
        Assert.True(rand(4, device: CUDA, generator: generator).cpu().max().ToSingle() < 1);
    }
}

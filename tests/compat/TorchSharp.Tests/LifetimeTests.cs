using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class LifetimeTests
{
    [Fact]
    public void WrongShapesInMatmulAreAManagedExceptionWithLibtorchsMessage()
    {
        using Tensor a = ones([2, 3]), b = ones([4, 5]);
        var error = Assert.Throws<ExternalException>(() => a.matmul(b));
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)", error.Message);
    }
}

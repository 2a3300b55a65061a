using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class ErrorTests
{
    public static TheoryData<string, string> Cases => new()
    {
        { "matmul", "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)" },
        { "mm", "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)" },
        { "bmm", "batch1 must be a 3D tensor" },
        { "mv", "size mismatch" },
        { "add", "The size of tensor a (3) must match the size of tensor b (5) at non-singleton dimension 1" },
        { "add_", "The size of tensor a (3) must match the size of tensor b (5) at non-singleton dimension 1" },
        { "view", "shape '[4, 2]' is invalid for input of size 6" },
        { "reshape", "shape '[4, 2]' is invalid for input of size 6" },
        { "expand", "The expanded size of the tensor (4) must match the existing size (3) at non-singleton dimension 1" },
        { "cat", "Sizes of tensors must match except in dimension 0" },
        { "stack", "stack expects each tensor to be equal size" },
        { "index", "index 7 is out of bounds for dimension 0 with size 2" },
        { "index_select", "index out of range in self" },
        { "select", "Dimension out of range (expected to be in range of [-2, 1], but got 5)" },
        { "softmax", "Dimension out of range" },
        { "linear", "mat1 and mat2 shapes cannot be multiplied" },
        { "layer_norm", "Given normalized_shape=[4]" },
        { "cross_entropy", "Expected input batch_size (2) to match target batch_size (3)" },
        { "backward", "grad can be implicitly created only for scalar outputs" },
        { "no graph", "does not require grad and does not have a grad_fn" },
        { "item", "a Tensor with 6 elements cannot be converted to Scalar" },
        { "cholesky", "The factorization could not be completed because the input is not positive-definite" },
        { "inv", "The diagonal element 1 is zero" },
        { "svdvals", "must have at least 2 dimensions" },
        { "requires_grad", "nly Tensors of floating point and complex dtype can require gradients" },
        { "in place", "a leaf Variable that requires grad is being used in an in-place operation" },
        { "einsum", "einsum()" },
        { "dtype", "expected scalar type Float but found Double" },
        { "embedding", "index out of range in self" },
        { "set_state", "RNG state" },
        { "dropout", "dropout probability has to be between 0 and 1" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void LibtorchErrorsAreManagedExceptionsWithItsMessage(string name, string message)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = ones([2, 3]);
        using var generator = new Generator();
        Action action = name switch
        {
            "matmul" => () => a.matmul(a),
            "mm" => () => a.mm(a),
            "bmm" => () => a.bmm(a),
            "mv" => () => a.mv(ones(2)),
            "add" => () => a.add(ones(2, 5)),
            "add_" => () => a.add_(ones(2, 5)),
            "view" => () => a.view(4, 2),
            "reshape" => () => a.reshape(4, 2),
            "expand" => () => a.expand(2, 4),
            "cat" => () => cat([a, ones(2, 5)]),
            "stack" => () => stack([a, ones(2, 5)]),
            "index" => () => _ = a[7],
            "index_select" => () => a.index_select(0, tensor(new long[] { 7 })),
            "select" => () => a.select(5, 0),
            "softmax" => () => a.softmax(5),
            "linear" => () => nn.functional.linear(a, ones(4, 5)),
            "layer_norm" => () => nn.functional.layer_norm(a, [4]),
            "cross_entropy" => () => nn.functional.cross_entropy(a, zeros([3], ScalarType.Int64)),
            "backward" => () => a.requires_grad_().mul(2).backward(),
            "no graph" => () => a.sum().backward(),
            "item" => () => a.ToSingle(),
            "cholesky" => () => linalg.cholesky(zeros(2, 2)),
            "inv" => () => linalg.inv(zeros(2, 2)),
            "svdvals" => () => linalg.svdvals(ones(2)),
            "requires_grad" => () => ones([2], ScalarType.Int64).requires_grad_(),
            "in place" => () => a.requires_grad_().add_(1),
            "einsum" => () => einsum("ij,jk->ik", a, a),
            "dtype" => () => a.matmul(ones([3, 2], ScalarType.Float64)),
            "embedding" => () => nn.functional.embedding(a, tensor(new long[] { 2 })),
            "set_state" => () => generator.set_state(ones([3], ScalarType.Byte)),
            "dropout" => () => nn.functional.dropout(a, 2),
            _ => throw new ArgumentException(name),
        };
        var error = Assert.Throws<ExternalException>(action);
        Assert.Contains(message, error.Message);
        Assert.DoesNotContain("frame #0", error.Message);
    }

    [Fact]
    public void EachThreadHasItsOwnLastError()
    {
        string[] messages = new string[4];
        Thread[] threads = Enumerable.Range(0, 4).Select(i => new Thread(() =>
        {
            for (int round = 0; round < 100; round++)
            {
                using Tensor a = ones([2, 2 + i]);
                messages[i] = Assert.Throws<ExternalException>(() => a.matmul(a)).Message;
                Assert.Contains(i == 0 ? "" : $"(2x{2 + i} and 2x{2 + i})", messages[i]);
            }
        })).ToArray();
        threads = threads[1..];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        for (int i = 1; i < 4; i++)
            Assert.Contains($"(2x{2 + i} and 2x{2 + i})", messages[i]);
    }

    [Fact]
    public void WrongTypesAndSizesOfManagedMemoryAreArgumentErrors()
    {
        using Tensor a = ones(3);
        Assert.Throws<ArgumentException>(() => a.data<double>());
        Assert.Throws<ArgumentException>(() => a[0].item<int>());
        Assert.Throws<ArgumentException>(() => a.item<float>());
        Assert.Throws<ArgumentException>(() => tensor(new float[5], [2, 3]));
        Assert.Throws<ArgumentException>(() => new Device("toaster"));
        Assert.Throws<ArgumentException>(() => new Device("cuda:x"));
        Assert.Throws<NotSupportedException>(() => zeros(2, names: ["N"]));
        Assert.Throws<InvalidOperationException>(() => ones(2, 3).t().bytes.Length);
    }
}

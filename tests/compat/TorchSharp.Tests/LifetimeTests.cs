using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class LifetimeTests
{
    [Fact]
    public void DisposeFreesOnceHoweverOftenItIsCalled()
    {
        long before = LiveTensors.Settled();
        Tensor a = ones(3);
        Assert.Equal(before + 1, Tensor.TotalCount);
        Assert.False(a.IsInvalid);
        a.Dispose();
        a.Dispose();
        Assert.Equal(before, Tensor.TotalCount);
        Assert.True(a.IsInvalid);
    }

    [Fact]
    public void EveryUseAfterDisposeIsAManagedError()
    {
        Tensor gone = ones(3), alive = ones(3);
        gone.Dispose();
        Action[] uses =
        [
            () => gone.add(alive), () => alive.add(gone), () => _ = gone + 1, () => _ = gone.shape, () => _ = gone.dtype,
            () => gone.sum(), () => gone.add_(1), () => _ = gone.bytes, () => gone.data<float>().ToArray(), () => gone.item<float>(),
            () => gone.backward(), () => _ = gone.grad, () => gone.cpu(), () => _ = gone[0], () => _ = alive[gone],
            () => cat([alive, gone]),
            () => gone.ToSingle(), () => gone.Handle.ToString(), () => alive.copy_(gone), () => nn.functional.linear(alive, gone),
        ];
        // ObjectDisposedException is an InvalidOperationException, which the real library throws.
        Assert.All(uses, use => Assert.ThrowsAny<InvalidOperationException>(use));
        Assert.Equal("Disposed tensor", gone.ToString());
        alive.Dispose();
    }

    [Fact]
    public void AScopeDisposesWhatWasMadeInIt()
    {
        long before = LiveTensors.Settled();
        Tensor kept;
        using (DisposeScope scope = NewDisposeScope())
        {
            Assert.Same(scope, CurrentDisposeScope);
            Tensor sum = ones(2) + ones(2);
            (Tensor values, Tensor places) = sum.max(0);
            Assert.Equal(5, scope.DisposablesCount);
            Assert.True(scope.Contains(values));
            places.Dispose();
            Assert.Equal(4, scope.DisposablesCount);
            kept = scope.Detach(sum);
            Assert.False(scope.Contains(kept));
        }
        Assert.Null(CurrentDisposeScope);
        Assert.Equal(before + 1, Tensor.TotalCount);
        Assert.Equal(4, kept.sum().ToSingle());
        kept.Dispose();
    }

    [Fact]
    public void ScopesNestAndMoveOutwards()
    {
        long before = LiveTensors.Settled();
        Tensor inner, detached;
        using (DisposeScope outside = NewDisposeScope())
        {
            using (DisposeScope inside = NewDisposeScope())
            {
                inner = ones(2).MoveToOuterDisposeScope();
                (Tensor a, Tensor b) = inside.MoveToOuter(ones(2), ones(3));
                detached = ones(4).DetachFromDisposeScope();
                Assert.Equal(0, inside.DisposablesCount);
                Assert.Equal(3, outside.DisposablesCount);
                Assert.Equal([2], a.shape);
                Assert.Equal([3], b.shape);
                _ = ones(5);
            }
            Assert.False(inner.IsInvalid);
            Assert.Equal(before + 4, Tensor.TotalCount);
        }
        Assert.True(inner.IsInvalid);
        Assert.Equal(before + 1, Tensor.TotalCount);
        using (NewDisposeScope())
            detached.MoveToOtherDisposeScope(CurrentDisposeScope!);
        Assert.True(detached.IsInvalid);
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void DisposeEverythingButKeepsTheScopeOpen()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = ones(2), b = ones(2), c = ones(2);
        scope.DisposeEverythingBut(b);
        Assert.True(a.IsInvalid && !b.IsInvalid && c.IsInvalid);
        Tensor d = ones(2);
        Assert.Equal(2, scope.DisposablesCount);
        scope.DisposeEverything();
        Assert.True(b.IsInvalid && d.IsInvalid);
        scope.Attach(ones(1).DetachFromDisposeScope());
        Assert.Equal(1, scope.DisposablesCount);
    }

    [Fact]
    public void AScopeOfOneThreadDoesNotSeeAnother()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor? other = null;
        var thread = new Thread(() =>
        {
            Assert.Null(CurrentDisposeScope);
            other = ones(2);
        });
        thread.Start();
        thread.Join();
        Assert.Equal(0, scope.DisposablesCount);
        other!.Dispose();
    }

    [Fact]
    public void WhatNobodyDisposesTheFinalizerFrees()
    {
        long before = LiveTensors.Settled();
        Drop(100);
        Assert.Equal(before, LiveTensors.Settled());
    }

    [Fact]
    public void ARecordedComputationIsFreedAsAWhole()
    {
        long before = LiveTensors.Settled();
        using (NewDisposeScope())
        {
            Tensor x = ones([10], ScalarType.Float64, requires_grad: true), y = x;
            for (int i = 0; i < 1000; i++)
                y = y * 1.001;
            y.sum().backward();
            Assert.Equal(Math.Pow(1.001, 1000), x.grad![0].ToDouble(), 9);
        }
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void LargeTensorsThatNobodyDisposesAreCollectedInTime()
    {
        long before = LiveTensors.Settled();
        // 32 GiB in all: without the collector being told of the bytes, this would stay until memory is out.
        for (int i = 0; i < 2048; i++)
        {
            _ = empty(4 * 1024 * 1024);
            // Starts no collection: only lets finalizers of those that were found keep up on a busy machine.
            if (i % 64 == 0)
                GC.WaitForPendingFinalizers();
        }

        Assert.InRange(Tensor.TotalCount - before, 0, 1024);
        Assert.Equal(before, LiveTensors.Settled());
    }

    [Fact]
    public void TenThreadsMakeUseAndFreeTensors()
    {
        long before = LiveTensors.Settled();
        Tensor shared = arange(100, dtype: ScalarType.Float64);
        Exception? failure = null;
        Thread[] threads = Enumerable.Range(0, 10).Select(number => new Thread(() =>
        {
            try
            {
                for (int round = 0; round < 200; round++)
                {
                    using DisposeScope scope = NewDisposeScope();
                    Tensor mine = shared * number + 1;
                    Assert.Equal(4950.0 * number + 100, mine.sum().ToDouble());
                    Assert.ThrowsAny<Exception>(() => mine.matmul(ones([3, 3], ScalarType.Float64)));
                    if (round % 3 == 0)
                        mine.Dispose();
                    if (round % 5 == 0)
                        _ = scope.Detach(ones(10));
                }
            }
            catch (Exception error)
            {
                failure = error;
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        shared.Dispose();
        Assert.Null(failure);
        Assert.Equal(before, LiveTensors.Settled());
    }

    [Fact]
    public void DisposingWhileAnotherThreadComputesIsSafe()
    {
        for (int round = 0; round < 50; round++)
        {
            Tensor a = ones([100, 100]);
            var user = new Thread(() =>
            {
                try
                {
                    while (true)
                        a.matmul(a).Dispose();
                }
                catch (ObjectDisposedException)
                {
                }
            });
            user.Start();
            a.Dispose();
            user.Join();
        }
    }

    [Fact]
    public void ErrorsLeakNothing()
    {
        Tensor a = ones([2, 3]), b = ones([4, 5]);
        long before = LiveTensors.Settled();
        for (int i = 0; i < 10; i++)
        {
            Assert.ThrowsAny<Exception>(() => a.matmul(b));
            Assert.ThrowsAny<Exception>(() => cat([a, b]));
            Assert.ThrowsAny<Exception>(() => a.split([1, 5]));
        }
        Assert.Equal(before, LiveTensors.Settled());
        a.Dispose();
        b.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(int count)
    {
        for (int i = 0; i < count; i++)
            _ = ones(10) * 2;
    }
}

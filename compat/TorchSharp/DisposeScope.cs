using System.Runtime.CompilerServices;

namespace TorchSharp;

/// <summary>
/// Disposes, when it is disposed, every tensor its thread made meanwhile and that wasn't moved out.
/// Scopes nest; a scope belongs to the thread that opened it. Made by <see cref="torch.NewDisposeScope"/>.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    // Tensors compare by value, a scope holds them by identity.
    private readonly HashSet<IDisposable> _owned = new(ReferenceEqualityComparer.Instance);
    private bool _disposed;

    internal DisposeScope(DisposeScope? outer) => Outer = outer;

    internal DisposeScope? Outer { get; }

    /// <summary>What the scope will dispose.</summary>
    public IReadOnlyList<IDisposable> DisposablesView => _owned.ToList();

    /// <summary>How many things the scope will dispose.</summary>
    public int DisposablesCount => _owned.Count;

    /// <summary>Whether the scope will dispose <paramref name="disposable"/>.</summary>
    public bool Contains(IDisposable disposable) => _owned.Contains(disposable);

    /// <summary>Takes <paramref name="disposable"/> into this scope, out of the one it was in.</summary>
    public void Attach(IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor)
        {
            tensor.OwningDisposeScope?._owned.Remove(tensor);
            tensor.OwningDisposeScope = this;
        }
        _owned.Add(disposable);
    }

    /// <summary>Takes <paramref name="disposables"/> into this scope.</summary>
    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    /// <summary>Takes <paramref name="disposables"/> into this scope, and returns them.</summary>
    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var attached = disposables.ToList();
        attached.ForEach(Attach);
        return attached;
    }

    /// <summary>Takes <paramref name="disposable"/> out of every scope: its owner disposes it, or the finalizer frees it.</summary>
    public T Detach<T>(T disposable) where T : IDisposable
    {
        Forget(disposable);
        return disposable;
    }

    /// <inheritdoc cref="Detach{T}(T)"/>
    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (Detach(first), Detach(second));

    /// <inheritdoc cref="Detach{T}(T)"/>
    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (Detach(first), Detach(second), Detach(third));

    /// <summary>Takes <paramref name="disposables"/> out of every scope.</summary>
    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    /// <summary>Takes <paramref name="disposables"/> out of every scope.</summary>
    public void Detach(IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables)
            Forget(disposable);
    }

    /// <summary>Moves <paramref name="disposable"/> to the scope around this one, or out of every scope where there is none.</summary>
    public T MoveToOuter<T>(T disposable) where T : IDisposable => MoveToOther(Outer!, disposable);

    /// <inheritdoc cref="MoveToOuter{T}(T)"/>
    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (MoveToOuter(first), MoveToOuter(second));

    /// <inheritdoc cref="MoveToOuter{T}(T)"/>
    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (MoveToOuter(first), MoveToOuter(second), MoveToOuter(third));

    /// <summary>Moves <paramref name="disposables"/> to the scope around this one.</summary>
    public void MoveToOuter(params IDisposable[] disposables) => MoveToOuter((IEnumerable<IDisposable>)disposables);

    /// <summary>Moves <paramref name="disposables"/> to the scope around this one.</summary>
    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(Outer!, disposables);

    /// <summary>Moves <paramref name="disposable"/> to another scope; null is no scope.</summary>
    public T MoveToOther<T>(DisposeScope scope, T disposable) where T : IDisposable
    {
        Move(scope, disposable);
        return disposable;
    }

    /// <inheritdoc cref="MoveToOther{T}(DisposeScope, T)"/>
    public (T1 first, T2 second) MoveToOther<T1, T2>(DisposeScope scope, T1 first, T2 second)
        where T1 : IDisposable where T2 : IDisposable =>
        (MoveToOther(scope, first), MoveToOther(scope, second));

    /// <inheritdoc cref="MoveToOther{T}(DisposeScope, T)"/>
    public (T1 first, T2 second, T3 third) MoveToOther<T1, T2, T3>(DisposeScope scope, T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (MoveToOther(scope, first), MoveToOther(scope, second), MoveToOther(scope, third));

    /// <summary>Moves <paramref name="disposables"/> to another scope.</summary>
    public void MoveToOther(DisposeScope scope, params IDisposable[] disposables) =>
        MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    /// <summary>Moves <paramref name="disposables"/> to another scope.</summary>
    public void MoveToOther(DisposeScope scope, IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables)
            Move(scope, disposable);
    }

    /// <summary>Disposes everything in the scope now; the scope stays open.</summary>
    public void DisposeEverything()
    {
        IDisposable[] doomed = [.. _owned];
        _owned.Clear();
        foreach (IDisposable disposable in doomed)
        {
            if (disposable is torch.Tensor tensor)
                tensor.OwningDisposeScope = null;
            disposable.Dispose();
        }
    }

    /// <summary>Disposes everything in the scope but <paramref name="keep"/>.</summary>
    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[keep]);
        return keep;
    }

    /// <inheritdoc cref="DisposeEverythingBut{T}(T)"/>
    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[first, second]);
        return (first, second);
    }

    /// <inheritdoc cref="DisposeEverythingBut{T}(T)"/>
    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        DisposeEverythingBut((IEnumerable<IDisposable>)[first, second, third]);
        return (first, second, third);
    }

    /// <summary>Disposes everything in the scope but <paramref name="keep"/>.</summary>
    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    /// <summary>Disposes everything in the scope but <paramref name="inKeep"/>.</summary>
    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        var keep = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        IDisposable[] doomed = _owned.Where(owned => !keep.Contains(owned)).ToArray();
        foreach (IDisposable disposable in doomed)
        {
            Forget(disposable);
            disposable.Dispose();
        }
    }

    /// <summary>Tells the scope that <paramref name="disposable"/> is disposed already.</summary>
    public void MarkAsDisposed(IDisposable disposable) => Forget(disposable);

    /// <summary>Disposes everything in the scope and closes it. Scopes opened within it on this thread end as well.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        DisposeScopeManager.Close(this);
        DisposeEverything();
    }

    // One overload of Detach or MoveToOther calling another by name would find the one for arrays.
    private void Forget(IDisposable disposable)
    {
        if (_owned.Remove(disposable) && disposable is torch.Tensor tensor)
            tensor.OwningDisposeScope = null;
    }

    private void Move(DisposeScope? scope, IDisposable disposable)
    {
        Forget(disposable);
        scope?.Attach(disposable);
    }
}

namespace Microsoft.ML.KappaTune.Inference;

/// <summary>
/// A model in evaluation mode that any number of threads may use at once; one of them may dispose it meanwhile: the others finish, and
/// the last of them frees it.
/// </summary>
internal sealed class SharedModel<TModule> : IDisposable where TModule : nn.Module
{
    private readonly object _gate = new();
    private readonly TModule _module;
    private int _users;
    private bool _disposed;

    /// <param name="module">The model, disposed with this.</param>
    public SharedModel(TModule module)
    {
        _module = module;
        module.eval();
    }

    /// <summary>Runs something on the model, which isn't freed meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public T Use<T>(Func<TModule, T> action)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, _module);
            _users++;
        }

        try
        {
            return action(_module);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Frees the model, at once or when the last that uses it has finished.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            if (_users > 0)
                return;
        }

        _module.Dispose();
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_users > 0 || !_disposed)
                return;
        }

        _module.Dispose();
    }
}

namespace TorchSharp;

/// <summary>Puts something back when disposed, once.</summary>
internal sealed class Restore(Action action) : IDisposable
{
    private Action? _action = action;

    public void Dispose() => Interlocked.Exchange(ref _action, null)?.Invoke();
}

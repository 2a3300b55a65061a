namespace TorchSharp;

/// <summary>Keeps the open dispose scopes of a thread.</summary>
public class DisposeScopeManager
{
    [ThreadStatic] private static DisposeScopeManager? _threadManager;

    private readonly Stack<DisposeScope> _open = new();

    internal static DisposeScope? Current => _threadManager is { } manager && manager._open.TryPeek(out DisposeScope? scope) ? scope : null;

    internal static DisposeScope Open()
    {
        DisposeScopeManager manager = _threadManager ??= new DisposeScopeManager();
        var scope = new DisposeScope(manager, Current);
        manager._open.Push(scope);
        return scope;
    }

    internal void Close(DisposeScope scope)
    {
        if (!_open.Contains(scope))
            return;
        while (_open.Pop() != scope) ;
    }
}

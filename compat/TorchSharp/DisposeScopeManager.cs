namespace TorchSharp;

/// <summary>Keeps the open dispose scopes of a thread: the innermost, which knows the one around it.</summary>
public class DisposeScopeManager
{
    [ThreadStatic] private static DisposeScope? _current;

    internal static DisposeScope? Current => _current;

    internal static DisposeScope Open() => _current = new DisposeScope(_current);

    /// <summary>Ends a scope and those opened within it; one of another thread stays as it is.</summary>
    internal static void Close(DisposeScope scope)
    {
        for (DisposeScope? open = _current; open is not null; open = open.Outer)
        {
            if (open == scope)
            {
                _current = scope.Outer;
                return;
            }
        }
    }
}

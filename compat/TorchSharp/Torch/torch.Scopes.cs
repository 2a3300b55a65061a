namespace TorchSharp;

public static partial class torch
{
    /// <summary>Opens a scope on this thread that disposes the tensors made until its end.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.Open();

    /// <summary>The innermost open scope of this thread, or null.</summary>
    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.Current;
}

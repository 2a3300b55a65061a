using TorchSharp.Modules;

namespace TorchSharp;

/// <summary>What is done to the gradients of many parameters, in one native call.</summary>
internal static class Gradients
{
    internal static void Zero(IEnumerable<Parameter> parameters, bool set_to_none)
    {
        using var handles = new HandleList(parameters);
        Native.Check(Native.ts_zero_grads(handles.Count, handles.Pointers, set_to_none));
    }
}

using TorchSharp.Utils;

namespace TorchSharp.Modules;

/// <summary>The step that Adam and AdamW share.</summary>
internal static class AdamFamily
{
    /// <summary>Steps a whole group in one native call.</summary>
    internal static void Step(IEnumerable<Parameter> parameters, OrderedDict<nint, OptimizerState> stateByHandle, in Native.AdamStep options)
    {
        using var handles = new HandleList(parameters);
        int count = handles.Count;
        var states = new IAdamState[count];
        StateHandles means = new(count), squares = new(count), maxSquares = new(count);
        long[] steps = new long[count];
        for (int i = 0; i < count; i++)
        {
            IAdamState state = states[i] = (IAdamState)stateByHandle[handles.Pointers[i]];
            means.Read(i, state.Mean);
            squares.Read(i, state.Square);
            maxSquares.Read(i, state.MaxSquare);
            steps[i] = state.Step;
        }

        int succeeded = Native.ts_adam_step(count, handles.Pointers, means.Pointers, squares.Pointers, maxSquares.Pointers, steps, options);
        for (int i = 0; i < count; i++)
        {
            means.KeepIfNew(i, ref states[i].Mean);
            squares.KeepIfNew(i, ref states[i].Square);
            maxSquares.KeepIfNew(i, ref states[i].MaxSquare);
            states[i].Step = steps[i];
        }
        Native.Check(succeeded);
    }
}

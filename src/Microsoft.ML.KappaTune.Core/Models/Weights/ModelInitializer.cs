using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// BERT's initial values, from a generator of its own: drawn in float32 on the CPU in the order of the plans, so that a seed gives
/// the same values whatever the type and the device.
/// </summary>
internal static class ModelInitializer
{
    public static void Fill(IReadOnlyDictionary<string, Parameter> parameters, IEnumerable<ParameterPlan> plans, double range, long seed)
    {
        using var guard = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach (ParameterPlan plan in plans)
            Fill(parameters[plan.Name], plan, range, generator);
    }

    private static void Fill(Parameter parameter, ParameterPlan plan, double range, Generator generator)
    {
        using var scope = NewDisposeScope();
        switch (plan.Initial)
        {
            case InitialValue.Zero: parameter.zero_(); break;
            case InitialValue.One: parameter.FillInPlace(plan.Scale ?? 1); break;
            default:
                parameter.copy_(empty(plan.Shape, dtype: ScalarType.Float32, device: CPU).normal_(0, plan.Scale ?? range, generator));
                break;
        }

        if (plan.ZeroRow is { } row)
            parameter.select(0, row).zero_();
    }
}

using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Models;
using TorchSharp;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>A model that computes in bfloat16 while it trains, and is what it was in float32 afterwards.</summary>
internal static class BFloat16
{
    /// <summary>Rounds all tensors of model and adapters.</summary>
    public static void Convert(nn.Module model, LoraAdapters? adapters) => Convert(model, adapters, bfloat16);

    /// <summary>
    /// Back to float32, without a trace of the rounding: what trained gets its masters' values, everything else that of the base's files.
    /// </summary>
    public static void Undo(TextModel model, LoraAdapters? adapters, Checkpoint checkpoint, TrainedWeights weights)
    {
        using var mode = no_grad();
        Convert(model, adapters, float32);
        Dictionary<string, Parameter> parameters =
            model.named_parameters().ToDictionary(named => named.name, named => named.parameter, StringComparer.Ordinal);
        // Of a tensor that trains in part, the rest is the base's, too.
        HashSet<string> trained = [.. weights.All.Where(weight => weight.Slice.IsWhole).Select(weight => weight.Name)];
        foreach ((string name, LogicalTensor weight) in checkpoint.Weights.SelectMany(model.Names.Parameters))
        {
            // What has no memory is packed: it is made of the base's files in any case.
            if (!trained.Contains(name) && parameters.TryGetValue(name, out Parameter? parameter)
                && parameter.device_type != DeviceType.META)
                TensorReader.Copy(weight, parameter);
        }

        foreach ((string name, Parameter parameter) in adapters?.Parameters ?? [])
            parameters.Add(name, parameter);
        foreach (TrainedWeight one in weights.All)
            one.CopyInto(parameters[one.Slice.Name]);
    }

    private static void Convert(nn.Module model, LoraAdapters? adapters, ScalarType type)
    {
        model.to(type);
        foreach (LowRankAdapter adapter in adapters?.ByModule.Values ?? [])
            adapter.to(type);
    }
}

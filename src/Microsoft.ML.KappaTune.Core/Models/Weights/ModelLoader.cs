using TorchSharp.Modules;
using DeviceType = TorchSharp.DeviceType;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// Makes models of any family and task. A checkpoint is compared with the list of parameters first; memory is taken only if it fits, and
/// filled tensor by tensor. Models are in training mode at first, and all their parameters require gradients.
/// </summary>
internal static class ModelLoader
{
    /// <summary>A model with the checkpoint's tensors.</summary>
    /// <param name="plans">All parameters, with the names of a task model.</param>
    /// <param name="create">Makes the model, its parameters uninitialised.</param>
    /// <param name="added">The parameters that are drawn instead; null for none.</param>
    /// <param name="range">The standard deviation of what is drawn.</param>
    /// <param name="seed">What it is drawn from.</param>
    /// <exception cref="CheckpointFormatException">The tensors don't fit.</exception>
    public static TModel Load<TModel>(
        TensorMatch match, IReadOnlyList<ParameterPlan> plans, Func<TModel> create, IReadOnlySet<string>? added = null, double range = 0,
        long seed = 0)
        where TModel : nn.Module
    {
        ILookup<bool, ParameterPlan> isNew = plans.ToLookup(plan => added?.Contains(plan.Name) == true);
        IReadOnlyDictionary<string, BaseTensor> tensors = match.Require(isNew[false]);
        return Filled(create, (model, parameters) =>
        {
            foreach ((string name, BaseTensor tensor) in tensors)
            {
                // What has no memory stays codes.
                if (parameters[name].device_type == DeviceType.META && model is TextModel whole)
                    whole.LinearLayers[name[..^".weight".Length]].Packed = tensor.Pack(whole.PackedWorkspace);
                else
                    tensor.CopyTo(parameters[name]);
            }

            ModelInitializer.Fill(parameters, isNew[true], range, seed);
        });
    }

    /// <summary>A model all of whose parameters are drawn.</summary>
    public static TModel Create<TModel>(IReadOnlyList<ParameterPlan> plans, double range, long seed, Func<TModel> create)
        where TModel : nn.Module => Filled(create, (_, parameters) => ModelInitializer.Fill(parameters, plans, range, seed));

    private static TModel Filled<TModel>(Func<TModel> create, Action<TModel, Dictionary<string, Parameter>> fill)
        where TModel : nn.Module
    {
        TModel model = create();
        try
        {
            string prefix = model is TransformerStack stack ? $"{stack.Architecture.Names.Prefix}." : "";
            fill(
                model,
                model.named_parameters().ToDictionary(named => prefix + named.name, named => named.parameter, StringComparer.Ordinal));
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}

using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Persistence;

/// <summary>The parameters of a model that were trained, in a file of a model file that holds no others.</summary>
internal static class ChangedWeights
{
    public const string FileName = "changed.safetensors";

    /// <summary>Gives a model that was made of its base the parameters that were trained.</summary>
    /// <param name="folder">The model file's files.</param>
    /// <param name="trained">The names of the parameters.</param>
    /// <exception cref="FormatException">The file has others, or others' shapes.</exception>
    public static void Set(nn.Module module, SpoolFolder folder, IReadOnlyList<string> trained)
    {
        using var file = SafetensorsFile.Open(folder.File(FileName));
        Dictionary<string, Parameter> parameters =
            module.named_parameters().ToDictionary(named => named.name, named => named.parameter, StringComparer.Ordinal);
        Payload.Require(
            file.Tensors.Select(view => view.Name).Order(StringComparer.Ordinal).SequenceEqual(trained.Order(StringComparer.Ordinal)));
        foreach (TensorView view in file.Tensors)
        {
            Payload.Require(parameters.TryGetValue(view.Name, out Parameter? parameter) && parameter.shape.SequenceEqual(view.Shape));
            TensorReader.Copy(view, parameters[view.Name]);
        }
    }
}

using Microsoft.ML.KappaTune.Models;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>
/// A pre-trained encoder of speech in a folder as Hugging Face lays it out, of which only headers were read. What else is in the folder, a
/// decoder or heads, isn't used. Dispose it after its values were copied.
/// </summary>
internal sealed class SpeechEncoderModel : IDisposable
{
    private const string Remedy = $"Check that {ModelConfig.FileName} and weights are of the same model, and that both are complete.";

    private readonly Checkpoint _checkpoint;
    private readonly Dictionary<string, BaseTensor> _tensors;

    private SpeechEncoderModel(
        Checkpoint checkpoint, SpeechEncoderConfig config, EncoderSound sound, Dictionary<string, BaseTensor> tensors) =>
        (_checkpoint, Config, Sound, _tensors) = (checkpoint, config, sound, tensors);

    public SpeechEncoderConfig Config { get; }

    /// <summary>How sound becomes its frames.</summary>
    public EncoderSound Sound { get; }

    /// <summary>What tells it apart from others.</summary>
    public string Identity => $"{ModelFingerprint.Compute(_checkpoint)} {Config.ToJson().ToJsonString()} {Sound.Normalizes}";

    /// <param name="folder">A folder with configuration, weights and what says how frames are made.</param>
    /// <param name="warn">Takes warnings of what isn't known and has no effect.</param>
    /// <exception cref="CheckpointFormatException">It is none, or one that isn't supported.</exception>
    public static SpeechEncoderModel Open(string folder, Action<string>? warn = null)
    {
        Checkpoint checkpoint = Checkpoint.Open(folder);
        try
        {
            var fields = ConfigFields.Read(checkpoint.Folder);
            SpeechEncoderConfig config = SpeechEncoderConfig.Read(fields);
            fields.Check(config.Fields);
            var sound = EncoderSound.Read(checkpoint.Folder, config, warn);
            Dictionary<string, BaseTensor> tensors = Match(checkpoint, config, warn);
            string file = Path.Combine(checkpoint.Folder, ModelConfig.FileName);
            foreach (string unknown in config.Fields.Unknown(JsonFile.ReadObject(file)))
                warn?.Invoke(EncoderSound.Warning(file, unknown));
            return new(checkpoint, config, sound, tensors);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Gives a model's encoder, of this architecture, these weights.</summary>
    /// <param name="model">The model.</param>
    /// <param name="isWanted">Which of its parameters; null for all of the encoder's.</param>
    /// <exception cref="CheckpointFormatException">A value is NaN or infinite, or can't be made.</exception>
    public void CopyTo(nn.Module model, Func<string, bool>? isWanted = null)
    {
        Dictionary<string, Parameter> parameters =
            model.named_parameters().ToDictionary(named => named.name, named => named.parameter, StringComparer.Ordinal);
        foreach ((string name, BaseTensor tensor) in _tensors)
        {
            if (isWanted?.Invoke(name) != false)
                tensor.CopyTo(parameters[name]);
        }
    }

    public void Dispose() => _checkpoint.Dispose();

    /// <summary>The weights by the names of a model's parameters. What is said of them is said before memory is taken.</summary>
    private static Dictionary<string, BaseTensor> Match(Checkpoint checkpoint, SpeechEncoderConfig config, Action<string>? warn)
    {
        var weights = new Dictionary<string, LogicalTensor>(StringComparer.Ordinal);
        foreach (LogicalTensor weight in checkpoint.Weights)
            weights.TryAdd(weight.Name, weight);
        ParameterPlan[] plans =
            [.. config.Parts("").SelectMany(part => part.Parameters).Select(plan => plan with { Name = plan.Name[1..] })];
        string prefix = config.Prefixes.FirstOrDefault(its => weights.ContainsKey(its + plans[0].Name)) ?? config.Prefixes[0];
        var found = new Dictionary<string, BaseTensor>(StringComparer.Ordinal);
        foreach (ParameterPlan plan in plans)
        {
            if (!weights.Remove(prefix + plan.Name, out LogicalTensor? weight))
                throw new CheckpointFormatException(checkpoint.Path, "it is missing", Remedy, prefix + plan.Name);
            if (!weight.Shape.SequenceEqual(plan.Shape))
            {
                throw new CheckpointFormatException(
                    weight.File,
                    $"it is [{string.Join(", ", weight.Shape)}] instead of [{string.Join(", ", plan.Shape)}], as "
                    + $"{ModelConfig.FileName} says",
                    Remedy, weight.Name, "shape");
            }

            if (weight.Encoding is null && weight.DataType > TensorDataType.BFloat16)
                throw new CheckpointFormatException(weight.File, $"it is of type {weight.DataType.Name()}", Remedy, weight.Name, "dtype");
            found.Add(FusionParts.EncoderName(plan.Name), new(weight, PaddingRow: null, ZeroesPadding: false));
        }

        foreach (LogicalTensor other in weights.Values.Where(weight => !config.IsBeside(weight.Name)))
        {
            // It may be a layer that the configuration doesn't count, or a part of one that isn't computed here.
            if (prefix.Length > 0 && other.Name.StartsWith(prefix, StringComparison.Ordinal))
            {
                throw new CheckpointFormatException(
                    other.File, $"an encoder as {ModelConfig.FileName} says has no such tensor", Remedy, other.Name);
            }

            warn?.Invoke(EncoderSound.Warning(other.File, other.Name));
        }

        return found;
    }
}

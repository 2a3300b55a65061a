using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>
/// What was trained beside adapters, as PEFT sorts it: biases of adapted layers, and modules that are saved whole, such as the head.
/// </summary>
internal sealed class TrainedModules
{
    /// <summary>Names of the model's parameters to their names in the file.</summary>
    private readonly SortedDictionary<string, string> _fileNames = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _savedWhole = new(StringComparer.Ordinal);
    private readonly TextModel _model;

    /// <param name="adapted">Paths of the layers with an adapter; their weights aren't counted among the trained.</param>
    /// <param name="trained">Names of the model's parameters.</param>
    /// <exception cref="ArgumentException">A name isn't one of the model's parameters.</exception>
    public TrainedModules(TextModel model, IReadOnlyDictionary<string, LowRankAdapter> adapted, IEnumerable<string> trained)
    {
        _model = model;
        string encoder = model.Names.Prefix;
        string[] all = [.. model.named_parameters().Select(named => named.name)];
        foreach (string name in trained)
        {
            if (!all.Contains(name, StringComparer.Ordinal))
                throw new ArgumentException($"The model has no parameter \"{name}\".", nameof(trained));
            int end = name.LastIndexOf('.');
            string module = name[..end], parameter = name[(end + 1)..], root = name[..name.IndexOf('.')];
            if (!adapted.ContainsKey(module))
                _savedWhole.Add(root == encoder ? module : root);
            else if (parameter == "bias")
                _fileNames[name] = PeftNames.Prefix + module + PeftNames.BaseLayer + parameter;
        }

        HasBiases = _fileNames.Count > 0;
        foreach (string name in all.Where(name => _savedWhole.Any(module => name.StartsWith($"{module}.", StringComparison.Ordinal))))
            _fileNames[name] = PeftNames.Prefix + name;
    }

    /// <summary>Whether biases of adapted layers are among the trained.</summary>
    public bool HasBiases { get; }

    /// <summary>
    /// The modules to save whole, in ordinal order. A head is one, whatever it consists of: PEFT knows it by its first name.
    /// </summary>
    public IReadOnlyCollection<string> SavedWhole => _savedWhole;

    /// <summary>The tensors, in the model's type.</summary>
    public IEnumerable<TensorSource> Sources() =>
        ModelWriter.Sources(_model, _model.Stack.WordEmbeddings.dtype, _fileNames.Keys, _fileNames);
}

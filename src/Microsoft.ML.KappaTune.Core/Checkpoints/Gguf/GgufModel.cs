using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>A GGUF file as a checkpoint: its tensors under transformers' names, with transformers' values, and its configuration.</summary>
internal sealed class GgufModel : IDisposable
{
    private const int MostExperts = 1 << 14;

    private readonly GgufFile _file;
    private readonly GgufSizes _sizes;
    private readonly GgufNames _names;
    private readonly List<TensorView> _stored = [];
    private readonly List<LogicalTensor> _weights = [];

    private GgufModel(GgufFile file)
    {
        _file = file;
        _sizes = new(file);
        GgufArchitecture architecture = GgufArchitecture.Of(file.Metadata);
        _names = architecture.Names;
        Config = ReadConfig(architecture);
        UnknownKeys = architecture.Write is null ? [] : [.. _sizes.UnknownKeys];
        Dictionary<string, (GgufTensor Values, string Both)> pairs = PairsByKeys();
        HashSet<string> values = [.. pairs.Values.Select(pair => pair.Values.Name)];
        foreach (GgufTensor tensor in file.Tensors.Where(tensor => !GgufRotary.IsFactors(tensor.Name) && !values.Contains(tensor.Name)))
        {
            if (pairs.TryGetValue(tensor.Name, out (GgufTensor Values, string Both) pair))
                AddPair(tensor, pair.Values, _names.NameOf(pair.Both));
            else
                Add(tensor);
        }
    }

    public GgufMetadata Metadata => _file.Metadata;

    public ModelConfig Config { get; }

    /// <summary>Keys that would say something of how the model computes, and have no effect here.</summary>
    public IReadOnlyList<string> UnknownKeys { get; }

    /// <summary>What is stored; of codes, their bytes.</summary>
    public IReadOnlyList<TensorView> Stored => _stored;

    /// <summary>The model's weights, in the same order.</summary>
    public IReadOnlyList<LogicalTensor> Weights => _weights;

    /// <exception cref="CheckpointFormatException">The file is missing, unreadable, not a valid GGUF file or no model's.</exception>
    public static GgufModel Open(string path)
    {
        GgufFile file = GgufFile.Open(path);
        try
        {
            return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private ModelConfig ReadConfig(GgufArchitecture architecture)
    {
        var root = new JsonObject { ["model_type"] = architecture.ModelType };
        if (architecture.Write is { } write)
            write(_sizes, root);
        else if (_sizes.FindCount("block_count") is { } layers)
            root["num_hidden_layers"] = layers;
        return ModelConfig.From(new(_file.Path, "", JsonFile.ParseObject(_file.Path, JsonSerializer.SerializeToUtf8Bytes(root))));
    }

    /// <summary>Tensors that are one in transformers, with the name of it, by the name of the one of keys.</summary>
    private Dictionary<string, (GgufTensor Values, string Both)> PairsByKeys()
    {
        var pairs = new Dictionary<string, (GgufTensor, string)>(StringComparer.Ordinal);
        foreach (GgufTensor keys in _file.Tensors)
        {
            if (GgufDeepSeek.PairOf(keys.Name) is var (name, both) && _file.Find(name) is { } values
                && GgufLatentDecoder.Fits(keys, values))
                pairs.TryAdd(keys.Name, (values, both));
        }

        return pairs;
    }

    private void AddPair(GgufTensor keys, GgufTensor values, string name)
    {
        TensorView[] parts = [keys.View(_names.NameOf(keys.Name)), values.View(_names.NameOf(values.Name))];
        _stored.AddRange(parts);
        _weights.Add(LogicalTensor.Decoded(
            name, GgufLatentDecoder.ShapeOf(keys, values), $"{TensorEncodings.Gguf}{keys.Type.Name}", parts,
            new GgufLatentDecoder(keys, values)));
    }

    private void Add(GgufTensor tensor)
    {
        string name = _names.NameOf(tensor.Name);
        if (!name.Contains(GgufNames.Expert, StringComparison.Ordinal))
        {
            Add(tensor, name);
            return;
        }

        if (tensor.Shape.Count != 3 || tensor.Shape[0] > MostExperts)
        {
            throw new CheckpointFormatException(
                _file.Path, $"it isn't a matrix for each of at most {MostExperts} experts", GgufReader.Damaged, tensor.Name, "dimensions");
        }

        for (int expert = 0; expert < tensor.Shape[0]; expert++)
            Add(tensor.Part(expert), name.Replace(GgufNames.Expert, $"{expert}", StringComparison.Ordinal));
    }

    private void Add(GgufTensor tensor, string name)
    {
        GgufLayout layout = _names.LayoutOf(tensor.Name, tensor.Shape.Count);
        int heads = layout == GgufLayout.HeadRows ? HeadsOf(tensor) : 1;
        long[] shape = layout == GgufLayout.Transposed ? [tensor.Shape[1], tensor.Shape[0]] : [.. tensor.Shape];
        // A gate of one output is a vector here, and a matrix of one row in transformers.
        bool isGate = GgufNames.Split(tensor.Name).Module == "ffn_gate_inp_shexp" && shape.Length == 1;
        if (isGate)
            shape = [1, .. shape];
        bool isPlain = layout == GgufLayout.Same && tensor.Type.Decode is null;
        TensorView view = tensor.View(name, isPlain ? shape : null);
        _stored.Add(view);
        _weights.Add(isPlain
            ? LogicalTensor.FromStored(view)
            : LogicalTensor.Decoded(
                name, shape, $"{TensorEncodings.Gguf}{tensor.Type.Name}", [view], new GgufDecoder(tensor, layout, heads)));
    }

    private int HeadsOf(GgufTensor tensor)
    {
        int heads = GgufNames.IsOfKeys(tensor.Name) ? _sizes.KeyValueHeadCount : _sizes.HeadCount;
        return tensor.Shape[0] % (2L * heads) == 0 ? heads : throw new CheckpointFormatException(
            _file.Path, $"its {tensor.Shape[0]} rows aren't those of {heads} heads of two halves", GgufReader.Damaged, tensor.Name,
            "dimensions");
    }
}

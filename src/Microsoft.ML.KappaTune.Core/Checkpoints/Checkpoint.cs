using System.Text.RegularExpressions;
using Microsoft.ML.KappaTune.Checkpoints.Onnx;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// The tensors of a model on disk: a folder in Hugging Face layout, sharded or not, a single safetensors or GGUF file, or an encoder's ONNX
/// model.
/// Opening reads headers only. Safe to read from several threads; dispose it after the last tensor was read.
/// </summary>
internal sealed class Checkpoint : IDisposable
{
    private readonly List<IDisposable> _files = [];
    private readonly List<TensorView> _tensors = [];
    private readonly Dictionary<string, TensorView> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorView> _shared = new(StringComparer.Ordinal);
    private readonly Lazy<IReadOnlyList<LogicalTensor>> _weights;

    private Checkpoint(string path, string place)
    {
        Path = path;
        _weights = new(() => Gguf?.Weights ?? LogicalTensors.Read(this));
        (Folder, File) = Directory.Exists(place)
            ? (place, null)
            : (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(place))!, place);
    }

    /// <summary>The folder or file that was opened, as it was named.</summary>
    public string Path { get; }

    /// <summary>The folder that it is, or lies in.</summary>
    public string Folder { get; }

    /// <summary>Whether models made of it have zeros for the padding token where the tables of embeddings have NaN or infinities.</summary>
    public bool ZeroesPaddingRow { get; private init; }

    /// <summary>The one file that was named; null for a folder.</summary>
    private string? File { get; }

    /// <summary>What the folder's <c>config.json</c> says, or a GGUF file; null where there is none.</summary>
    public ModelConfig? Config { get; private set; }

    /// <summary>The GGUF file, which has configuration and tokenizer in it; null for other checkpoints.</summary>
    public GgufModel? Gguf { get; private set; }

    /// <summary>What is stored, file after file, each from front to back.</summary>
    public IReadOnlyList<TensorView> Tensors => _tensors;

    /// <summary>The weights as a model computes with them, which may be made of several stored tensors, in the same order.</summary>
    /// <exception cref="CheckpointFormatException">The files that say how weights are quantised aren't valid.</exception>
    public IReadOnlyList<LogicalTensor> Weights => _weights.Value;

    /// <summary>
    /// Names of tensors that the files have under another name alone: safetensors writes tensors that share memory once, and the other
    /// names into the metadata.
    /// </summary>
    public IReadOnlyDictionary<string, TensorView> Shared => _shared;

    public TensorView? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>A path that leads there whatever the current folder will be.</summary>
    public static string PlaceOf(string path) => NamedModels.Contain(path) ? path : System.IO.Path.GetFullPath(path);

    /// <param name="path">A folder, a file, or a model's name, such as <see cref="BaseModel.Embedded"/>.</param>
    /// <param name="zeroPaddingRow">What <see cref="ZeroesPaddingRow"/> is.</param>
    /// <exception cref="CheckpointFormatException">There is no checkpoint at the path, or it isn't valid.</exception>
    public static Checkpoint Open(string path, bool zeroPaddingRow = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Checkpoint? checkpoint = null;
        try
        {
            checkpoint = new Checkpoint(path, Locate(path)) { ZeroesPaddingRow = zeroPaddingRow };
            if (checkpoint.File is not { } file)
            {
                checkpoint.OpenFolder();
            }
            else
            {
                if (!System.IO.File.Exists(file))
                    throw HubName.Missing(file);
                if (file.EndsWith(GgufFile.Extension, StringComparison.OrdinalIgnoreCase))
                {
                    checkpoint.Add(GgufModel.Open(file));
                    return checkpoint;
                }

                UnsupportedFormat.Refuse(file);
                checkpoint.Add(SafetensorsFile.Open(file));
            }

            return checkpoint;
        }
        catch (Exception e)
        {
            checkpoint?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw CheckpointFormatException.Unreadable(path, e);
            throw;
        }
    }

    /// <summary>
    /// The folder or file to read: the one at a path, the GGUF file of a folder with no other weights, or what a named model and ONNX
    /// models become in the cache folder.
    /// </summary>
    private static string Locate(string path) =>
        NamedModels.FolderOf(path) is { } folder ? folder
        : Directory.Exists(path)
            ? new CheckpointFolder(path).FindOnnx() is { } onnx ? OnnxFolder.Convert(onnx)
            : new CheckpointFolder(path).FindGguf() ?? path
        : path.EndsWith(OnnxModel.Extension, StringComparison.OrdinalIgnoreCase) ? OnnxFolder.Convert(path)
        : path;

    public void Dispose()
    {
        foreach (IDisposable file in _files)
            file.Dispose();
    }

    private void OpenFolder()
    {
        var folder = new CheckpointFolder(Folder);
        string weights = folder.FindWeights();
        if (folder.Find(ModelConfig.FileName) is { } config)
            Config = ModelConfig.Read(config);
        if (System.IO.Path.GetFileName(weights) == ShardIndex.FileName)
            OpenShards(folder, weights);
        else
            Add(SafetensorsFile.Open(weights));
    }

    private void OpenShards(CheckpointFolder folder, string index)
    {
        IReadOnlyDictionary<string, string> shards = ShardIndex.Read(index);
        foreach (string shard in shards.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            string file = folder.Find(shard) ?? throw new CheckpointFormatException(
                System.IO.Path.Combine(Folder, shard), "this shard of the index is missing", "Download it from the model's repository.");
            Add(SafetensorsFile.Open(file));
        }

        foreach ((string tensor, string shard) in shards)
        {
            // A tensor that no index lists is still there: it was added with its shard.
            if (System.IO.Path.GetFileName(Find(tensor)?.File) != shard)
            {
                throw new CheckpointFormatException(
                    index, $"it isn't in the shard {shard}, where the index says it is", SafetensorsFile.Damaged, tensor, "weight_map");
            }
        }
    }

    private void Add(GgufModel model)
    {
        _files.Add(model);
        (Gguf, Config) = (model, model.Config);
        foreach (TensorView tensor in model.Stored)
        {
            if (!_byName.TryAdd(tensor.Name, tensor))
                throw new CheckpointFormatException(tensor.File, "two tensors have this name", GgufReader.Damaged, tensor.Name);
            _tensors.Add(tensor);
        }
    }

    private void Add(SafetensorsFile file)
    {
        _files.Add(file);
        foreach (TensorView tensor in file.Tensors)
        {
            if (!_byName.TryAdd(tensor.Name, tensor))
            {
                string other = _byName[tensor.Name].File;
                throw new CheckpointFormatException(file.Path, $"it is in {other} as well", SafetensorsFile.Damaged, tensor.Name);
            }

            _tensors.Add(tensor);
        }

        foreach ((string removed, string kept) in file.Metadata)
        {
            if (Find(kept) is { } tensor && tensor.File == file.Path)
                _shared.TryAdd(removed, tensor);
        }
    }
}

/// <summary>A model's name on the Hugging Face hub, which people give where a path is wanted.</summary>
internal static partial class HubName
{
    /// <summary>There is nothing at a path, which may be a name that Python's libraries would download.</summary>
    public static CheckpointFormatException Missing(string path) => new(
        path, "there is no such file or folder",
        IsOne(path)
            ? NamedModels.HintFor(path) ?? "A base model is a folder on this machine; nothing is downloaded. With Python: "
                + $"from huggingface_hub import snapshot_download; snapshot_download(\"{path}\", local_dir=\"{path}\")"
            : "Check the path.");

    /// <summary>Whether it reads like NAME or OWNER/NAME, not as a file of weights, and doesn't begin with a folder that is here.</summary>
    private static bool IsOne(string path) =>
        Pattern().IsMatch(path) && !path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
        && UnsupportedFormat.RemedyFor(path) is null
        && !(path.Contains('/') && Directory.Exists(path[..path.IndexOf('/')]));

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)?\z")]
    private static partial Regex Pattern();
}

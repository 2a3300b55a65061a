using System.Security.Cryptography;

namespace Microsoft.ML.KappaTune.Checkpoints.Onnx;

/// <summary>
/// An ONNX model with its configuration and its tokenizer, as a folder in Hugging Face layout below the user's cache folder. It is
/// converted once: the folder's name is the hash of all that it is made from.
/// </summary>
internal static class OnnxFolder
{
    /// <summary>Changes when the same files are converted otherwise.</summary>
    private const string Version = "1";

    private static readonly string[] Companions =
    [
        ModelConfig.FileName, "vocab.txt", "vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
        "added_tokens.json", "sentencepiece.bpe.model", "spiece.model", "tokenizer.model", "modules.json", "sentence_bert_config.json",
        "config_sentence_transformers.json",
        "1_Pooling/config.json",
    ];

    /// <summary>The folder that a model's file is converted to.</summary>
    /// <param name="file">The model. The hub keeps it in a folder <c>onnx</c> below the one with the other files.</param>
    /// <exception cref="CheckpointFormatException">It can't be read, isn't an encoder's graph, or the folder can't be written.</exception>
    public static string Convert(string file)
    {
        OnnxModel model = OnnxModel.Read(file);
        CheckpointFolder folder = new(FolderOf(file));
        (string Name, string Path)[] companions =
            [.. from one in Companions let path = folder.Find(one) where path is not null select (one, path)];
        string name = HashOf([("", file), .. model.ExternalFiles().Select(one => ("", one)), .. companions]);
        return CachedFolder.Obtain(file, CachedFolder.Caches, name, FolderSeal.IsIntact, target =>
        {
            Write(model, companions.Any(one => one.Name == ModelConfig.FileName) ? null : OnnxConfig.Derive, target);
            foreach ((string companion, string path) in companions)
            {
                string copy = Path.Combine(target, companion);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(path, copy);
            }

            FolderSeal.Write(target);
        });
    }

    /// <summary>Writes a model's weights, and the configuration where one is made.</summary>
    public static void Write(OnnxModel model, Func<OnnxParameters, string>? config, string folder)
    {
        OnnxParameters parameters = OnnxEncoder.Read(model);
        if (config is not null)
            File.WriteAllText(Path.Combine(folder, ModelConfig.FileName), config(parameters));
        parameters.Write(Path.Combine(folder, CheckpointFolder.SingleFile));
    }

    private static string FolderOf(string file)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        bool isBelow = Path.GetFileName(folder) == "onnx" && !File.Exists(Path.Combine(folder, ModelConfig.FileName));
        return isBelow ? Path.GetDirectoryName(folder)! : folder;
    }

    private static string HashOf(IEnumerable<(string Name, string Path)> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Version));
        foreach ((string name, string path) in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{name}\n"));
            hash.AppendData(FileHash.Compute(path));
        }

        return System.Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 16));
    }
}

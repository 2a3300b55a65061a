namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>Model files that aren't safetensors: recognised, so that the message can say what to do instead.</summary>
internal static class ForeignFormat
{
    private const string FromPickle =
        "Weights are read from safetensors only, because a pickle file can run code when it is opened: "
        + "in Python, load the model and call model.save_pretrained(folder, safe_serialization=True).";

    private const string FromGguf =
        "GGUF weights are quantised for inference: take the original safetensors checkpoint of the model.";

    private const string FromOther = "Convert it to safetensors, or take the model's safetensors checkpoint.";

    private static readonly Dictionary<string, string> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".bin"] = FromPickle,
        [".pt"] = FromPickle,
        [".pth"] = FromPickle,
        [".ckpt"] = FromPickle,
        [".pkl"] = FromPickle,
        [".gguf"] = FromGguf,
        [".ggml"] = FromGguf,
        [".h5"] = FromOther,
        [".msgpack"] = FromOther,
        [".npz"] = FromOther,
        [".onnx"] = FromOther,
    };

    /// <summary>What to do instead with a file of this name; null where the extension says nothing.</summary>
    public static string? RemedyFor(string path) => ByExtension.GetValueOrDefault(Path.GetExtension(path));

    /// <summary>What to do instead with a file that begins like this; null where that says nothing.</summary>
    public static string? RemedyFor(ReadOnlySpan<byte> start) =>
        start.StartsWith("GGUF"u8) ? FromGguf
        : start.StartsWith("PK\x03\x04"u8) || start.StartsWith((ReadOnlySpan<byte>)[0x80, 0x02]) ? FromPickle
        : start.StartsWith("version "u8) ? "This is a Git LFS pointer, not the file itself: run \"git lfs pull\" in the repository."
        : null;

    /// <exception cref="CheckpointFormatException">The extension is that of another format.</exception>
    public static void Refuse(string path)
    {
        if (RemedyFor(path) is { } remedy)
            throw new CheckpointFormatException(path, $"{Path.GetExtension(path)} files aren't read", remedy);
    }
}

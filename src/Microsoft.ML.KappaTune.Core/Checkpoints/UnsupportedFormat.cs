using System.Buffers;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>Model files that aren't read: recognised, so that the message can say what to do instead.</summary>
internal static class UnsupportedFormat
{
    private const string FromPickle =
        "Weights are read from safetensors only, because a pickle file can run code when it is opened: "
        + "in Python, load the model and call model.save_pretrained(folder, safe_serialization=True).";

    private const string FromGguf = "Of a folder with several GGUF files, name one; the name of a GGUF file must end with .gguf.";

    private const string FromGgml = "GGML files are older than GGUF and aren't read: take the model's GGUF file or safetensors checkpoint.";

    private const string FromTorchSharp =
        "This is what TorchSharp's own Module.save writes: in the program that wrote it, load the module and save its tensors as "
        + "safetensors (save_safetensors of the package TorchSharp.PyBridge), and name that file.";

    private const string FromJson =
        "This is JSON, which holds no weights: name a folder in Hugging Face layout, or a .safetensors, .gguf or .onnx file.";

    private const string FromSaved =
        "A saved model is no checkpoint: name the folder of its base model, or a .safetensors, .gguf or .onnx file.";

    private const string FromOther = "Convert it to safetensors, or take the model's safetensors checkpoint.";

    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_."u8);

    private static readonly Dictionary<string, string> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".bin"] = FromPickle,
        [".pt"] = FromPickle,
        [".pth"] = FromPickle,
        [".ckpt"] = FromPickle,
        [".pkl"] = FromPickle,
        [".dat"] = FromTorchSharp,
        [".gguf"] = FromGguf,
        [".ggml"] = FromGgml,
        [".h5"] = FromOther,
        [".msgpack"] = FromOther,
        [".npz"] = FromOther,
        [".zip"] = FromSaved,
        [".mlnet"] = FromSaved,
    };

    /// <summary>What to do instead with a file of this name; null where the extension says nothing.</summary>
    public static string? RemedyFor(string path) => ByExtension.GetValueOrDefault(Path.GetExtension(path));

    /// <summary>How much of a file's beginning tells its format.</summary>
    public const int StartLength = 64;

    /// <summary>What to do instead with a file that begins like this; null where that says nothing.</summary>
    public static string? RemedyFor(ReadOnlySpan<byte> start) =>
        start.StartsWith("GGUF"u8) ? FromGguf
        : start.StartsWith("PK\x03\x04"u8) || IsPickle(start) ? FromPickle
        : IsJson(start) ? FromJson
        : IsTorchSharp(start) ? FromTorchSharp
        : start.StartsWith("version "u8) ? "This is a Git LFS pointer, not the file itself: run \"git lfs pull\" in the repository."
        : null;

    /// <exception cref="CheckpointFormatException">The extension is that of another format.</exception>
    public static void Refuse(string path)
    {
        if (RemedyFor(path) is { } remedy)
            throw new CheckpointFormatException(path, $"{Path.GetExtension(path)} files aren't read", remedy);
    }

    // A safetensors file begins with its header's length in eight bytes: what is less than 2^32 has zeros in the last four.
    private static bool IsPickle(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0x80, 0x02]) && (start.Length < 8 || start[4..8].ContainsAnyExcept((byte)0));

    /// <summary>An object, behind a byte-order mark and blanks: text, which has no zeros.</summary>
    private static bool IsJson(ReadOnlySpan<byte> start) =>
        !start[..Math.Min(8, start.Length)].Contains((byte)0)
        && start[JsonFile.MarkLength(start)..].TrimStart(" \t\r\n"u8).StartsWith("{"u8);

    /// <summary>
    /// The number of tensors, in 7 bits a byte, and then the first one's name: the length before it, and dotted words of ASCII.
    /// </summary>
    private static bool IsTorchSharp(ReadOnlySpan<byte> start)
    {
        if (!TryRead(ref start, out long count) || !TryRead(ref start, out long length) || count == 0 || length is 0 or > 1000)
            return false;
        ReadOnlySpan<byte> name = start[..(int)Math.Min(length, start.Length)];
        return name.Length >= 4 && !name.ContainsAnyExcept(NameBytes);
    }

    private static bool TryRead(ref ReadOnlySpan<byte> bytes, out long value)
    {
        value = 0;
        for (int i = 0; i < Math.Min(4, bytes.Length); i++)
        {
            value |= (long)(bytes[i] & 0x7f) << 7 * i;
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}

using System.Text.RegularExpressions;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>A model's name on the Hugging Face hub, which people give where a path is wanted.</summary>
internal static partial class HubName
{
    /// <summary>There is nothing at a path, which may be a name that Python's libraries would download.</summary>
    public static CheckpointFormatException Missing(string path) => new(
        path, "there is no such file or folder",
        IsOne(path)
            ? "A base model is a folder on this machine; nothing is downloaded. With Python: "
                + $"from huggingface_hub import snapshot_download; snapshot_download(\"{path}\", local_dir=\"{path}\")"
            : "Check the path.");

    /// <summary>Whether it reads like NAME or OWNER/NAME, and doesn't begin with a folder that is here.</summary>
    private static bool IsOne(string path) =>
        Pattern().IsMatch(path) && !path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
        && !(path.Contains('/') && Directory.Exists(path[..path.IndexOf('/')]));

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)?\z")]
    private static partial Regex Pattern();
}

namespace Microsoft.ML.KappaTune;

/// <summary>
/// The base model that needs no folder of its own. All others are folders in Hugging Face layout, with weights as safetensors or as an
/// encoder's ONNX model; the package Microsoft.ML.KappaTune.Models has two, as <c>PretrainedModels.MiniLM</c> and
/// <c>PretrainedModels.ArcticXs</c>. Where an app has that package, <c>minilm</c> and <c>arctic-xs</c> name them too, in configuration for
/// example, unless a file or folder of that name is there.
/// </summary>
public static class BaseModel
{
    /// <summary>
    /// The small English encoder that comes with this library, wherever a base model's folder can be named. Its files are written into the
    /// user's cache folder (<see cref="ScanOptions.DefaultCacheDirectory"/>) when it is first used. A folder of that name is
    /// <c>./embedded</c>.
    /// </summary>
    public const string Embedded = "embedded";
}

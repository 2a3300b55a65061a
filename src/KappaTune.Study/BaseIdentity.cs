using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>Fingerprints of what runs read.</summary>
internal static class BaseIdentity
{
    /// <summary>The identity of a base model: of its weights and its tokenizer.</summary>
    public static string OfModel(Checkpoint checkpoint) => Hash(
        ModelFingerprint.Compute(checkpoint) + TokenizerFiles.Read(checkpoint).ListHashes());

    /// <summary>The identity of a file.</summary>
    public static string OfFile(string path) => Convert.ToHexString(FileHash.Compute(path).AsSpan(0, 16));

    /// <summary>The identity of a control text, a file or one that comes along; of a file the same.</summary>
    public static string OfControl(string name) => ControlSource.Find(name).ComputeHash()[..32];

    /// <summary>The key of what is measured on the base for a run.</summary>
    public static string KeyOf(CellIdentity its) => Hash(string.Join('\n', [
        $"{its.Version}", its.Base, its.Task, .. its.Controls, its.Device, $"{its.Threads}"])).ToLowerInvariant();

    private static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}

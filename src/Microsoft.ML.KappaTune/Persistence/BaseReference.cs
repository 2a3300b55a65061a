using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Persistence;

/// <summary>
/// The base of a model that was saved without it: where it lay, as a full path or a model's name, and a SHA-256 of its tensors, by which it
/// is known wherever it lies and in however many files.
/// </summary>
internal sealed record BaseReference(string Path, byte[] Checksum)
{
    /// <summary>
    /// The environment's variable that names the base model's folder where it isn't at its old place, or instead of a name's model.
    /// </summary>
    public const string Variable = "KAPPATUNE_BASE_MODEL";

    private const int ChunkBytes = 1 << 24;

    /// <summary>Reads the base model that a model was trained from.</summary>
    /// <param name="path">Its place, as <see cref="Checkpoint.PlaceOf"/> gives it.</param>
    /// <param name="fingerprint">Its scan's fingerprint, then.</param>
    /// <exception cref="CheckpointFormatException">It can't be read, or is another model by now.</exception>
    public static BaseReference Create(string path, string fingerprint)
    {
        using Checkpoint checkpoint = Checkpoint.Open(FolderOf(path));
        return ModelFingerprint.Compute(checkpoint) == fingerprint
            ? new(path, ChecksumOf(checkpoint))
            : throw new CheckpointFormatException(
                path, "it isn't the base model any more that the model was trained from",
                "Put that one back, or save the model with all weights.");
    }

    /// <summary>
    /// Opens the model at its path or, where nothing is there, at the one that the environment names, which goes before a model's name.
    /// </summary>
    /// <exception cref="CheckpointFormatException">There is none, it can't be read, or it is another model.</exception>
    public Checkpoint Open()
    {
        // What the current folder holds doesn't matter.
        bool isName = NamedModels.IsName(Path);
        bool isThere = System.IO.Path.IsPathFullyQualified(Path) && System.IO.Path.Exists(Path);
        string? named = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder && !isThere ? folder : null;
        if (named is null && !isName && !isThere)
        {
            throw new CheckpointFormatException(
                Path, "the base model isn't there, and the saved model holds only what was trained",
                $"Put it there, or name its folder in the environment variable {Variable}.");
        }

        // A model was trained from it: if a padding row isn't finite, its user chose zeros then.
        Checkpoint checkpoint = Checkpoint.Open(named ?? FolderOf(Path), zeroPaddingRow: true);
        if (ChecksumOf(checkpoint).AsSpan().SequenceEqual(Checksum))
            return checkpoint;
        checkpoint.Dispose();
        throw new CheckpointFormatException(
            named ?? Path, "it isn't the base model that the saved model was trained from",
            (isName ? "Use the version of its package that it was trained with" : $"Put that one at {Path}")
            + $", or {(isThere ? "move away what is there and " : "")}name its folder in the environment variable {Variable}.");
    }

    public static void Save(BinaryWriter writer, BaseReference? reference)
    {
        Payload.WriteOptional(writer, reference?.Path);
        if (reference is not null)
            writer.Write(reference.Checksum);
    }

    public static BaseReference? Load(BinaryReader reader) =>
        Payload.ReadOptional(reader) is { } path ? new(path, reader.ReadBytes(SHA256.HashSizeInBytes)) : null;

    private static string FolderOf(string path) => NamedModels.IsName(path) ? NamedModels.FolderOfName(path) : path;

    private static byte[] ChecksumOf(Checkpoint checkpoint)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (TensorView tensor in checkpoint.Tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{tensor.Name}\n{tensor.TypeName}\n{string.Join(',', tensor.Shape)}\n"));
            for (long offset = 0; offset < tensor.ByteLength; offset += ChunkBytes)
                hash.AppendData(tensor.Bytes(offset, (int)Math.Min(ChunkBytes, tensor.ByteLength - offset)));
        }

        return hash.GetHashAndReset();
    }
}

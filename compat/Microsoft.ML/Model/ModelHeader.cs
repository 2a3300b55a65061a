using System.Text;

namespace Microsoft.ML;

/// <summary>
/// The first bytes of a model entry: where its parts are, its kind and version, and who loads it. The entry is the header, the model's
/// own bytes, then the assembly's name and the strings that the model refers to by number.
/// </summary>
internal struct ModelHeader
{
    /// <summary>The length of a written header in bytes.</summary>
    public const int Size = 112;

    /// <summary>The room for a loader signature.</summary>
    public const int LoaderSignatureBytes = 24;

    // "MLENTRY" and a control character, which no text file has.
    private const ulong Magic = 0x1A_59_52_54_4E_45_4C_4D;
    private const uint CurrentVersion = 0x00010001;

    public long FpModel;
    public long CbModel;
    public long FpStrings;
    public long CbStrings;
    public ulong ModelSignature;
    public uint ModelVerWritten;
    public uint ModelVerReadable;
    public string LoaderSignature;
    public string LoaderSignatureAlt;

    public readonly void Write(BinaryWriter writer)
    {
        writer.Write(Magic);
        writer.Write(CurrentVersion);
        writer.Write(CurrentVersion);
        writer.Write(FpModel);
        writer.Write(CbModel);
        writer.Write(FpStrings);
        writer.Write(CbStrings);
        writer.Write(ModelSignature);
        writer.Write(ModelVerWritten);
        writer.Write(ModelVerReadable);
        WriteSignature(writer, LoaderSignature);
        WriteSignature(writer, LoaderSignatureAlt);
    }

    /// <summary>Reads a header; every offset in the result lies inside the stream.</summary>
    /// <param name="reader">At the header's first byte, on a stream that can seek.</param>
    public static ModelHeader Read(BinaryReader reader)
    {
        long length = reader.BaseStream.Length - reader.BaseStream.Position;
        if (length < Size)
            throw Contracts.ExceptDecode();
        if (reader.ReadUInt64() != Magic)
            throw Contracts.ExceptDecode("Wrong file type");
        uint written = reader.ReadUInt32(), readable = reader.ReadUInt32();
        if (readable > written)
            throw Contracts.ExceptDecode();
        if (readable > CurrentVersion)
            throw Contracts.ExceptDecode($"The model entry was written by a newer version: it needs {readable:x8}, this is {CurrentVersion:x8}.");
        var header = new ModelHeader
        {
            FpModel = reader.ReadInt64(),
            CbModel = reader.ReadInt64(),
            FpStrings = reader.ReadInt64(),
            CbStrings = reader.ReadInt64(),
            ModelSignature = reader.ReadUInt64(),
            ModelVerWritten = reader.ReadUInt32(),
            ModelVerReadable = reader.ReadUInt32(),
            LoaderSignature = ReadSignature(reader),
            LoaderSignatureAlt = ReadSignature(reader),
        };
        if (!IsInside(header.FpModel, header.CbModel, length) || !IsInside(header.FpStrings, header.CbStrings, length))
            throw Contracts.ExceptDecode();
        return header;
    }

    /// <summary>Throws where the entry is of another kind than <paramref name="version"/>, too new or too old for it.</summary>
    public readonly void Check(VersionInfo version)
    {
        if (ModelSignature != version.ModelSignature)
            throw Contracts.ExceptDecode("Unknown file type");
        if (ModelVerReadable > ModelVerWritten)
            throw ModelLimits.Corrupt();
        string name = version.LoaderSignature ?? "entry";
        if (ModelVerReadable > version.VerWrittenCur)
            throw Contracts.ExceptDecode($"The model's {name} is too new: it needs version {ModelVerReadable:x8}, this is {version.VerWrittenCur:x8}.");
        if (ModelVerWritten < version.VerWeCanReadBack)
            throw Contracts.ExceptDecode($"The model's {name} is too old: its version is {ModelVerWritten:x8}, the oldest readable {version.VerWeCanReadBack:x8}.");
    }

    private static bool IsInside(long start, long count, long length) => start >= Size && count >= 0 && start <= length && count <= length - start;

    private static void WriteSignature(BinaryWriter writer, string? signature)
    {
        Span<byte> bytes = stackalloc byte[LoaderSignatureBytes];
        bytes.Clear();
        Encoding.ASCII.GetBytes(signature ?? "", bytes);
        writer.Write(bytes);
    }

    private static string ReadSignature(BinaryReader reader) => Encoding.ASCII.GetString(reader.ReadBytes(LoaderSignatureBytes)).TrimEnd('\0');
}

using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML;

/// <summary>What kind of thing a model entry holds, in which version, and who can load it.</summary>
internal readonly struct VersionInfo
{
    /// <summary>Eight characters that name the kind, as one number.</summary>
    public readonly ulong ModelSignature;

    /// <summary>The version written today.</summary>
    public readonly uint VerWrittenCur;

    /// <summary>The oldest reader that understands what is written today.</summary>
    public readonly uint VerReadableCur;

    /// <summary>The oldest version that can still be read.</summary>
    public readonly uint VerWeCanReadBack;

    /// <summary>The simple name of the assembly that declares the loader.</summary>
    public readonly string LoaderAssemblyName;

    /// <summary>The name of the loadable class; null where the entry is read by its owner alone.</summary>
    public readonly string? LoaderSignature;

    /// <summary>A former name of the loadable class, or null.</summary>
    public readonly string? LoaderSignatureAlt;

    /// <summary>Makes the description of a kind of entry.</summary>
    /// <param name="modelSignature">Exactly eight ASCII characters.</param>
    /// <param name="verWrittenCur">The version written today.</param>
    /// <param name="verReadableCur">The oldest reader that understands it; not above <paramref name="verWrittenCur"/>.</param>
    /// <param name="verWeCanReadBack">The oldest version that can still be read; not above <paramref name="verWrittenCur"/>.</param>
    /// <param name="loaderAssemblyName">The simple name of the assembly that declares the loader.</param>
    /// <param name="loaderSignature">At most 24 ASCII characters.</param>
    /// <param name="loaderSignatureAlt">At most 24 ASCII characters.</param>
    public VersionInfo(string modelSignature, uint verWrittenCur, uint verReadableCur, uint verWeCanReadBack, string loaderAssemblyName,
        string? loaderSignature = null, string? loaderSignatureAlt = null)
    {
        Contracts.CheckParam(modelSignature?.Length == sizeof(ulong) && Ascii.IsValid(modelSignature), nameof(modelSignature),
            "Must be eight ASCII characters");
        Contracts.CheckParam(verReadableCur <= verWrittenCur, nameof(verReadableCur), "Must not be above the version written");
        Contracts.CheckParam(verWeCanReadBack <= verWrittenCur, nameof(verWeCanReadBack), "Must not be above the version written");
        Contracts.CheckParam(IsSignature(loaderSignature), nameof(loaderSignature), "Must be at most 24 ASCII characters");
        Contracts.CheckParam(IsSignature(loaderSignatureAlt), nameof(loaderSignatureAlt), "Must be at most 24 ASCII characters");
        ModelSignature = BinaryPrimitives.ReadUInt64LittleEndian(Encoding.ASCII.GetBytes(modelSignature!));
        VerWrittenCur = verWrittenCur;
        VerReadableCur = verReadableCur;
        VerWeCanReadBack = verWeCanReadBack;
        LoaderAssemblyName = loaderAssemblyName;
        LoaderSignature = loaderSignature;
        LoaderSignatureAlt = loaderSignatureAlt;
    }

    private static bool IsSignature(string? name) => name is null || (name.Length <= ModelHeader.LoaderSignatureBytes && Ascii.IsValid(name));
}

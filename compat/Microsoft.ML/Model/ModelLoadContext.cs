using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Where a component reads itself from: what <see cref="ModelSaveContext"/> wrote.</summary>
internal sealed partial class ModelLoadContext : IDisposable
{
    /// <summary>The entry that a component writes to first.</summary>
    internal const string ModelStreamName = "Model.key";

    /// <summary>The model file; null where a component is read from a plain stream.</summary>
    internal readonly RepositoryReader? Repository;

    /// <summary>The component's folder in the model file.</summary>
    internal readonly string? Directory;

    /// <summary>Reads the component's own bytes.</summary>
    internal readonly BinaryReader Reader;

    /// <summary>The strings that the component refers to by number.</summary>
    internal readonly string[] Strings;

    /// <summary>The simple name of the assembly that declares the component's loader; empty where nothing loads it.</summary>
    internal readonly string LoaderAssemblyName;

    /// <summary>The position of the header in the stream.</summary>
    internal readonly long FpMin;

    /// <summary>The header.</summary>
    internal ModelHeader Header;

    internal ModelLoadContext(RepositoryReader rep, Repository.Entry ent, string? dir)
        : this(new BinaryReader(ent.Stream, Encoding.UTF8, leaveOpen: true))
    {
        Repository = rep;
        Directory = dir;
    }

    internal ModelLoadContext(BinaryReader reader, IExceptionContext? ectx = null)
    {
        Contracts.CheckValue(reader, nameof(reader));
        Reader = reader;
        FpMin = reader.BaseStream.Position;
        Header = ModelHeader.Read(reader);
        reader.BaseStream.Position = FpMin + Header.FpStrings;
        try
        {
            LoaderAssemblyName = reader.ReadString();
            Strings = new string[ModelLimits.ReadCount(reader, bytesPerItem: 1)];
            for (int i = 0; i < Strings.Length; i++)
                Strings[i] = reader.ReadString();
        }
        catch (IOException error)
        {
            // The end of the stream, or a string of negative length.
            throw ModelLimits.Corrupt(error);
        }

        reader.BaseStream.Position = FpMin + Header.FpModel;
    }

    /// <summary>Whether there is a model file around the entry, with more entries.</summary>
    internal bool InRepository => Repository is not null;

    /// <summary>Checks that nothing of the component has been read yet.</summary>
    internal void CheckAtModel()
    {
        if (Reader.BaseStream.Position != FpMin + Header.FpModel)
            throw new InvalidOperationException("The component has already been read.");
    }

    /// <summary>Checks that nothing has been read yet, and that the entry is what <paramref name="ver"/> says.</summary>
    internal void CheckAtModel(VersionInfo ver)
    {
        CheckAtModel();
        CheckVersionInfo(ver);
    }

    /// <summary>Checks that the entry is what <paramref name="ver"/> says, in a version that can be read.</summary>
    internal void CheckVersionInfo(VersionInfo ver) => Header.Check(ver);

    /// <summary>Reads a string that was not null.</summary>
    internal string LoadString() => LoadStringOrNull() ?? throw ModelLimits.Corrupt();

    /// <summary>Reads a string that was not null or empty.</summary>
    internal string LoadNonEmptyString() => LoadString() is { Length: > 0 } str ? str : throw ModelLimits.Corrupt();

    /// <summary>Reads a string that may be null.</summary>
    internal string? LoadStringOrNull()
    {
        int index = Reader.ReadInt32();
        if (index < -1 || index >= Strings.Length)
            throw ModelLimits.Corrupt();
        return index == -1 ? null : Strings[index];
    }

    /// <summary>Reads an entry of text in the component's folder; false where there is none.</summary>
    internal bool TryLoadTextStream(string name, Action<TextReader> action)
    {
        using Repository.Entry? entry = Repository?.OpenEntryOrNull(Directory, name);
        if (entry is null)
            return false;
        using var reader = new StreamReader(entry.Stream, leaveOpen: true);
        action(reader);
        return true;
    }

    /// <summary>Reads an entry of bytes in the component's folder; false where there is none.</summary>
    internal bool TryLoadBinaryStream(string name, Action<BinaryReader> action)
    {
        using Repository.Entry? entry = Repository?.OpenEntryOrNull(Directory, name);
        if (entry is null)
            return false;
        using var reader = new BinaryReader(entry.Stream, Encoding.UTF8, leaveOpen: true);
        action(reader);
        return true;
    }

    /// <summary>Reads a part of the component in a folder below its own; false where there is none.</summary>
    internal bool TryProcessSubModel(string dir, Action<ModelLoadContext> action)
    {
        string folder = ML.Repository.PathOf(Directory, dir);
        using Repository.Entry? entry = Repository?.OpenEntryOrNull(folder, ModelStreamName);
        if (entry is null)
            return false;
        using var ctx = new ModelLoadContext(Repository!, entry, folder);
        action(ctx);
        return true;
    }

    /// <summary>Whether there's a component in a folder below this one's.</summary>
    internal bool ContainsModel(string name) => Repository?.Contains(ML.Repository.PathOf(Directory, name), ModelStreamName) == true;

    /// <summary>Leaves the stream behind the entry's last byte.</summary>
    internal void Done() => Reader.BaseStream.Position = FpMin + Header.FpStrings + Header.CbStrings;

    /// <summary>Closes the reader; a stream that was given stays open.</summary>
    public void Dispose()
    {
        if (InRepository)
            Reader.Dispose();
    }
}

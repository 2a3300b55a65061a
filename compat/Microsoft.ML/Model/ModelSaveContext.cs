using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Where a component writes itself: an entry of a model file, in a folder of its own for more entries.</summary>
public sealed class ModelSaveContext : IDisposable
{
    /// <summary>The model file; null where a component is written to a plain stream.</summary>
    internal readonly RepositoryWriter? Repository;

    /// <summary>The component's folder in the model file.</summary>
    internal readonly string? Directory;

    /// <summary>Writes the component's own bytes.</summary>
    internal readonly BinaryWriter Writer;

    /// <summary>The position of the header in the stream.</summary>
    internal readonly long FpMin;

    /// <summary>The header as far as it is known.</summary>
    internal ModelHeader Header;

    private readonly Repository.Entry? _entry;
    private readonly Dictionary<string, int> _strings = new(StringComparer.Ordinal);
    private string _loaderAssemblyName = "";
    private bool _done;

    internal ModelSaveContext(RepositoryWriter rep, string? dir, string name)
    {
        Contracts.CheckValue(rep, nameof(rep));
        Repository = rep;
        Directory = dir;
        _entry = rep.CreateEntry(dir, name);
        Writer = new BinaryWriter(_entry.Stream, Encoding.UTF8, leaveOpen: true);
        BeginModel();
    }

    internal ModelSaveContext(BinaryWriter writer, IExceptionContext? ectx = null)
    {
        Contracts.CheckValue(writer, nameof(writer));
        Writer = writer;
        FpMin = writer.BaseStream.Position;
        BeginModel();
    }

    /// <summary>Whether there is a model file around the entry, for more entries.</summary>
    internal bool InRepository => Repository is not null;

    /// <summary>Checks that nothing of the component has been written yet.</summary>
    internal void CheckAtModel()
    {
        if (Writer.BaseStream.Position != FpMin + Header.FpModel)
            throw new InvalidOperationException("The component has already been written.");
    }

    /// <summary>Sets what kind of thing the entry holds.</summary>
    internal void SetVersionInfo(VersionInfo ver)
    {
        Header.ModelSignature = ver.ModelSignature;
        Header.ModelVerWritten = ver.VerWrittenCur;
        Header.ModelVerReadable = ver.VerReadableCur;
        Header.LoaderSignature = ver.LoaderSignature ?? "";
        Header.LoaderSignatureAlt = ver.LoaderSignatureAlt ?? "";
        _loaderAssemblyName = ver.LoaderAssemblyName ?? "";
    }

    /// <summary>Writes a string, by number; equal ones are kept once. Null is written as empty.</summary>
    internal void SaveString(string? str) => SaveStringOrNull(str ?? "");

    /// <inheritdoc cref="SaveString(string)"/>
    internal void SaveString(ReadOnlyMemory<char> str) => SaveStringOrNull(str.ToString());

    /// <summary>Writes a string that must not be null or empty.</summary>
    internal void SaveNonEmptyString(string str)
    {
        Contracts.CheckNonEmpty(str, nameof(str));
        SaveStringOrNull(str);
    }

    /// <inheritdoc cref="SaveNonEmptyString(string)"/>
    internal void SaveNonEmptyString(ReadOnlyMemory<char> str) => SaveNonEmptyString(str.ToString());

    /// <summary>Writes a string that may be null.</summary>
    internal void SaveStringOrNull(string? str)
    {
        if (str is null)
        {
            Writer.Write(-1);
            return;
        }

        if (!_strings.TryGetValue(str, out int index))
            _strings.Add(str, index = _strings.Count);
        Writer.Write(index);
    }

    /// <summary>Writes an entry of text in the component's folder.</summary>
    internal void SaveTextStream(string name, Action<TextWriter> action)
    {
        using Repository.Entry entry = RequireRepository().CreateEntry(Directory, name);
        using var writer = new StreamWriter(entry.Stream, leaveOpen: true);
        action(writer);
    }

    /// <summary>Writes an entry of bytes in the component's folder.</summary>
    internal void SaveBinaryStream(string name, Action<BinaryWriter> action)
    {
        using Repository.Entry entry = RequireRepository().CreateEntry(Directory, name);
        using var writer = new BinaryWriter(entry.Stream, Encoding.UTF8, leaveOpen: true);
        action(writer);
    }

    /// <summary>Writes a part of the component in a folder below its own.</summary>
    internal void SaveSubModel(string dir, Action<ModelSaveContext> fn)
    {
        RepositoryWriter repository = RequireRepository();
        using var ctx = new ModelSaveContext(repository, ML.Repository.PathOf(Directory, dir), ModelLoadContext.ModelStreamName);
        fn(ctx);
        ctx.Done();
    }

    /// <summary>Writes another component in a folder below this one's; nothing where it is null.</summary>
    internal void SaveModel<T>(T? value, string name) where T : class => SaveModel(RequireRepository(), value, ML.Repository.PathOf(Directory, name));

    /// <summary>Writes a component in a folder of a model file; nothing where it is null.</summary>
    internal static void SaveModel<T>(RepositoryWriter rep, T? value, string path) where T : class
    {
        if (value is null)
            return;
        if (value is not ICanSaveModel saveable)
            throw new InvalidOperationException($"{value.GetType()} can't be saved in a model.");
        using var ctx = new ModelSaveContext(rep, path, ModelLoadContext.ModelStreamName);
        saveable.Save(ctx);
        ctx.Done();
    }

    /// <summary>Completes the entry: strings, then the header.</summary>
    internal void Done()
    {
        Contracts.Check(!_done, "The entry is already complete.");
        Header.CbModel = Writer.BaseStream.Position - FpMin - Header.FpModel;
        Header.FpStrings = Header.FpModel + Header.CbModel;
        Writer.Write(_loaderAssemblyName);
        Writer.Write(_strings.Count);
        foreach (string str in _strings.OrderBy(pair => pair.Value).Select(pair => pair.Key))
            Writer.Write(str);
        long end = Writer.BaseStream.Position;
        Header.CbStrings = end - FpMin - Header.FpStrings;
        Writer.BaseStream.Position = FpMin;
        Header.Write(Writer);
        Writer.BaseStream.Position = end;
        _done = true;
    }

    /// <summary>Closes the entry.</summary>
    public void Dispose()
    {
        if (_entry is null)
            return;
        Writer.Dispose();
        _entry.Dispose();
    }

    private void BeginModel()
    {
        Header.FpModel = ModelHeader.Size;
        Writer.Write(new byte[ModelHeader.Size]);
    }

    private RepositoryWriter RequireRepository() =>
        Repository ?? throw new InvalidOperationException("There is no model file around the component, only a stream.");
}

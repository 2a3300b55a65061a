using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Loading and saving text files.</summary>
public static partial class TextLoaderSaverCatalog
{
    /// <summary>Makes a loader.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">What to load.</param>
    /// <param name="separatorChar">What stands between fields.</param>
    /// <param name="hasHeader">Whether the first line names the columns.</param>
    /// <param name="dataSample">A file like those to load, for ranges without an end and names of slots.</param>
    /// <param name="allowQuoting">Whether a field in double quotes can hold separators.</param>
    /// <param name="trimWhitespace">Whether white space at the end of fields is left out.</param>
    /// <param name="allowSparse">Whether <c>index:value</c> fields stand for the columns that aren't zero.</param>
    public static TextLoader CreateTextLoader(
        this DataOperationsCatalog catalog, TextLoader.Column[] columns, char separatorChar = '\t', bool hasHeader = false,
        IMultiStreamSource? dataSample = null, bool allowQuoting = false, bool trimWhitespace = false, bool allowSparse = false) =>
        new(catalog.Environment, MakeOptions(columns, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse), dataSample);

    /// <summary>Makes a loader.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">What to load, and how.</param>
    /// <param name="dataSample">A file like those to load, for what the options leave open.</param>
    public static TextLoader CreateTextLoader(
        this DataOperationsCatalog catalog, TextLoader.Options options, IMultiStreamSource? dataSample = null) =>
        new(catalog.Environment, options ?? throw Contracts.ExceptValue(nameof(options)), dataSample);

    /// <summary>Makes a loader of what the <see cref="LoadColumnAttribute"/>s of a class say.</summary>
    /// <inheritdoc cref="CreateTextLoader(DataOperationsCatalog, TextLoader.Column[], char, bool, IMultiStreamSource, bool, bool, bool)"/>
    public static TextLoader CreateTextLoader<TInput>(
        this DataOperationsCatalog catalog, char separatorChar = '\t', bool hasHeader = false, IMultiStreamSource? dataSample = null,
        bool allowQuoting = false, bool trimWhitespace = false, bool allowSparse = false) =>
        catalog.CreateTextLoader(
            ColumnsOf(typeof(TInput)), separatorChar, hasHeader, dataSample, allowQuoting, trimWhitespace, allowSparse);

    /// <summary>Makes a loader of what the <see cref="LoadColumnAttribute"/>s of a class say.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">How to load; its columns are replaced.</param>
    /// <param name="dataSample">A file like those to load, for what the options leave open.</param>
    public static TextLoader CreateTextLoader<TInput>(
        this DataOperationsCatalog catalog, TextLoader.Options options, IMultiStreamSource? dataSample = null) =>
        new(catalog.Environment, WithColumnsOf<TInput>(options), dataSample);

    /// <summary>The data of a text file.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The file; the name can hold <c>*</c> and <c>?</c>, for all files that match.</param>
    /// <param name="columns">What to load.</param>
    /// <param name="separatorChar">What stands between fields.</param>
    /// <param name="hasHeader">Whether the first line names the columns.</param>
    /// <param name="allowQuoting">Whether a field in double quotes can hold separators.</param>
    /// <param name="trimWhitespace">Whether white space at the end of fields is left out.</param>
    /// <param name="allowSparse">Whether <c>index:value</c> fields stand for the columns that aren't zero.</param>
    public static IDataView LoadFromTextFile(
        this DataOperationsCatalog catalog, string path, TextLoader.Column[] columns, char separatorChar = '\t', bool hasHeader = false,
        bool allowQuoting = false, bool trimWhitespace = false, bool allowSparse = false) =>
        Load(catalog, path, () => MakeOptions(columns, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse));

    /// <summary>The data of a text file, as the <see cref="LoadColumnAttribute"/>s of a class say.</summary>
    /// <inheritdoc cref="LoadFromTextFile(DataOperationsCatalog, string, TextLoader.Column[], char, bool, bool, bool, bool)"/>
    public static IDataView LoadFromTextFile<TInput>(
        this DataOperationsCatalog catalog, string path, char separatorChar = '\t', bool hasHeader = false,
        bool allowQuoting = false, bool trimWhitespace = false, bool allowSparse = false) =>
        Load(catalog, path, () =>
            MakeOptions(ColumnsOf(typeof(TInput)), separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse));

    /// <summary>The data of a text file.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The file; the name can hold <c>*</c> and <c>?</c>, for all files that match.</param>
    /// <param name="options">What to load, and how; default: as comments at the file's start say.</param>
    public static IDataView LoadFromTextFile(this DataOperationsCatalog catalog, string path, TextLoader.Options? options = null) =>
        Load(catalog, path, () => options ?? new TextLoader.Options());

    /// <summary>The data of a text file, as the <see cref="LoadColumnAttribute"/>s of a class say.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The file; the name can hold <c>*</c> and <c>?</c>, for all files that match.</param>
    /// <param name="options">How to load; its columns are replaced.</param>
    public static IDataView LoadFromTextFile<TInput>(this DataOperationsCatalog catalog, string path, TextLoader.Options options) =>
        Load(catalog, path, () => WithColumnsOf<TInput>(options));

    private static IDataView Load(DataOperationsCatalog catalog, string path, Func<TextLoader.Options> options)
    {
        Contracts.CheckNonEmpty(path, nameof(path));
        Contracts.CheckParam(
            MultiFileSource.Expand(path).Any(File.Exists), nameof(path), $"File or directory does not exist at path: {path}");
        var source = new MultiFileSource(path);
        return new TextLoader(catalog.Environment, options(), source).Load(source);
    }

    private static TextLoader.Options MakeOptions(
        TextLoader.Column[] columns, char separatorChar, bool hasHeader, bool allowQuoting, bool trimWhitespace, bool allowSparse) => new()
    {
        Columns = columns,
        Separators = [separatorChar],
        HasHeader = hasHeader,
        AllowQuoting = allowQuoting,
        TrimWhitespace = trimWhitespace,
        AllowSparse = allowSparse,
    };

    private static TextLoader.Options WithColumnsOf<TInput>(TextLoader.Options options)
    {
        Contracts.CheckValue(options, nameof(options));
        TextLoader.Options own = options.Clone();
        own.Columns = ColumnsOf(typeof(TInput));
        return own;
    }

    private static TextLoader.Column[] ColumnsOf(Type type)
    {
        var columns = new List<TextLoader.Column>();
        foreach (MemberInfo member in RowMember.Of(type, SchemaDefinition.Direction.Both))
        {
            LoadColumnAttribute load = member.GetCustomAttribute<LoadColumnAttribute>()
                ?? throw Contracts.Except(
                    $"{(member is FieldInfo ? "Field" : "Property")} '{member.Name}' is missing the {nameof(LoadColumnAttribute)} attribute");
            PrimitiveDataViewType itemType = RowMember.ItemType(member, out bool isVector);
            if (!DataViewTypes.TryGetKind(itemType.RawType, out DataKind kind))
                throw Contracts.Except($"Member {member.Name} does not have a type that text can be loaded to.");
            columns.Add(new TextLoader.Column
            {
                Name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name,
                DataKind = kind,
                Source = [.. load.Sources.Select(range => new TextLoader.Range(range.Min, range.Max) { ForceVector = isVector })],
                KeyCount = member.GetCustomAttribute<KeyTypeAttribute>() is { } key ? new KeyCount { Count = key.Count } : null,
            });
        }

        return [.. columns];
    }
}

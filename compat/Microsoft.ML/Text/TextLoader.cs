using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// Loads data from text files: a line a row, columns between separators. Lines that are empty or start with <c>//</c> are
/// left out. Text that is no number of floating point is NaN; text that isn't what another column needs is an error, when
/// it's read.
/// </summary>
public sealed partial class TextLoader : IDataLoader<IMultiStreamSource>
{
    private readonly IHost _host;
    private readonly Options _options;
    private readonly TextLayoutColumn[] _columns;
    private readonly DataViewSchema _schema;

    internal TextLoader(IHostEnvironment env, Options? options, IMultiStreamSource? dataSample)
    {
        _host = env.Register(nameof(TextLoader));
        _options = (options ?? new Options()).Clone();
        _host.CheckUserArg(_options.Separators is { Length: > 0 }, nameof(Options.Separators), "Must specify at least one separator");
        _host.CheckUserArg(_options.DecimalMarker is '.' or ',', nameof(Options.DecimalMarker), "Decimal marker must be either '.' or ','");
        _host.CheckUserArg(!_options.Separators.Contains(_options.DecimalMarker), nameof(Options.DecimalMarker),
            "The decimal marker cannot be a separator");
        _host.CheckUserArg(_options.MaxRows is null or >= 0, nameof(Options.MaxRows), "Must be non-negative");
        if (_options.Columns is not { Length: > 0 })
            TextSettings.Apply(_options, dataSample is null ? "" : TextLines.Settings(dataSample));
        _columns = TextLayout.Settle(_host, _options, dataSample);
        _schema = MakeSchema(dataSample);
    }

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema() => _schema;

    /// <inheritdoc/>
    public IDataView Load(IMultiStreamSource source)
    {
        _host.CheckValue(source, nameof(source));
        return new TextDataView(_host, _options, _columns, _schema, source);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw Contracts.ExceptNotSupp(
            "A text loader isn't saved with a model: load text with LoadFromTextFile, and save the model with its input schema.");

    private DataViewSchema MakeSchema(IMultiStreamSource? sample)
    {
        TextFields? names = Names(sample);
        var builder = new DataViewSchema.Builder();
        foreach (TextLayoutColumn column in _columns)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            if (column.IsVector && names is not null)
            {
                ReadOnlyMemory<char>[] slots = [.. column.Sources.Select(names.Get)];
                if (slots.Any(slot => !slot.IsEmpty))
                    annotations.AddSlotNames(slots.Length, (ref VBuffer<ReadOnlyMemory<char>> value) =>
                        VBuffer<ReadOnlyMemory<char>>.Copy(slots, 0, ref value, slots.Length));
            }

            builder.AddColumn(column.Name, column.Type, annotations.ToAnnotations());
        }

        return builder.ToSchema();
    }

    private TextFields? Names(IMultiStreamSource? sample)
    {
        IMultiStreamSource? source = _options.HeaderFile is { } file ? new MultiFileSource(file) : _options.HasHeader ? sample : null;
        if (source is null || TextLines.Header(source, _options, _host) is not { } header)
            return null;
        var fields = new TextFields();
        new FieldSplitter(_options).Split(header, fields, int.MaxValue, report: null);
        return fields;
    }
}

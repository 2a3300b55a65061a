using Microsoft.ML.Data;

namespace Microsoft.ML.Tests.Extension;

/// <summary>The input's columns and Score, the last one.</summary>
internal sealed class LetterMapper : IRowToRowMapper
{
    private readonly LetterModel _model;
    private readonly DataViewSchema.Column _text;

    public LetterMapper(LetterModel model, DataViewSchema inputSchema, DataViewSchema.Column text)
    {
        _model = model;
        _text = text;
        InputSchema = inputSchema;
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, model.Labels.Length),
            (ref VBuffer<ReadOnlyMemory<char>> names) =>
                names = new VBuffer<ReadOnlyMemory<char>>(model.Labels.Length, [.. model.Labels.Select(label => label.AsMemory())]));
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(inputSchema);
        schema.AddColumn("Score", new VectorDataViewType(NumberDataViewType.Single, model.Labels.Length), annotations.ToAnnotations());
        OutputSchema = schema.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public bool IsScore(DataViewSchema.Column column) => column.Index == InputSchema.Count;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns.Select(column => IsScore(column) ? _text : InputSchema[column.Index]).DistinctBy(column => column.Index).ToArray();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new LetterRow(input, this, activeColumns.Any(IsScore));

    public ValueGetter<VBuffer<float>> GetScoreGetter(DataViewRow row)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(_text);
        ReadOnlyMemory<char> text = default;
        return (ref VBuffer<float> scores) =>
        {
            getter(ref text);
            VBufferEditor<float> editor = VBufferEditor.Create(ref scores, _model.Labels.Length);
            _model.Score(text.Span, editor.Values);
            scores = editor.Commit();
        };
    }
}

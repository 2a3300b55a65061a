using Microsoft.ML.Data;

namespace Microsoft.ML.Tests.Extension;

/// <summary>Adds a column Score.</summary>
public sealed partial class LetterTransformer : ITransformer
{
    private readonly string _textColumnName;

    internal LetterTransformer(LetterModel model, string textColumnName, string? note)
    {
        Model = model;
        _textColumnName = textColumnName;
        Note = note;
    }

    public LetterModel Model { get; }

    public string? Note { get; }

    public bool IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => GetRowToRowMapper(inputSchema).OutputSchema;

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new LetterMapper(Model, inputSchema, inputSchema[_textColumnName]);

    public IDataView Transform(IDataView input) => new LetterDataView(input, (LetterMapper)GetRowToRowMapper(input.Schema));
}

using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Learns which values columns have, and numbers them.</summary>
public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly IHost _host;
    private readonly InputOutputColumnPair[] _columns;
    private readonly VocabularyOptions _options;

    internal ValueToKeyMappingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns, VocabularyOptions options)
    {
        _host = env.Register("Term");
        _columns = ColumnPairs.Checked(columns);
        _options = options;
    }

    /// <summary>How values are numbered.</summary>
    public enum KeyOrdinality : byte
    {
        /// <summary>In the order in which they are met.</summary>
        ByOccurrence = 0,

        /// <summary>In order of value; text by ordinal comparison.</summary>
        ByValue = 1,
    }

    /// <inheritdoc/>
    public ValueToKeyMappingTransformer Fit(IDataView input) => ValueToKeyMappingTransformer.Train(_host, input, _columns, _options);

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        return InputColumns.With(inputSchema, _columns.Select(pair => Shape(pair, InputColumns.Find(inputSchema, pair.InputColumnName))));
    }

    private SchemaShape.Column Shape(InputOutputColumnPair pair, SchemaShape.Column input)
    {
        DataViewType valueType = _options.AnnotationsAsText ? TextDataViewType.Instance : input.ItemType;
        bool isKey = input.IsKey && !_options.AnnotationsAsText;
        var keyValues = new SchemaShape.Column(AnnotationUtils.Kinds.KeyValues, SchemaShape.Column.VectorKind.Vector, valueType, isKey);
        var annotations = new SchemaShape(InputColumns.SlotNames(input).Append(keyValues));
        return new SchemaShape.Column(pair.OutputColumnName, input.Kind, NumberDataViewType.UInt32, isKey: true, annotations);
    }
}

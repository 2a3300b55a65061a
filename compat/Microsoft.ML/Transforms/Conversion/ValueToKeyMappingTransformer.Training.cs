using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed partial class ValueToKeyMappingTransformer
{
    /// <summary>Collects the values of all columns in one pass, or of the key data where there is some.</summary>
    internal static ValueToKeyMappingTransformer Train(IHost host, IDataView input, InputOutputColumnPair[] columns, VocabularyOptions options)
    {
        host.CheckUserArg(options.MaximumNumberOfKeys > 0, "MaxNumTerms", "Must be positive");
        DataViewSchema schema = input.Schema;
        DataViewSchema.Column[] inputs = Array.ConvertAll(columns, pair => InputColumns.Find(schema, pair.InputColumnName));
        foreach (DataViewSchema.Column column in inputs)
        {
            if (!TypeCodec.IsSaveable(column.Type))
            {
                throw host.ExceptSchemaMismatch("inputSchema", "input", column.Name,
                    "standard type or a vector of standard type", column.Type.ToString()!);
            }
        }

        using IChannel channel = host.Start("Training");
        Vocabulary[] vocabularies = options.KeyData is null
            ? Collect(input, inputs, options)
            : ReadKeyData(host, options.KeyData, inputs, options);
        for (int i = 0; i < vocabularies.Length; i++)
        {
            if (vocabularies[i].Count == 0)
                channel.Warning($"Term map for output column '{columns[i].OutputColumnName}' contains no entries.");
        }

        return new ValueToKeyMappingTransformer(host, columns, vocabularies, options.AnnotationsAsText);
    }

    private static Vocabulary[] Collect(IDataView data, DataViewSchema.Column[] columns, VocabularyOptions options)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        VocabularyBuilder[] builders = Array.ConvertAll(columns, column => VocabularyBuilder.Create(cursor, column, options.MaximumNumberOfKeys));
        while (cursor.MoveNext())
        {
            foreach (VocabularyBuilder builder in builders)
                builder.AddRow();
        }

        return Array.ConvertAll(builders, builder => builder.Build(options.KeyOrdinality));
    }

    private static Vocabulary[] ReadKeyData(IHost host, IDataView keyData, DataViewSchema.Column[] inputs, VocabularyOptions options)
    {
        DataViewSchema.Column[] values = keyData.Schema.Where(column => !column.IsHidden).ToArray();
        host.CheckUserArg(values.Length == 1, nameof(keyData), $"Must have one column but has {values.Length}");
        foreach (DataViewSchema.Column column in inputs)
        {
            host.CheckUserArg(values[0].Type.Equals(column.Type.GetItemType()), nameof(keyData),
                $"Must have values of type {column.Type.GetItemType()} for column '{column.Name}' but has {values[0].Type}");
        }

        Vocabulary vocabulary = Collect(keyData, values, options with { MaximumNumberOfKeys = int.MaxValue })[0];
        return Array.ConvertAll(inputs, _ => vocabulary);
    }
}

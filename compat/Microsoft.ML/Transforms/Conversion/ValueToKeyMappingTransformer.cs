using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Turns values into keys, which are 1-based; 0 where a value is missing or was not met in training.</summary>
public sealed partial class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    private readonly Vocabulary[] _vocabularies;
    private readonly bool _annotationsAsText;

    private ValueToKeyMappingTransformer(IHost host, IReadOnlyList<InputOutputColumnPair> columns, Vocabulary[] vocabularies, bool annotationsAsText)
        : base(host, columns)
    {
        _vocabularies = vocabularies;
        _annotationsAsText = annotationsAsText;
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema inputSchema)
    {
        DataViewSchema.Column[] inputs = FindInputs(inputSchema);
        for (int i = 0; i < inputs.Length; i++)
        {
            PrimitiveDataViewType expected = _vocabularies[i].ItemType;
            if (!inputs[i].Type.GetItemType().Equals(expected))
            {
                throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", inputs[i].Name,
                    $"{expected} or Vector<{expected}>", inputs[i].Type.ToString()!);
            }
        }

        return new Mapper(this, inputs);
    }

    private sealed class Mapper(ValueToKeyMappingTransformer owner, DataViewSchema.Column[] inputs) : OneToOneMapper(inputs)
    {
        public override DataViewSchema.DetachedColumn[] GetOutputColumns() =>
            owner.Columns.Select((pair, i) => OutputColumn(pair.OutputColumnName, Inputs[i], owner._vocabularies[i])).ToArray();

        protected override Delegate CreateGetter(DataViewRow input, int output) => owner._vocabularies[output].CreateGetter(input, Inputs[output]);

        private DataViewSchema.DetachedColumn OutputColumn(string name, DataViewSchema.Column input, Vocabulary vocabulary)
        {
            var key = new KeyDataViewType(typeof(uint), Math.Max(1, vocabulary.Count));
            var annotations = new DataViewSchema.Annotations.Builder();
            if (input.HasSlotNames())
                annotations.Add(input.Annotations, kind => kind == AnnotationUtils.Kinds.SlotNames);
            vocabulary.AddKeyValues(annotations, owner._annotationsAsText);
            DataViewType type = input.Type is VectorDataViewType vector ? new VectorDataViewType(key, vector.Dimensions) : key;
            return new DataViewSchema.DetachedColumn(name, type, annotations.ToAnnotations());
        }
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Turns keys back into the values that they stand for; key 0 into the type's missing value, where it has one.</summary>
public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "KeyToValueTransform";

    internal KeyToValueMappingTransformer(IHost host, InputOutputColumnPair[] columns) : base(host, columns)
    {
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema inputSchema) => new Mapper(Columns, FindInputs(inputSchema));

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        SaveColumns(ctx);
    }

    private static KeyToValueMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new KeyToValueMappingTransformer(env.Register("KeyToValue"), LoadColumns(ctx));
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "KEY2VALT",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: ModelAssembly.Name,
        loaderSignature: LoaderSignature);

    private sealed class Mapper : OneToOneMapper
    {
        private readonly IReadOnlyList<InputOutputColumnPair> _columns;
        private readonly KeyValueTable[] _tables;

        public Mapper(IReadOnlyList<InputOutputColumnPair> columns, DataViewSchema.Column[] inputs) : base(inputs)
        {
            _columns = columns;
            _tables = Array.ConvertAll(inputs, KeyValueTable.Create);
        }

        public override DataViewSchema.DetachedColumn[] GetOutputColumns() =>
            _columns.Select((pair, i) => OutputColumn(pair.OutputColumnName, Inputs[i], _tables[i].ItemType)).ToArray();

        protected override Delegate CreateGetter(DataViewRow input, int output) => _tables[output].CreateGetter(input, Inputs[output]);

        private static DataViewSchema.DetachedColumn OutputColumn(string name, DataViewSchema.Column input, PrimitiveDataViewType itemType)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            if (input.HasSlotNames())
                annotations.Add(input.Annotations, kind => kind == AnnotationUtils.Kinds.SlotNames);
            DataViewType type = input.Type is VectorDataViewType vector ? new VectorDataViewType(itemType, vector.Dimensions) : itemType;
            return new DataViewSchema.DetachedColumn(name, type, annotations.ToAnnotations());
        }
    }
}

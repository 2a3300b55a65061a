using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Copies columns, annotations included.</summary>
public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "CopyTransform";

    internal ColumnCopyingTransformer(IHost host, InputOutputColumnPair[] columns) : base(host, columns)
    {
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema inputSchema) => new Mapper(Columns, FindInputs(inputSchema));

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        SaveColumns(ctx);
    }

    private static ColumnCopyingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new ColumnCopyingTransformer(env.Register("CopyColumns"), LoadColumns(ctx));
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "COPYCOLT",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: ModelAssembly.Name,
        loaderSignature: LoaderSignature);

    private sealed class Mapper(IReadOnlyList<InputOutputColumnPair> columns, DataViewSchema.Column[] inputs) : OneToOneMapper(inputs)
    {
        public override DataViewSchema.DetachedColumn[] GetOutputColumns() => columns
            .Select((pair, i) => new DataViewSchema.DetachedColumn(pair.OutputColumnName, Inputs[i].Type, Inputs[i].Annotations))
            .ToArray();

        protected override Delegate CreateGetter(DataViewRow input, int output) => RowGetters.Get(input, Inputs[output]);
    }
}

using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

/// <summary>Joins columns of one item type into a vector, whose slots are named after the columns.</summary>
public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
{
    internal const string LoaderSignature = "ConcatTransform";

    private readonly string _outputColumnName;
    private readonly string[] _inputColumnNames;

    internal ColumnConcatenatingTransformer(IHost host, string outputColumnName, string[] inputColumnNames) : base(host)
    {
        _outputColumnName = outputColumnName;
        _inputColumnNames = inputColumnNames;
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema inputSchema)
    {
        DataViewSchema.Column[] inputs = Array.ConvertAll(_inputColumnNames, name => InputColumns.Find(inputSchema, name));
        DataViewType itemType = inputs[0].Type.GetItemType();
        foreach (DataViewSchema.Column input in inputs)
        {
            if (!input.Type.GetItemType().Equals(itemType) || itemType is not PrimitiveDataViewType)
                throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", input.Name, itemType.ToString()!, input.Type.ToString()!);
        }

        return new ConcatenatingMapper(_outputColumnName, inputs);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(_outputColumnName);
        ctx.Writer.Write(_inputColumnNames.Length);
        foreach (string name in _inputColumnNames)
            ctx.SaveNonEmptyString(name);
    }

    private static ColumnConcatenatingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        string outputColumnName = ctx.LoadNonEmptyString();
        string[] inputColumnNames = new string[ModelLimits.ReadCount(ctx.Reader, sizeof(int))];
        for (int i = 0; i < inputColumnNames.Length; i++)
            inputColumnNames[i] = ctx.LoadNonEmptyString();
        if (inputColumnNames.Length == 0)
            throw ModelLimits.Corrupt();
        return new ColumnConcatenatingTransformer(env.Register("Concatenate"), outputColumnName, inputColumnNames);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "CONCAT F",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: ModelAssembly.Name,
        loaderSignature: LoaderSignature);
}

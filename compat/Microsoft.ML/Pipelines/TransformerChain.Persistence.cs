using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

// How a chain is saved: the scopes in its own entry, each transformer in a folder of its own.
public sealed partial class TransformerChain<TLastTransformer>
{
    internal const string LoaderSignature = "TransformerChain";

    private TransformerChain(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        int count = ModelLimits.ReadCount(ctx.Reader, bytesPerItem: sizeof(int));
        _transformers = new ITransformer[count];
        _scopes = new TransformerScope[count];
        for (int i = 0; i < count; i++)
        {
            _scopes[i] = (TransformerScope)ctx.Reader.ReadInt32();
            ctx.LoadModel<ITransformer, SignatureLoadModel>(env, out _transformers[i], FolderName(i));
        }

        LastTransformer = Last(_transformers);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        Contracts.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.Writer.Write(_transformers.Length);
        for (int i = 0; i < _transformers.Length; i++)
        {
            ctx.Writer.Write((int)_scopes[i]);
            ctx.SaveModel(_transformers[i], FolderName(i));
        }
    }

    private static string FolderName(int index) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Transform_{index:000}");

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "XF  PIPE",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: ModelAssembly.Name,
        loaderSignature: LoaderSignature);
}

using System.Globalization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed partial class ValueToKeyMappingTransformer
{
    internal const string LoaderSignature = "TermTransform";
    private const string VocabularyFolder = "Vocabulary";

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        SaveColumns(ctx);
        ctx.Writer.Write(_annotationsAsText);
        ctx.SaveSubModel(VocabularyFolder, SaveVocabularies);
    }

    private void SaveVocabularies(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVocabularyVersionInfo());
        for (int i = 0; i < _vocabularies.Length; i++)
        {
            _vocabularies[i].Save(ctx.Writer);
            // For people; loading doesn't read it.
            ctx.SaveTextStream(i == 0 ? "Terms.txt" : string.Create(CultureInfo.InvariantCulture, $"Terms_{i:000}.txt"), _vocabularies[i].WriteText);
        }
    }

    private static ValueToKeyMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        InputOutputColumnPair[] columns = LoadColumns(ctx);
        bool annotationsAsText = ctx.Reader.ReadBoolean();
        var vocabularies = new Vocabulary[columns.Length];
        bool found = ctx.TryProcessSubModel(VocabularyFolder, sub =>
        {
            sub.CheckAtModel(GetVocabularyVersionInfo());
            for (int i = 0; i < vocabularies.Length; i++)
                vocabularies[i] = Vocabulary.Load(sub.Reader);
        });
        return found
            ? new ValueToKeyMappingTransformer(env.Register("Term"), columns, vocabularies, annotationsAsText)
            : throw ModelLimits.Corrupt();
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "TERMTRNF",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: ModelAssembly.Name,
        loaderSignature: LoaderSignature);

    private static VersionInfo GetVocabularyVersionInfo() => new(
        modelSignature: "TERM MAN",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: ModelAssembly.Name);
}

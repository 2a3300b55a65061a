using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Tests.Extension;

[assembly: LoadableClass(typeof(LetterTransformer), null, typeof(SignatureLoadModel), "Letters", LetterTransformer.LoaderSignature)]

namespace Microsoft.ML.Tests.Extension;

public sealed partial class LetterTransformer
{
    internal const string LoaderSignature = "LetterTransformer";

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(_textColumnName);
        ctx.SaveStringOrNull(Note);
        ctx.Writer.Write(Model.Labels.Length);
        foreach (string label in Model.Labels)
            ctx.SaveNonEmptyString(label);
        ctx.SaveBinaryStream("Weights.bin", writer =>
        {
            foreach (float weight in Model.Weights)
                writer.Write(weight);
        });
    }

    private static LetterTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        string textColumnName = ctx.LoadNonEmptyString();
        string? note = ctx.LoadStringOrNull();
        var labels = new string[ctx.Reader.ReadInt32()];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = ctx.LoadNonEmptyString();
        var weights = new float[labels.Length * LetterModel.Letters];
        bool found = ctx.TryLoadBinaryStream("Weights.bin", reader =>
        {
            for (int i = 0; i < weights.Length; i++)
                weights[i] = reader.ReadSingle();
        });
        return found ? new LetterTransformer(new LetterModel(labels, weights), textColumnName, note) : throw new FormatException("Weights.bin is missing");
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "LETTERS1",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(LetterTransformer).Assembly.GetName().Name!,
        loaderSignature: LoaderSignature);
}

using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;

[assembly: LoadableClass(
    typeof(BinaryPredictionTransformer<CalibratedModelParametersBase<FastTreeBinaryModelParameters, PlattCalibrator>>),
    typeof(BinaryPredictionTransformer), null,
    typeof(SignatureLoadModel), "Binary prediction", BinaryPredictionTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

/// <summary>How a binary prediction is saved: its column in its own entry, the model in a folder.</summary>
internal static class BinaryPredictionTransformer
{
    internal const string LoaderSignature = "BinaryPredXfer";
    private const string ModelFolder = "Model";

    public static void Save(ModelSaveContext ctx, object model, string featureColumnName, DataViewType featureColumnType)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveModel((ICanSaveModel)model, ModelFolder);
        ctx.SaveNonEmptyString(featureColumnName);
        ctx.Writer.Write(featureColumnType.GetVectorSize());
    }

    public static BinaryPredictionTransformer<CalibratedModelParametersBase<FastTreeBinaryModelParameters, PlattCalibrator>> Create(
        IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        ctx.LoadModel<CalibratedFastTree, SignatureLoadModel>(env, out CalibratedFastTree model, ModelFolder);
        string feature = ctx.LoadNonEmptyString();
        int size = ctx.Reader.ReadInt32();
        env.CheckDecode(size == ((IBinaryScorer)model).FeatureCount, "Corrupt model file");
        return new(env, model, feature, new VectorDataViewType(NumberDataViewType.Single, size));
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "KTBIPRED",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: ModelAssembly.Name,
        loaderSignature: LoaderSignature);
}

using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;

[assembly: LoadableClass(
    typeof(CalibratedFastTree), null, typeof(SignatureLoadModel), "Calibrated FastTree", CalibratedFastTree.LoaderSignature)]

namespace Microsoft.ML.Trainers.FastTree;

/// <summary>Boosted trees and the sigmoid they were trained with.</summary>
internal sealed class CalibratedFastTree(FastTreeBinaryModelParameters trees, PlattCalibrator calibrator)
    : CalibratedModelParametersBase<FastTreeBinaryModelParameters, PlattCalibrator>(trees, calibrator), IBinaryScorer, ICanSaveModel
{
    internal const string LoaderSignature = "CalibratedFastTree";
    private const string TreesFolder = "Predictor";

    public int FeatureCount => SubModel.FeatureCount;

    public float Score(in VBuffer<float> features) => SubModel.Score(features);

    public float Probability(float score) => Calibrator.PredictProbability(score);

    public void Save(ModelSaveContext ctx)
    {
        Contracts.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveModel<ICanSaveModel>(SubModel, TreesFolder);
        ctx.Writer.Write(Calibrator.Slope);
        ctx.Writer.Write(Calibrator.Offset);
    }

    private static CalibratedFastTree Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        ctx.LoadModel<FastTreeBinaryModelParameters, SignatureLoadModel>(env, out FastTreeBinaryModelParameters trees, TreesFolder);
        return new CalibratedFastTree(trees, new PlattCalibrator(ctx.Reader.ReadDouble(), ctx.Reader.ReadDouble()));
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "KTCALTRE",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: ModelAssembly.Name,
        loaderSignature: LoaderSignature);
}

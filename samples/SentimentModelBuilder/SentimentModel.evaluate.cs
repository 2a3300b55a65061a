using Microsoft.ML;
using Microsoft.ML.Data;

namespace SentimentModelBuilder;

public partial class SentimentModel
{
    /// <summary>Measures a saved model on the rows of a file.</summary>
    public static MulticlassClassificationMetrics Evaluate(string modelPath, string inputDataFilePath)
    {
        var mlContext = new MLContext();
        ITransformer model = mlContext.Model.Load(modelPath, out _);
        using (model as IDisposable)
            return Evaluate(mlContext, model, LoadIDataViewFromFile(mlContext, inputDataFilePath));
    }

    /// <summary>Measures a model on rows.</summary>
    public static MulticlassClassificationMetrics Evaluate(MLContext mlContext, ITransformer model, IDataView data) =>
        mlContext.MulticlassClassification.Evaluate(model.Transform(data), labelColumnName: "Label");
}

using Microsoft.ML;
using Microsoft.ML.KappaTune;

namespace SentimentModelBuilder;

public partial class SentimentModel
{
    public const char RetrainSeparatorChar = '\t';
    public const bool RetrainHasHeader = true;
    public const bool RetrainAllowQuoting = false;

    /// <summary>Trains a model on a file, and saves it.</summary>
    /// <param name="outputModelPath">The .zip file to write.</param>
    /// <param name="inputDataFilePath">Rows with the columns of <see cref="ModelInput"/>.</param>
    /// <param name="baseModelPath">The pre-trained model: a folder in Hugging Face layout.</param>
    public static void Train(string outputModelPath, string inputDataFilePath, string baseModelPath)
    {
        var mlContext = new MLContext(seed: 1);
        IDataView data = LoadIDataViewFromFile(mlContext, inputDataFilePath);
        ITransformer model = RetrainModel(mlContext, data, baseModelPath);
        using (model as IDisposable)
            SaveModel(mlContext, model, data, outputModelPath);
    }

    /// <summary>The rows of a file.</summary>
    public static IDataView LoadIDataViewFromFile(MLContext mlContext, string inputDataFilePath) =>
        mlContext.Data.LoadFromTextFile<ModelInput>(inputDataFilePath, RetrainSeparatorChar, RetrainHasHeader, RetrainAllowQuoting);

    /// <summary>Saves a model for <see cref="Predict"/>.</summary>
    public static void SaveModel(MLContext mlContext, ITransformer model, IDataView data, string modelSavePath)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(modelSavePath)!);
        mlContext.Model.Save(model, data.Schema, modelSavePath);
    }

    /// <summary>Trains the pipeline.</summary>
    public static ITransformer RetrainModel(MLContext mlContext, IDataView trainData, string baseModelPath) =>
        BuildPipeline(mlContext, baseModelPath).Fit(trainData);

    /// <summary>The pipeline from the file's columns to a predicted label.</summary>
    public static IEstimator<ITransformer> BuildPipeline(MLContext mlContext, string baseModelPath) =>
        mlContext.Transforms.Conversion.MapValueToKey(outputColumnName: "Label", inputColumnName: "Label")
            .Append(mlContext.MulticlassClassification.Trainers.KappaTuneTextClassification(new()
            {
                BaseModel = baseModelPath,
                LabelColumnName = "Label",
                Sentence1ColumnName = "Text",
                Selection = KappaSelection.LowestFraction(0.2),
                MaxEpochs = 10,
                BatchSize = 16,
                LearningRate = 3e-4,
            }))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue(outputColumnName: "PredictedLabel", inputColumnName: "PredictedLabel"));
}

using System.Runtime.CompilerServices;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.CheckpointData;
using Microsoft.ML.KappaTune.ConditionNumbers;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.TextClassification;

namespace Microsoft.ML;

/// <summary>What KappaTune adds to the catalogs of <see cref="MLContext"/>.</summary>
public static partial class KappaTuneCatalog
{
    /// <summary>
    /// The tensors of a checkpoint as data, a row a matrix in the order of the files, without loading the model: Name, Role, Layer and
    /// Expert (-1 where there's none), Dimensions (of the stored tensor: 1 for a vector, 3 for a stack of experts, which is a row an
    /// expert), Rows, Columns (1 for a vector), Parameters, DataType (as safetensors names it, or how values are coded, such as
    /// "GPTQ 4-bit") and Weight, its values row by row as 32-bit numbers. Codes and their scales are one row, with the values that the
    /// model computes with; where those can't be made, DataType is "unreadable" and Weight empty. Headers are checked at once; a weight is
    /// read only when a row's Weight is, one row at a time, and the files are open only meanwhile.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">
    /// A folder in Hugging Face layout, one safetensors file, an encoder's ONNX file, or <see cref="BaseModel.Embedded"/>.
    /// </param>
    /// <exception cref="CheckpointFormatException">The checkpoint can't be read.</exception>
    public static IDataView LoadFromCheckpoint(this DataOperationsCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var view = new CheckpointDataView(path);
        ModelWarnings.Log(CatalogEnvironment.FromCatalog(catalog), view.Warnings);
        return view;
    }

    /// <summary>
    /// Adds the condition number of the matrix in each row: Kappa (σ_max / σ_min, +∞ where σ_min is zero), RelativeKappa (Kappa over
    /// that of a random Gaussian matrix of the shape), SigmaMax and SigmaMin. They are NaN where there's nothing to tell: where a
    /// matrix is empty or has no values, or is a single row or column and its condition number 1 whatever it holds.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="weightColumnName">The values, row by row: a vector of Single.</param>
    /// <param name="rowsColumnName">The number of rows: Int64.</param>
    /// <param name="columnsColumnName">The number of columns: Int64.</param>
    /// <param name="nameColumnName">The text that names the matrix in errors; null for none.</param>
    /// <param name="nonFinite">What a value that is NaN or infinite does: an error, or NaN in all four columns.</param>
    public static KappaConditionNumberEstimator KappaConditionNumber(
        this TransformsCatalog catalog, string weightColumnName = "Weight", string rowsColumnName = "Rows",
        string columnsColumnName = "Columns", string? nameColumnName = "Name", NonFiniteHandling nonFinite = NonFiniteHandling.Error)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(MatrixColumns.Checked(weightColumnName, rowsColumnName, columnsColumnName, nameColumnName, nonFinite));
    }

    /// <summary>
    /// Adds what all singular values say about the matrix in each row: SpectralNorm, FrobeniusNorm, LogVolume, StableRank,
    /// EffectiveRank and EntropyBound, as <see cref="KappaTune.SpectralReport"/> explains them; NaN for an empty matrix. Takes much
    /// longer than <see cref="KappaConditionNumber"/>, which needs only two of the singular values.
    /// </summary>
    /// <inheritdoc cref="KappaConditionNumber" path="/param"/>
    public static KappaSpectralReportEstimator KappaSpectralReport(
        this TransformsCatalog catalog, string weightColumnName = "Weight", string rowsColumnName = "Rows",
        string columnsColumnName = "Columns", string? nameColumnName = "Name", NonFiniteHandling nonFinite = NonFiniteHandling.Error)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(MatrixColumns.Checked(weightColumnName, rowsColumnName, columnsColumnName, nameColumnName, nonFinite));
    }

    /// <summary>
    /// Selects among the matrices of a checkpoint: adds Rank (from 1; 0 where a matrix is no candidate) and Selected. Fitting reads the
    /// scores of all rows; what was decided is kept by name and expert. Needs the columns of
    /// <see cref="LoadFromCheckpoint"/> but Layer, Parameters and Weight, and Kappa.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="selection">The policy and what it applies to.</param>
    /// <exception cref="ArgumentException">The selection is invalid.</exception>
    public static KappaSelectionEstimator KappaSelection(this TransformsCatalog catalog, KappaSelection selection)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(selection);
    }

#pragma warning disable RS0026 // No call fits both of these: only one takes a number first.
    /// <summary>
    /// Fine-tunes a pre-trained model to classify texts, or pairs of texts, training only its tensors with low condition numbers
    /// and a new head. Its parameters are named and ordered as those of ML.NET's own <c>TextClassification</c>.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">The label: a key of the classes, as <c>MapValueToKey</c> makes it.</param>
    /// <param name="scoreColumnName">The name of the column of the classes' probabilities.</param>
    /// <param name="outputColumnName">The name of the predicted class's column.</param>
    /// <param name="sentence1ColumnName">The text.</param>
    /// <param name="sentence2ColumnName">The second text, for tasks on pairs of texts; null for none.</param>
    /// <param name="batchSize">Rows a forward pass.</param>
    /// <param name="maxEpochs">Passes over the training data.</param>
    /// <param name="baseModel">The pre-trained model: a folder in Hugging Face layout, or the one that comes with the library.</param>
    /// <param name="validationSet">Data to validate on after each epoch; null for none.</param>
    /// <param name="selection">Which of the model's tensors train; null for the 20 % with the lowest condition numbers.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static KappaTuneTextClassificationTrainer KappaTuneTextClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string labelColumnName = "Label",
        string scoreColumnName = "Score", string outputColumnName = "PredictedLabel", string sentence1ColumnName = "Sentence1",
        string? sentence2ColumnName = default, int batchSize = 32, int maxEpochs = 10, string baseModel = BaseModel.Embedded,
        IDataView? validationSet = null, KappaSelection? selection = null)
    {
        var options = new KappaTuneTextClassificationTrainer.Options
        {
            LabelColumnName = labelColumnName,
            ScoreColumnName = scoreColumnName,
            OutputColumnName = outputColumnName,
            Sentence1ColumnName = sentence1ColumnName,
            Sentence2ColumnName = sentence2ColumnName,
            BatchSize = batchSize,
            MaxEpochs = maxEpochs,
            BaseModel = baseModel,
            ValidationSet = validationSet,
        };
        return new(CatalogEnvironment.FromCatalog(catalog), selection is null ? options : options with { Selection = selection });
    }

    /// <summary>
    /// Fine-tunes a pre-trained model to classify texts, or pairs of texts, and loses at most a given part of what it knew: the trainer
    /// finds the learning rate that learns most within it.
    /// </summary>
    /// <remarks>
    /// While it trains, it measures the base model's own objective (guessing hidden words or, of sentence encoders, finding a sentence's
    /// neighbour) on a control text, slows down or goes back where the loss would rise too far, and at the end mixes weights with the
    /// base's where that is needed. Half of the control text decides, the other half is what <see cref="TuningReport.Budget"/> says was
    /// kept. For other limits and more to set, give <see cref="TuningOptions.Budget"/> in the options.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="keep">
    /// How much is kept, above 0 and below 1: the loss on the control text may rise by 1 − keep of the base's, so that 0.98 allows 2 %.
    /// </param>
    /// <param name="labelColumnName">The label: a key of the classes, as <c>MapValueToKey</c> makes it.</param>
    /// <param name="sentence1ColumnName">The text.</param>
    /// <param name="sentence2ColumnName">The second text, for tasks on pairs of texts; null for none.</param>
    /// <param name="baseModel">The pre-trained model: a folder in Hugging Face layout, or the one that comes with the library.</param>
    /// <param name="controlText">
    /// A text file, UTF-8, like what the base model learnt from and unlike the task; null for a sample of English books in the public
    /// domain that comes with the library.
    /// </param>
    /// <param name="maxEpochs">Passes over the training data.</param>
    /// <param name="validationSet">Data to validate on after each epoch; null for none.</param>
    /// <param name="selection">Which of the model's tensors train; null for the 20 % with the lowest condition numbers.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static KappaTuneTextClassificationTrainer KappaTuneTextClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, double keep, string labelColumnName = "Label",
        string sentence1ColumnName = "Sentence1", string? sentence2ColumnName = null, string baseModel = BaseModel.Embedded,
        string? controlText = null, int maxEpochs = 10, IDataView? validationSet = null, KappaSelection? selection = null)
    {
        var options = new KappaTuneTextClassificationTrainer.Options
        {
            Budget = new() { Keep = keep },
            LabelColumnName = labelColumnName,
            Sentence1ColumnName = sentence1ColumnName,
            Sentence2ColumnName = sentence2ColumnName,
            BaseModel = baseModel,
            RetentionText = controlText,
            MaxEpochs = maxEpochs,
            ValidationSet = validationSet,
        };
        return new(CatalogEnvironment.FromCatalog(catalog), selection is null ? options : options with { Selection = selection });
    }
#pragma warning restore RS0026

    /// <summary>
    /// Fine-tunes a pre-trained model to classify texts, or pairs of texts, training only its tensors with low condition numbers
    /// and a new head.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">What to tune, and how.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message names each.</exception>
    // So that new() { … } means the options, and not the other overload's text.
    [OverloadResolutionPriority(1)]
    public static KappaTuneTextClassificationTrainer KappaTuneTextClassification(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        KappaTuneTextClassificationTrainer.Options options) =>
        new(CatalogEnvironment.FromCatalog(catalog), options);

    /// <summary>
    /// Loads a model that was saved, as ML.NET's own <c>Load</c> does, to compute with another device or number of threads than it was
    /// trained with. What is wrong with a file is thrown as it was found, not as an inner exception.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="filePath">The model's .zip file. It names code to run: load only models you trust.</param>
    /// <param name="inputSchema">The columns of the data that it was saved with; null where it doesn't say.</param>
    /// <param name="device">
    /// <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:0</c>; null for what it was trained with, or the CPU where there is no such device.
    /// </param>
    /// <param name="threads">Threads of the tensor library, 0 for all cores; null for as many as it was trained with.</param>
    /// <exception cref="ArgumentException">There is no such device here, or the number of threads is negative.</exception>
    /// <exception cref="FormatException">The file is damaged, or a base model that it refers to isn't there.</exception>
    public static ITransformer Load(
        this ModelOperationsCatalog catalog, string filePath, out DataViewSchema? inputSchema, string? device, int? threads)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentOutOfRangeException.ThrowIfNegative(threads ?? 0, nameof(threads));
        return SavedModel.Load(catalog, filePath, out inputSchema, new(device, threads));
    }

    /// <summary>
    /// Loads a text classifier that was tuned elsewhere, in Python say: a folder as transformers saves it, or a base model and an adapter
    /// as PEFT saves it, which is merged. It scores, and is saved, like one that was tuned here; it has no report. The predicted class
    /// is a key with the configuration's class names, or LABEL_0, LABEL_1, … where it has none.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">A folder in Hugging Face layout, with weights as safetensors: a classifier, or an adapter's base model.</param>
    /// <param name="adapter">A folder with adapter_config.json and adapter_model.safetensors; null for none.</param>
    /// <param name="scoreColumnName">The name of the column of the classes' probabilities.</param>
    /// <param name="outputColumnName">The name of the predicted class's column.</param>
    /// <param name="sentence1ColumnName">The text.</param>
    /// <param name="sentence2ColumnName">The second text, for tasks on pairs of texts; null for none.</param>
    /// <param name="maxSequenceLength">
    /// Tokens of the longest text, 4 or more; null for as many as the model and its tokenizer allow.
    /// </param>
    /// <param name="device">Where it computes: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:0</c>.</param>
    /// <exception cref="ArgumentException">A name is empty, the length isn't one of the model's, or there is no such device.</exception>
    /// <exception cref="CheckpointFormatException">A folder can't be read, or there is no classification head.</exception>
    public static KappaTuneTextClassificationTransformer LoadKappaTuneTextClassification(
        this ModelOperationsCatalog catalog, string model, string? adapter = null, string scoreColumnName = "Score",
        string outputColumnName = "PredictedLabel", string sentence1ColumnName = "Sentence1", string? sentence2ColumnName = null,
        int? maxSequenceLength = null, string device = "auto")
    {
        Runtime.IHostEnvironment environment = CatalogEnvironment.FromCatalog(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        var columns = new ClassificationColumns(sentence1ColumnName, sentence2ColumnName, scoreColumnName, outputColumnName);
        foreach (string name in
            (ReadOnlySpan<string>)[scoreColumnName, outputColumnName, sentence1ColumnName, sentence2ColumnName ?? "none"])
            ArgumentException.ThrowIfNullOrWhiteSpace(name, "a column's name");
        CheckpointClassifier loaded = CheckpointClassifier.Load(model, adapter, maxSequenceLength, device);
        ModelWarnings.Log(environment, loaded.Warnings);
        return new(environment, new ClassificationModel
        {
            Classifier = loaded.Classifier,
            Labels = LabelValues.FromNames(loaded.ClassNames),
            Columns = columns,
            Device = device,
        });
    }

    /// <summary>
    /// Adds the vectors of texts that a pre-trained or tuned model computes, so that any trainer can learn from them; fitting learns
    /// nothing. Vectors have a length of 1.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The name of the vectors' column.</param>
    /// <param name="inputColumnName">The text.</param>
    /// <param name="model">
    /// A folder in Hugging Face layout, a GGUF file, the .zip of a model that KappaTuneTextClassification, KappaTuneLanguageModel or
    /// KappaTuneSpeech tuned, or <see cref="BaseModel.Embedded"/>.
    /// </param>
    /// <param name="pooling">
    /// How the states of a text's tokens become one vector; null for what the model's folder says, else their mean.
    /// </param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static KappaTuneEmbeddingEstimator KappaTuneEmbedding(
        this TransformsCatalog.TextTransforms catalog, string outputColumnName, string inputColumnName, string model,
        EmbeddingPooling? pooling = null) =>
        catalog.KappaTuneEmbedding(new KappaTuneEmbeddingEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Model = model,
            Pooling = pooling,
        });

    /// <summary>
    /// Adds the vectors of texts that a pre-trained or tuned model computes, so that any trainer can learn from them; fitting learns
    /// nothing.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">The model and the columns.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static KappaTuneEmbeddingEstimator KappaTuneEmbedding(
        this TransformsCatalog.TextTransforms catalog, KappaTuneEmbeddingEstimator.Options options) =>
        new(CatalogEnvironment.FromCatalog(catalog), options);

    /// <summary>
    /// Fine-tunes a pre-trained language model on texts, or on prompts and completions, training only its tensors with low condition
    /// numbers; the result says how likely texts or completions are.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="baseModel">The pre-trained model: a decoder's folder in Hugging Face layout, or a GGUF file.</param>
    /// <param name="textColumnName">The text, or the prompt where there are completions.</param>
    /// <param name="completionColumnName">What completes the prompt, of which alone the loss is; null for whole texts.</param>
    /// <param name="maxEpochs">Passes over the training data.</param>
    /// <param name="validationSet">Data to validate on after each epoch; null for none.</param>
    /// <param name="selection">Which of the model's tensors train; null for the 20 % with the lowest condition numbers.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static KappaTuneLanguageModelEstimator KappaTuneLanguageModel(
        this TransformsCatalog.TextTransforms catalog, string baseModel, string textColumnName = "Text",
        string? completionColumnName = null, int maxEpochs = 3, IDataView? validationSet = null, KappaSelection? selection = null)
    {
        var options = new KappaTuneLanguageModelEstimator.Options
        {
            BaseModel = baseModel,
            TextColumnName = textColumnName,
            CompletionColumnName = completionColumnName,
            MaxEpochs = maxEpochs,
            ValidationSet = validationSet,
        };
        return catalog.KappaTuneLanguageModel(selection is null ? options : options with { Selection = selection });
    }

    /// <summary>
    /// Fine-tunes a pre-trained language model on texts, on prompts and completions, or on conversations, training only its tensors with
    /// low condition numbers; the result says how likely texts, completions or answers are.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">What to tune, and how.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message names each.</exception>
    // So that new() { … } means the options, and not the other overload's text.
    [OverloadResolutionPriority(1)]
    public static KappaTuneLanguageModelEstimator KappaTuneLanguageModel(
        this TransformsCatalog.TextTransforms catalog, KappaTuneLanguageModelEstimator.Options options) =>
        new(CatalogEnvironment.FromCatalog(catalog), options);

    /// <summary>
    /// Adds the vectors of texts that a tuned model computes below its head. Fitting copies it, which the tuned model may be
    /// disposed after.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">The columns; <see cref="KappaTuneEmbeddingEstimator.Options.Model"/> isn't used.</param>
    /// <param name="model">The tuned model.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static KappaTuneEmbeddingEstimator KappaTuneEmbedding(
        this TransformsCatalog.TextTransforms catalog, KappaTuneEmbeddingEstimator.Options options,
        KappaTuneTextClassificationTransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new(CatalogEnvironment.FromCatalog(catalog), options, model);
    }
}

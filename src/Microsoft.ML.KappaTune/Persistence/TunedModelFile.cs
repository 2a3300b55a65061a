namespace Microsoft.ML.KappaTune.Persistence;

/// <summary>Takes the one model that KappaTune tuned out of a saved pipeline, which may have other parts.</summary>
internal static class TunedModelFile
{
    private const string GgufOrFolder = "a folder in Hugging Face layout or a .gguf file";

    /// <summary>
    /// Loads what writes texts by the model in a file, a language model or one that hears, and frees it when it is disposed; all else in
    /// the file is freed.
    /// </summary>
    /// <param name="device">What it is to compute with; null for what it was trained with.</param>
    /// <exception cref="FormatException">The file is damaged, or hasn't one such model.</exception>
    public static TextGenerator LoadGenerator(string path, string? device)
    {
        ITransformer model = Load(
            path, device, null, part => part is KappaTuneLanguageModelTransformer or KappaTuneSpeechTransformer,
            "KappaTuneLanguageModel or KappaTuneSpeech", GgufOrFolder);
        try
        {
            return model is KappaTuneSpeechTransformer speech ? speech.Generator : ((KappaTuneLanguageModelTransformer)model).Generator;
        }
        catch
        {
            (model as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <summary>Loads the model in a file that hears; all else in the file is freed.</summary>
    /// <param name="device">What it is to compute with; null for what it was trained with.</param>
    /// <param name="threads">Threads to compute with; null for as many as it was trained with.</param>
    /// <exception cref="FormatException">The file is damaged, or hasn't one such model.</exception>
    public static KappaTuneSpeechTransformer LoadSpeech(string path, string? device, int? threads) => (KappaTuneSpeechTransformer)Load(
        path, device, threads, part => part is KappaTuneSpeechTransformer, "KappaTuneSpeech",
        "a folder that SaveModel wrote of one");

    /// <summary>What hears: a model, or the first part of a pipeline that does; null for nothing.</summary>
    public static KappaTuneSpeechTransformer? FindSpeech(ITransformer model) =>
        PartsOf(model).OfType<KappaTuneSpeechTransformer>().FirstOrDefault();

    /// <summary>Writes the model in a file, a classifier, a language model or one that hears, as a folder in Hugging Face layout.</summary>
    /// <exception cref="FormatException">The file is damaged, or hasn't one such model.</exception>
    public static void Unpack(string path, string folder)
    {
        ITransformer model = Load(
            path, device: null, threads: null, part => SaveOf(part) is not null,
            "KappaTuneTextClassification, KappaTuneLanguageModel or KappaTuneSpeech", GgufOrFolder);
        using (model as IDisposable)
            SaveOf(model)!(folder);
    }

    /// <summary>What writes it as such a folder; null for transformers that are no such model.</summary>
    private static Action<string>? SaveOf(ITransformer part) => part switch
    {
        KappaTuneTextClassificationTransformer classifier => classifier.SaveModel,
        KappaTuneLanguageModelTransformer language => language.SaveModel,
        KappaTuneSpeechTransformer speech => speech.SaveModel,
        _ => null,
    };

    /// <param name="tuners">What makes models that are wanted.</param>
    /// <param name="others">What else than a .zip has them.</param>
    private static ITransformer Load(
        string path, string? device, int? threads, Predicate<ITransformer> isWanted, string tuners, string others)
    {
        ITransformer[] parts;
        try
        {
            parts = [.. PartsOf(new MLContext().Model.Load(path, out _, device, threads))];
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException(
                $"{path} can't be loaded: {e.Message.TrimEnd('.')}. Save the tuned model again, by itself, and name that file.", e);
        }

        ITransformer[] wanted = Array.FindAll(parts, isWanted);
        ITransformer? model = wanted is [var only] ? only : null;
        foreach (ITransformer part in parts)
        {
            if (part != model)
                (part as IDisposable)?.Dispose();
        }

        return model ?? throw new FormatException(wanted.Length == 0
            ? $"{path} has no model that {tuners} tuned. Name the .zip of one, {others}."
            : $"{path} has {wanted.Length} models that {tuners} tuned. Save the one that you mean by itself, and name that file.");
    }

    /// <summary>The transformers of a pipeline, those of pipelines within it too.</summary>
    private static IEnumerable<ITransformer> PartsOf(ITransformer model) =>
        model is IEnumerable<ITransformer> pipeline ? pipeline.SelectMany(PartsOf) : [model];
}

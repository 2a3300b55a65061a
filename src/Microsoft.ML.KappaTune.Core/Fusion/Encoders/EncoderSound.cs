namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>How sound becomes the frames of a pre-trained encoder: what its <c>preprocessor_config.json</c> says.</summary>
/// <param name="SampleRate">Samples a second.</param>
/// <param name="LogMel">How they become frames; null where each sample is one.</param>
/// <param name="Normalizes">Whether the samples of each row are normalised by their mean and deviation.</param>
internal sealed record EncoderSound(int SampleRate, LogMelOptions? LogMel, bool Normalizes)
{
    public const string FileName = "preprocessor_config.json";

    /// <summary>Where newer versions of transformers write the same, as one of several objects.</summary>
    private const string NewerFile = "processor_config.json", Section = "feature_extractor";

    private const int LeastRate = 1000, MostRate = 192_000;

    /// <summary>Reads a folder's file, or what newer folders have instead.</summary>
    /// <exception cref="CheckpointFormatException">
    /// There is none, a field is wrong, or it asks for what isn't supported.
    /// </exception>
    public static EncoderSound Read(string folder, SpeechEncoderConfig config, Action<string>? warn)
    {
        JsonField root = Find(folder);
        var fields = new ConfigFields(root);
        fields.Check(config.SoundFields);
        EncoderSound sound = config.ReadSound(fields);
        foreach (string unknown in config.SoundFields.Unknown(root.Element))
            warn?.Invoke(Warning(root.File, unknown));
        return sound;
    }

    /// <summary>What is said of a field or tensor that nothing here reads.</summary>
    public static string Warning(string file, string name) =>
        $"{file}, {CheckpointFormatException.Printable(name)}: it isn't known and has no effect here.";

    /// <summary>The rate, which none of these files leaves out.</summary>
    public static int RateIn(ConfigFields fields)
    {
        int rate = fields.Count("sampling_rate");
        return rate is >= LeastRate and <= MostRate ? rate : throw fields.Fault(
            "sampling_rate", $"it isn't from {LeastRate} to {MostRate}", $"Take {FileName} from the model's repository.");
    }

    private static JsonField Find(string folder)
    {
        var files = new CheckpointFolder(folder);
        if (files.Find(FileName) is { } file)
            return JsonField.Read(file);
        if (files.Find(NewerFile) is { } newer && JsonField.Read(newer).Find(Section) is { } section)
            return section;
        throw new CheckpointFormatException(
            folder, $"the folder has no {FileName}, which says how its frames are made", "Take it from the model's repository.");
    }
}

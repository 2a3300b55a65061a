using Microsoft.ML.KappaTune;

/// <summary>Says on the console how far training is.</summary>
internal static class Show
{
    /// <summary>Passes on what the encoder says of itself, as long as it learns alone.</summary>
    public static void EncoderAlone(string message)
    {
        if (message.StartsWith("The encoder alone", StringComparison.Ordinal))
            Console.WriteLine(message);
    }

    /// <summary>Says what an epoch ended with.</summary>
    public static void Epoch(TuningProgress at)
    {
        if (at.Validation is { Transcripts: { } errors })
            Console.WriteLine($"All together: epoch {at.Epoch} of {at.TotalEpochs}, word errors of new voices {errors.Words.Value:0.0 %}");
    }
}

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

    /// <summary>Says what an epoch ended with, and adds its word errors to a curve.</summary>
    public static void Progress(TuningProgress at, List<(int Step, double Errors)> curve)
    {
        if (at.Validation is not { Transcripts: { } errors })
            return;
        curve.Add((at.Step, errors.Words.Value));
        Console.WriteLine($"All together: epoch {at.Epoch} of {at.TotalEpochs}, word errors of new voices {errors.Words.Value:0.0 %}");
    }
}

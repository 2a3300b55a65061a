namespace KappaTune.Cli.Data;

/// <summary>How wrong what a model hears is, where it is known what was said.</summary>
/// <param name="Rows">Recordings that were heard.</param>
/// <param name="Errors">All errors together, for all that was said.</param>
internal sealed record SpeechEvaluation(int Rows, TranscriptErrors Errors)
{
    /// <summary>Hears the files.</summary>
    /// <exception cref="FormatException">One can't be heard; the message names it and its row.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SpeechEvaluation Run(HearingModel model, IReadOnlyList<SaidFile> files, CancellationToken cancellationToken)
    {
        var errors = new List<TranscriptErrors>();
        foreach (SaidFile[] some in files.Chunk(HearingModel.AtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<HeardFile> heard = model.Hear([.. some.Select(file => file.Path)]);
            if (heard.Index().FirstOrDefault(file => file.Item.Problem is not null) is (var place, { Problem: { } problem }))
                throw new FormatException($"Row {NumberText.Count(errors.Count + place + 1)}: {problem}");
            errors.AddRange(some.Zip(heard, (file, its) => TranscriptErrors.Of(file.Said, its.Transcript)));
        }

        return new(files.Count, TranscriptErrors.Sum(errors));
    }
}

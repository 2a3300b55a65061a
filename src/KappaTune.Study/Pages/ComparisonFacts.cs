using Microsoft.ML.KappaTune.IO;
using static Microsoft.ML.KappaTune.Study.Pages.ComparisonWords;

namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>How a comparison was made, as lines of a list.</summary>
internal static class ComparisonFacts
{
    private const int FailuresShown = 20;

    public static IEnumerable<PageFact> Create(ComparisonResult document)
    {
        ComparisonSettings settings = document.Settings;
        yield return new(
            "Model",
            $"{document.Base.Name}: {NumberText.Count(document.Base.Parameters)} parameters (fingerprint {document.Base.Fingerprint})");
        yield return new(
            "Task",
            $"{document.Task.Name}: {Plural(document.Task.Train, document.IsOfSpeech ? "recording" : "text")} to learn from, "
            + $"{NumberText.Count(document.Task.Test)} to be tested on"
            + (document.IsOfSpeech ? "" : $", {NumberText.Count(document.Task.Classes)} classes")
            + (document.IsOfLanguageModel && !document.IsOfSpeech ? ", each told by a word that completes the text" : ""));
        foreach (ComparedControlText control in document.Controls)
            yield return new("Control text", Describe(control));

        yield return new(
            "Equally well learnt",
            document.Matched is { } matched
                ? $"Each run is followed to where {Level(matched)}, "
                    + "in a straight line between epochs. Of the learning rates that most runs get there with, each way to fine-tune has "
                    + "the one at which it forgets least."
                : "No run has ended.");
        yield return new("Forgetting", Forgetting(document));
        yield return new("Intervals", IntervalsOf(document));
        if (!document.IsOfLanguageModel)
            yield return new("Shares of parameters", "Of those of the model with the task's new head, which trains in every run.");
        double hours = document.Cells.Sum(cell => cell.Seconds);
        yield return new(
            "Runs", $"{NumberText.Count(document.Cells.Count)}, in {NumberText.Duration(TimeSpan.FromSeconds(hours))} of computing");
        yield return new("Seeds", string.Join(", ", settings.Seeds));
        yield return new("Learning rates", string.Join(", ", settings.LearningRates.Select(Rate)) + Factors(document));
        foreach (ComparedMethod method in document.Methods.Where(each => settings.MethodRates.ContainsKey(each.Id)))
            yield return new($"Of {Quoted(method.Title)}", string.Join(", ", settings.MethodRates[method.Id].Select(Rate)));
        if (!document.IsOfLanguageModel || document.IsOfSpeech)
            yield return new(document.IsOfSpeech ? "Of encoder and projector" : "Of the new head", Rate(settings.HeadLearningRate));
        yield return new("Schedule", settings.Schedule);
        yield return new("Epochs", $"{settings.Epochs}, {Plural(settings.BatchSize, document.IsOfSpeech ? "recording" : "text")} a step");
        if (document.PerTensor.Count == 0)
        {
            yield return new(
                "Share of tensors",
                $"The lowest κ takes {NumberText.Percent((long)Math.Round(1000 * settings.Fraction), 1000)} of the candidates.");
            yield return new("Random draws", NumberText.Count(settings.Draws));
        }

        yield return new("Machine", settings.Machine);
        foreach (ComparisonFailure failure in document.Failures.Take(FailuresShown))
        {
            yield return new(
                "Failed", $"{failure.Method}, learning rate {Rate(failure.LearningRate)}, seed {failure.Seed}: {failure.Message}");
        }

        if (document.Failures.Count > FailuresShown)
            yield return new("Failed", $"and {NumberText.Count(document.Failures.Count - FailuresShown)} more");
    }

    private static string Level(MatchedAdaptation matched) => matched.WordErrorRate is { } errors
        ? $"the word error rate of the test recordings is down to {Share(errors)}"
        : $"its loss on the training texts is down to {Nats(matched.TrainLoss!.Value)}";

    private static string Describe(ComparedControlText control)
    {
        string tokens = $"{control.Name}: {Plural(control.Tokens, "token")}", loss = $"with a loss of {Nats(control.Loss)}";
        return control switch
        {
            { Pairs: { } pairs } => $"{tokens}, {NumberText.Count(pairs)} pairs of neighbouring sentences; before tuning, the model finds "
                + $"the neighbour of {Share(control.Accuracy)} of the sentences, {loss}",
            { BitsPerByteOfNat: { } bits } => $"{tokens}, {NumberText.Count(control.MaskedTokens)} of them guessed from at least half a "
                + $"window before them; before tuning, the model guesses {Share(control.Accuracy)} of those right, {loss}, which is "
                + $"{Nats(bits * control.Loss)} bits a byte",
            _ => $"{tokens}, {NumberText.Count(control.MaskedTokens)} of them hidden; before tuning, the model guesses "
                + $"{Share(control.Accuracy)} of those right, {loss}",
        };
    }

    private static string Forgetting(ComparisonResult document) => document.Controls[0] switch
    {
        { Pairs: not null } =>
            "The contrastive loss of the control text's sentences then, less that before tuning, of the same pairs; in nats a sentence.",
        { BitsPerByteOfNat: { } bits } => "The loss on the control text then, less the loss before tuning, of the same tokens; in nats a "
            + $"token. A nat a token is {Nats(bits)} bits a byte of the first text.",
        _ => "The loss on the control text then, less the loss before tuning, with the same words hidden; in nats a token.",
    };

    private static string IntervalsOf(ComparisonResult document) => document.PerTensor.Count == 0
        ? "95 %, by Student's t over seeds, or over random draws where that is wider; none of fewer than three of them."
        : "95 %, by Student's t over three seeds or more for forgetting, and by bootstrap over tensors for correlations.";

    private static string Factors(ComparisonResult document)
    {
        string[] factors =
        [
            .. document.Methods.Where(method => method.RateFactor != 1 && !document.Settings.MethodRates.ContainsKey(method.Id))
                .Select(method => $"{Rate(method.RateFactor)} times that for {Quoted(method.Title)}"),
        ];
        return factors.Length == 0 ? "" : $"; {string.Join(", ", factors)}";
    }
}

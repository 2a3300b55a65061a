using KappaTune.Cli.Data;
using KappaTune.Cli.Files;
using KappaTune.Cli.Output;
using Microsoft.ML;
using Microsoft.ML.KappaTune.Study;
using LanguageModelSettings = Microsoft.ML.KappaTune.KappaTuneLanguageModelEstimator.Options;

namespace KappaTune.Cli.Commands;

/// <summary>What <c>kappatune tune --task lm</c> does.</summary>
internal sealed partial class TuneCommand
{
    private int RunLanguageModel(ParseResult result, CommandFiles files, CancellationToken cancellationToken)
    {
        TextWriter error = result.InvocationConfiguration.Error;
        var mlContext = new MLContext();
        using var warnings = new Warnings(mlContext, error);
        string? ending = ModelOutput.EndingOf(result.GetValue(_output)), baseModel = files.TunedFrom(_base);
        // Not every model can be in such a file, which is told before any work.
        if (ending == ModelOutput.Gguf)
            KappaTuneLanguageModelTransformer.RequireGguf(baseModel!);
        var columns = new LanguageColumns(
            result.GetValue(_columns.Text) ?? CommonOptions.TextColumn, result.GetValue(_completion), result.GetValue(_messages));
        IDataView train = Read(_train)!;
        IDataView? validation = Read(_validation), test = Read(_test);
        LanguageModelSettings settings = _training.ReadLanguageModel(result, new()
        {
            BaseModel = baseModel!,
            Selection = _selection.Read(result, new LanguageModelSettings().Selection),
            TextColumnName = columns.Text,
            CompletionColumnName = columns.Completion,
            MessagesColumnName = columns.Messages,
            CheckpointDirectory = result.GetValue(_checkpoint),
            Resume = result.GetValue(_resume),
            ScanCacheDirectory = _cache.Read(result),
        }) with
        {
            RetentionText = files.Input(_retention),
            RetentionPrompts = PromptsOf(result),
            ValidationSet = validation,
            CancellationToken = cancellationToken,
        };
        NoteControl(settings, error);
        KappaTuneLanguageModelTransformer model = Fit(error, settings.CheckpointDirectory, countsTokens: true, progress =>
            mlContext.Transforms.Text.KappaTuneLanguageModel(settings with { Progress = progress }).Fit(train));
        LanguageEvaluation after;
        using (model)
        {
            if (Save(model, train.Schema, mlContext, result, files, settings.CheckpointDirectory, cancellationToken) is { } cancelled)
                return cancelled;
            if (test is null)
                return ExitCode.Done;
            after = Measure(model, test);
        }

        // One model at a time is in memory.
        using var untuned = UntunedModel.Load(mlContext, model, settings.BaseModel, settings.ZeroPaddingRow);
        Write(Measure(untuned, test), after, files.Text);
        return ExitCode.Done;

        LanguageEvaluation Measure(KappaTuneLanguageModelTransformer scoring, IDataView rows) => LanguageEvaluation.Run(
            scoring, rows, settings.LogLikelihoodColumnName, settings.PerplexityColumnName, cancellationToken);

        IDataView? Read(Option<string> option) => files.Input(option) is not { } path ? null : LanguageTexts.ToDataView(
            mlContext, LanguageTexts.Read(option.Name, result.GetValue(option)!, path, _table.Format(result, path), columns), columns);
    }

    /// <summary>Writes all that was asked for but the test's figures: an exit code where it was cancelled, else null.</summary>
    private int? Save(
        KappaTuneLanguageModelTransformer model, DataViewSchema schema, MLContext mlContext, ParseResult result, CommandFiles files,
        string? checkpoint, CancellationToken cancellationToken)
    {
        string place = IsFolder(result) ? result.GetValue(_output)! : files.Output(_output)!;
        if (IsFolder(result))
            model.SaveModel(place);
        else if (ModelOutput.EndingOf(place) == ModelOutput.Gguf)
            model.SaveGguf(place, Enum.Parse<GgufWeights>(result.GetValue(_ggufWeights) ?? nameof(GgufWeights.F16), ignoreCase: true));
        else
            OutputFile.Write(place, stream => mlContext.Model.Save(model, schema, stream));
        if (result.GetValue(_adapter) is { } adapter)
            model.SaveAdapter(adapter);
        return End(model.Report, place, checkpoint, files, result.InvocationConfiguration.Error, cancellationToken);
    }

    private static void Write(LanguageEvaluation before, LanguageEvaluation after, TextWriter output)
    {
        output.WriteLine($"Test texts:   {NumberText.Count(after.Texts)}, {NumberText.Count(after.Tokens)} tokens that count");
        output.WriteLine(Invariant($"Test loss:    {after.Loss:0.0000} nats a token, {before.Loss:0.0000} before tuning"));
        output.WriteLine(
            $"Perplexity:   {NumberText.Ratio(after.Perplexity)}, {NumberText.Ratio(before.Perplexity)} before tuning");
    }
}

using System.Globalization;
using KappaTune.Cli.Data;
using KappaTune.Cli.Files;
using KappaTune.Cli.Output;
using Microsoft.ML;
using LanguageModelSettings = Microsoft.ML.KappaTune.KappaTuneLanguageModelEstimator.Options;

namespace KappaTune.Cli.Commands;

/// <summary>What <c>kappatune tune --task lm</c> does.</summary>
internal sealed partial class TuneCommand
{
    /// <summary>Whether the model is to be a folder in Hugging Face layout.</summary>
    private bool IsFolder(ParseResult result) =>
        _task.IsLanguageModel(result.CommandResult) && ModelOutput.EndingOf(result.GetValue(_output)) is "";

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
            ValidationSet = validation,
            CancellationToken = cancellationToken,
        };
        NoteControl(settings, error);
        using KappaTuneLanguageModelTransformer model = Fit(error, settings.CheckpointDirectory, countsTokens: true, progress =>
            mlContext.Transforms.Text.KappaTuneLanguageModel(settings with { Progress = progress }).Fit(train));
        string place = IsFolder(result) ? result.GetValue(_output)! : files.Output(_output)!;
        if (IsFolder(result))
            model.SaveModel(place);
        else if (ending == ModelOutput.Gguf)
            model.SaveGguf(place, Enum.Parse<GgufWeights>(result.GetValue(_ggufWeights) ?? nameof(GgufWeights.F16), ignoreCase: true));
        else
            OutputFile.Write(place, stream => mlContext.Model.Save(model, train.Schema, stream));
        if (result.GetValue(_adapter) is { } adapter)
            model.SaveAdapter(adapter);
        if (End(model.Report, place, settings.CheckpointDirectory, files, error, cancellationToken) is { } cancelled)
            return cancelled;
        if (test is not null)
        {
            Write(
                LanguageEvaluation.Run(
                    model, test, settings.LogLikelihoodColumnName, settings.PerplexityColumnName, cancellationToken),
                files.Text);
        }

        return ExitCode.Done;

        IDataView? Read(Option<string> option) => files.Input(option) is not { } path ? null : LanguageTexts.ToDataView(
            mlContext, LanguageTexts.Read(option.Name, result.GetValue(option)!, path, _table.Format(result, path), columns), columns);
    }

    private static void Write(LanguageEvaluation evaluation, TextWriter output)
    {
        output.WriteLine(
            $"Test texts:   {NumberText.Count(evaluation.Texts)}, {NumberText.Count(evaluation.Tokens)} tokens that count");
        output.WriteLine($"Test loss:    {evaluation.Loss.ToString("0.0000", CultureInfo.InvariantCulture)} nats a token");
        output.WriteLine($"Perplexity:   {NumberText.Ratio(evaluation.Perplexity)}");
    }
}

using KappaTune.Cli.Data;
using KappaTune.Cli.Files;
using KappaTune.Cli.Output;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using SpeechSettings = Microsoft.ML.KappaTune.KappaTuneSpeechEstimator.Options;

namespace KappaTune.Cli.Commands;

/// <summary>What <c>kappatune tune --task speech</c> does.</summary>
internal sealed partial class TuneCommand
{
    // What the library says before it trains, which may take long.
    private const string OfEncoder = "The encoder alone: ";

    private int RunSpeech(ParseResult result, CommandFiles files, CancellationToken cancellationToken)
    {
        TextWriter error = result.InvocationConfiguration.Error;
        var mlContext = new MLContext();
        using var warnings = new Warnings(mlContext, error);
        SpeechSettings settings = _training.ReadSpeech(result, _speech.Read(result, new()
        {
            BaseModel = files.TunedFrom(_base)!,
            Selection = _selection.Read(result, new SpeechSettings().Selection),
            CheckpointDirectory = result.GetValue(_checkpoint),
            Resume = result.GetValue(_resume),
            ScanCacheDirectory = _cache.Read(result),
        })) with
        {
            RetentionText = files.Input(_retention),
            RetentionPrompts = PromptsOf(result),
            CancellationToken = cancellationToken,
        };
        IDataView train = ViewOf(Read(_train)!);
        IReadOnlyList<SaidFile>? validation = Read(_validation), test = Read(_test);
        settings = settings with { ValidationSet = validation is null ? null : ViewOf(validation) };
        NoteControl(settings, error);
        KappaTuneSpeechTransformer model = Fit(error, settings.CheckpointDirectory, countsTokens: true, (progress, note) =>
        {
            mlContext.Log += (_, e) =>
            {
                if (e.Kind == ChannelMessageKind.Info && e.RawMessage.StartsWith(OfEncoder, StringComparison.Ordinal))
                    note(e.RawMessage);
            };
            return mlContext.Transforms.KappaTuneSpeech(settings with { Progress = progress }).Fit(train);
        });
        string place = IsFolder(result) ? result.GetValue(_output)! : files.Output(_output)!;
        using var hearing = new HearingModel(mlContext, place, model);
        if (IsFolder(result))
            model.SaveModel(place);
        else
            OutputFile.Write(place, stream => mlContext.Model.Save(model, train.Schema, stream));
        if (result.GetValue(_adapter) is { } adapter)
            model.SaveAdapter(adapter);
        if (End(model.Report!, place, settings.CheckpointDirectory, files, error, cancellationToken) is { } cancelled)
            return cancelled;
        if (test is not null)
            MetricsTable.Write(SpeechEvaluation.Run(hearing, test, cancellationToken), files.Text);
        return ExitCode.Done;

        IDataView ViewOf(IReadOnlyList<SaidFile> rows) =>
            SpeechTable.ToDataView(mlContext, rows, settings.InputColumnName, settings.LabelColumnName);

        IReadOnlyList<SaidFile>? Read(Option<string> option)
        {
            if (files.Input(option) is not { } path)
                return null;
            return SpeechTable.Read(
                TableFile.Open(option.Name, path, _table.Format(result, path)),
                SpeechTable.FolderOf(option, result.GetValue(option)!), settings.InputColumnName,
                settings.LabelColumnName);
        }
    }
}

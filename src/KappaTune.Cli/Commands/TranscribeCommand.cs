using System.Globalization;
using System.Text;
using KappaTune.Cli.Data;
using KappaTune.Cli.Files;
using KappaTune.Cli.Output;
using Microsoft.ML;

namespace KappaTune.Cli.Commands;

/// <summary><c>kappatune transcribe</c>: what is said in recordings, by a model that hears.</summary>
internal sealed class TranscribeCommand : Command
{
    private static readonly string[] Added = ["Transcript", "LogLikelihood", "MeanLogLikelihood", "NoSpeech"];

    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "Recordings: WAV files, or - for standard input.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _model = new("--model")
    {
        Description = "A model that hears: the .zip or .mlnet of one, which names code to run: use those you trust; or its folder, which "
            + "has fusion.json and sound.json.",
        HelpName = "MODEL",
        Required = true,
    };

    private readonly Option<string> _adapter = CommonOptions.Folder(
        "--adapter", "What tune --adapter wrote of a model that hears, whose base model is then in --model.");

    private readonly Option<string> _data = CommonOptions.File(
        "--data", "Instead of FILE: a table of recordings, as TSV or CSV with a header; - for standard input.");

    private readonly Option<string> _column = CommonOptions.Recordings($"as in training; {CommonOptions.FileColumn} with a folder");
    private readonly TableOptions _table;

    private readonly Option<string> _output = CommonOptions.File(
        "--output", $"Write rows with {string.Join(", ", Added)} instead of lines; - for standard output.");

    private readonly Option<string> _json = CommonOptions.File("--json", "Write the same as JSON.");

    private readonly Option<string> _device = CommonOptions.Device(
        "auto, cpu or cuda:0 (default: as the model was trained, or auto with a folder).");

    private readonly Option<int?> _threads = CommonOptions.Threads();

    public TranscribeCommand() : base("transcribe", "Writes what is said in recordings, by a model that hears.")
    {
        Arguments.Add(_files);
        this.AddOptions(_model, _adapter, _data, _column);
        _table = new(this);
        this.AddOptions(_output, _json, _device, _threads);
        this.AddCheck(result =>
        {
            bool hasFiles = result.GetResult(_files) is { Tokens.Count: > 0 };
            if (hasFiles == result.IsGiven(_data))
            {
                result.AddError(
                    hasFiles ? $"{_files.Name} and {_data.Name} exclude each other: give one."
                    : $"Name recordings, or a table of them with {_data.Name}.");
            }

            if (result.IsGiven(_column) && !result.IsGiven(_data))
                result.AddError($"{_column.Name}: only with {_data.Name}.");
        });
        this.AddCheck(result =>
        {
            if (result.GetValue(_model) is not { } model)
                return;
            if (BuiltInModels.ProblemOfLanguageModel(_model.Name, model) is { } problem)
                result.AddError(problem);
            if (result.IsGiven(_adapter) && ModelOutput.IsMlNet(model))
                result.AddError($"{_adapter.Name}: not with a {ModelOutput.MlNetFile}, which has all that was trained.");
        });
        SetAction((result, cancellationToken) => Task.FromResult(Run(result, cancellationToken)));
    }

    private int Run(ParseResult result, CancellationToken cancellationToken)
    {
        TextWriter error = result.InvocationConfiguration.Error;
        using var files = new CommandFiles(
            result, reads: [_data], writes: [_output, _json], models: [_model, _adapter], recordings: [_files]);
        var mlContext = new MLContext();
        string? source = result.GetValue(_data), path = result.GetValue(_output);
        using Stream? stream = source is null ? null : files.Open(_data);
        TableFile? table =
            stream is null ? null : TableFile.OpenOnce(_data.Name, source!, stream, _table.Format(result, source));
        RequireFree(table);
        using var warnings = new Warnings(mlContext, error);
        using HearingModel model = HearingModel.Load(
            mlContext, files.Model(_model)!, files.Model(_adapter), result.GetValue(_device), result.GetValue(_threads));
        RecordingRows rows = table is null
            ? RecordingRows.Of([.. result.GetValue(_files)!.Zip(files.Inputs(_files))], CommonOptions.FileColumn)
            : RecordingRows.Of(
                table, SpeechTable.FolderOf(_data, source!), result.GetValue(_column) ?? model.Column, cancellationToken);
        var heard = new HeardRecordings(model, rows, table?.Name, error);
        if (path is null)
            heard.Write(null, files.Output(_json) is null ? files.Text : null, cancellationToken);
        else if (path == CommandFiles.Pipe)
            heard.Write(new(result.InvocationConfiguration.Output, table?.Format ?? _table.Format(result, null)), null, cancellationToken);
        else
            OutputFile.Write(path, Write);
        if (files.Output(_json) is { } json)
            heard.Json.Write(json);
        foreach (Option<string> option in (Option<string>[])[_output, _json])
        {
            if (result.GetValue(option) is { } saved && !files.IsStream(option))
                files.Text.WriteLine($"Saved:    {saved}");
        }

        return heard.End();

        void Write(Stream output)
        {
            using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
            heard.Write(new(writer, _table.Format(result, path)), null, cancellationToken);
        }
    }

    /// <exception cref="FormatException">The table has a column of a name that is to be added.</exception>
    private static void RequireFree(TableFile? table)
    {
        if (table is not null && Added.FirstOrDefault(name => table.Columns.Contains(name)) is { } taken)
        {
            throw new FormatException(PlainText.OneLine(
                $"{table.Name} has a column \"{taken}\" already, which is to be added. Rename it, or leave it out."));
        }
    }

    /// <summary>What a model hears, written as it hears it; how many files were wrong is counted.</summary>
    /// <param name="table">What messages call the rows' table; null where files were named.</param>
    private sealed class HeardRecordings(HearingModel model, RecordingRows rows, string? table, TextWriter error)
    {
        private int _all, _wrong;

        public HeardJson Json { get; } = new();

        /// <param name="output">Where rows go; null for nowhere.</param>
        /// <param name="lines">Where lines for people go; null for nowhere.</param>
        public void Write(PredictionWriter? output, TextWriter? lines, CancellationToken cancellationToken)
        {
            output?.WriteFields([.. rows.Columns, .. Added]);
            output?.Flush();
            foreach (RecordingRow[] some in rows.Portions)
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach ((RecordingRow row, HeardFile file) in some.Zip(model.Hear([.. some.Select(row => row.Path)])))
                    Write(row, row.Named(file), output, lines);
                output?.Flush();
            }
        }

        /// <summary>The exit code.</summary>
        public int End()
        {
            if (_wrong > 0 && _all > 1)
                error.WriteLine($"{NumberText.Count(_wrong)} of {NumberText.Count(_all)} recordings couldn't be heard.");
            return _wrong > 0 ? ExitCode.BadInput : ExitCode.Done;
        }

        private void Write(RecordingRow row, HeardFile file, PredictionWriter? output, TextWriter? lines)
        {
            _all++;
            Json.Add(row.Name, file);
            output?.WriteFields(file.Problem is null
                ? [.. row.Fields, file.Transcript, Text(file.LogLikelihood), Text(file.MeanLogLikelihood), Text(file.NoSpeech)]
                : [.. row.Fields, "", "", "", ""]);
            if (file.Problem is { } problem)
            {
                _wrong++;
                error.WriteLine(row.Name.Length > 0 ? problem : $"{table}, row {NumberText.Count(_all)}: {problem}");
            }
            else
                lines?.WriteLine(PlainText.OneLine(rows.AreSeveral ? $"{row.Name}: {file.Transcript}" : file.Transcript));
        }

        private static string Text(float number) => number.ToString(CultureInfo.InvariantCulture);
    }
}

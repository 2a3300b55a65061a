using KappaTune.Cli.Commands;
using KappaTune.Cli.Files;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Persistence;

namespace KappaTune.Cli.Data;

/// <summary>What was heard in a file, or why nothing was.</summary>
/// <param name="Transcript">What is said in it; empty where nobody speaks, or there is a problem.</param>
/// <param name="Problem">What is wrong with the file, in a line that names it; null for nothing.</param>
internal sealed record HeardFile(
    string Transcript, float LogLikelihood, float MeanLogLikelihood, float NoSpeech, string? Problem = null);

/// <summary>A saved model that hears files, several at once. What is wrong with one file doesn't touch the others.</summary>
internal sealed class HearingModel : IDisposable
{
    /// <summary>As many files as the model's cursor reads ahead.</summary>
    public const int AtOnce = 32;

    /// <summary>What a folder's model that hears has, and no other.</summary>
    private const string FusionFile = "fusion.json";

    private readonly MLContext _mlContext;
    private readonly KappaTuneSpeechTransformer _model;
    private readonly IDisposable? _whole;

    /// <param name="path">The model, for messages.</param>
    /// <param name="model">What hears.</param>
    /// <param name="whole">What it is a part of, which is disposed with this; itself by default.</param>
    /// <exception cref="FormatException">It doesn't hear files.</exception>
    public HearingModel(MLContext mlContext, string path, KappaTuneSpeechTransformer model, ITransformer? whole = null)
    {
        _mlContext = mlContext;
        _model = model;
        _whole = (whole ?? model) as IDisposable;
        if (model.Input == SpeechInput.Path)
            return;
        _whole?.Dispose();
        throw new FormatException(PlainText.OneLine(
            $"{path}: it hears {(model.Input == SpeechInput.Samples ? "samples" : "frames")} in a column of numbers, not files. Use it in "
            + "a program: ML.NET loads it."));
    }

    /// <summary>The column that recordings had when it was trained.</summary>
    public string Column => _model.InputColumnName;

    /// <summary>Whether there is a folder of a model that hears.</summary>
    public static bool IsFolder(string? path) => path is not null && File.Exists(Path.Combine(path, FusionFile));

    /// <summary>Loads a .zip, or a folder.</summary>
    /// <param name="adapter">The folder of an adapter of the model in a folder; null for none.</param>
    /// <exception cref="ArgumentException">There is no such device here.</exception>
    /// <exception cref="FormatException">It is no model that hears files.</exception>
    public static HearingModel Load(MLContext mlContext, string path, string? adapter, string? device, int? threads) => new(
        mlContext, path, ModelOutput.IsMlNet(path)
            ? TunedModelFile.LoadSpeech(path, device, threads)
            : mlContext.Model.LoadKappaTuneSpeech(
                path, adapter, inputColumnName: CommonOptions.FileColumn, device: device ?? "auto", threads: threads ?? 0));

    /// <summary>Hears files, all of them at once, but for those that are wrong.</summary>
    public IReadOnlyList<HeardFile> Hear(IReadOnlyList<string> paths)
    {
        var definition = SchemaDefinition.Create(typeof(Row));
        definition[nameof(Row.Path)].ColumnName = Column;
        IDataView heard = _model.Transform(
            _mlContext.Data.LoadFromEnumerable(paths.Select(path => new Row { Path = path }).ToArray(), definition));
        // What it adds is behind what it reads, in an order that is always the same.
        DataViewSchema.Column[] added = [.. heard.Schema.TakeLast(4)];
        using DataViewRowCursor cursor = heard.GetRowCursor(added);
        ValueGetter<ReadOnlyMemory<char>> text = cursor.GetGetter<ReadOnlyMemory<char>>(added[0]);
        ValueGetter<float>[] numbers = [.. added[1..].Select(cursor.GetGetter<float>)];
        var files = new List<HeardFile>();
        ReadOnlyMemory<char> transcript = default;
        while (cursor.MoveNext())
        {
            try
            {
                text(ref transcript);
                files.Add(new(transcript.ToString(), Number(0), Number(1), Number(2)));
            }
            catch (FormatException e)
            {
                files.Add(new("", float.NaN, float.NaN, float.NaN, ProblemOf(paths[files.Count], files.Count, e)));
            }
        }

        return files;

        float Number(int place)
        {
            float value = 0;
            numbers[place](ref value);
            return value;
        }
    }

    public void Dispose() => _whole?.Dispose();

    /// <summary>A file's own fault names it; what else there is names its row.</summary>
    private string ProblemOf(string path, int place, FormatException e)
    {
        // A saved model's bound is what it is.
        string message = PlainText.MessageOf(e).Replace(", or raise MaximumSeconds", "", StringComparison.Ordinal),
            row = Invariant($"Row {place + 1}, column '{Column}': ");
        if (e is AudioFormatException || path.Length == 0)
            return message.StartsWith(row, StringComparison.Ordinal) ? message[row.Length..] : message;
        return $"{PlainText.OneLine(path)}: {(message.StartsWith(row, StringComparison.Ordinal) ? message[row.Length..] : message)}";
    }

    private sealed class Row
    {
        public string Path { get; set; } = "";
    }
}

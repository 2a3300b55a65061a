using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Persistence;

namespace KappaTune.Cli.Data;

/// <summary>A saved model that gives rows a score for each class; from this tool, or from any ML.NET program.</summary>
internal sealed class ScoringModel : IDisposable
{
    public const string Score = "Score", PredictedLabel = "PredictedLabel";

    private readonly string _path;
    private readonly ITransformer _transformer;
    private readonly DataViewSchema _inputs;

    /// <param name="path">The model's file, for messages.</param>
    /// <param name="transformer">The model, which is disposed with this.</param>
    /// <param name="inputs">The columns that it was trained on.</param>
    /// <exception cref="FormatException">It gives no scores.</exception>
    public ScoringModel(string path, ITransformer transformer, DataViewSchema inputs)
    {
        _path = path;
        _transformer = transformer;
        _inputs = inputs;
        DataViewSchema output = transformer.GetOutputSchema(inputs);
        if (output.GetColumnOrNull(Score) is not { Type: VectorDataViewType { Size: >= 2 } type } score
            || !type.ItemType.Equals(NumberDataViewType.Single) || output.GetColumnOrNull(PredictedLabel) is null)
        {
            throw Unusable(
                "it gives no scores of classes",
                TunedModelFile.FindSpeech(transformer) is null
                    ? "Name a model for classification; what a language model writes, kappatune generate shows."
                    : "It hears: what is said in recordings, kappatune transcribe writes, also for the rows of a table (--data).");
        }

        Classes = Names(score, type.Size);
        if (Classes.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw Unusable($"{twice.Count()} of its classes are called \"{twice.Key}\"", "Name them differently and save it again.");
    }

    /// <summary>The classes' names, in the order of the scores.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <param name="device">Where it is to compute; null for where it was trained.</param>
    /// <param name="threads">Threads to compute with; null for as many as it was trained with.</param>
    /// <exception cref="ArgumentException">There is no such device here.</exception>
    /// <exception cref="FormatException">The file is no such model.</exception>
    public static ScoringModel Load(MLContext mlContext, string path, string? device = null, int? threads = null)
    {
        ITransformer transformer = LoadTransformer(mlContext, path, out DataViewSchema? inputs, device, threads);
        return Of(path, transformer, inputs);
    }

    /// <summary>Makes it of what a file has.</summary>
    /// <param name="transformer">What is disposed with it, or where it gives no scores.</param>
    /// <param name="inputs">The columns that it was trained on; null where nothing says it.</param>
    /// <exception cref="FormatException">The file is no such model.</exception>
    public static ScoringModel Of(string path, ITransformer transformer, DataViewSchema? inputs)
    {
        try
        {
            return inputs is null
                ? throw new FormatException($"{path} doesn't say which columns it reads. Save it with the schema of its training data.")
                : new ScoringModel(path, transformer, inputs);
        }
        catch
        {
            (transformer as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <summary>Loads what a file has, whatever it is.</summary>
    /// <inheritdoc cref="Load"/>
    public static ITransformer LoadTransformer(
        MLContext mlContext, string path, out DataViewSchema? inputs, string? device = null, int? threads = null)
    {
        try
        {
            return mlContext.Model.Load(path, out inputs, device, threads);
        }
        // What names a file, such as a base model that it refers to, needs no other name.
        catch (Exception e) when (e is FormatException or InvalidOperationException && e is not CheckpointFormatException
            && !e.Message.StartsWith(PlainText.OneLine(path), StringComparison.Ordinal))
        {
            string cause = PlainText.MessageOf(e);
            // ML.NET's own messages end without a stop, and without a remedy.
            string remedy = cause.EndsWith('.') ? "" : ". Name a model that was saved as a .zip file.";
            throw new FormatException($"{PlainText.OneLine(path)} can't be loaded: {cause}{remedy}", e);
        }
    }

    /// <summary>
    /// The columns that the model reads, as they are in a file. Those that don't matter for scores, a label most of all, may be missing.
    /// </summary>
    /// <exception cref="FormatException">A column isn't there.</exception>
    public IEnumerable<TextLoader.Column> Inputs(TableFile file)
    {
        HashSet<string> needed = [.. Dependencies().Select(column => column.Name)];
        foreach (DataViewSchema.Column column in _inputs)
        {
            if (column.IsHidden)
                continue;
            bool mayBeMissing = !needed.Contains(column.Name) && !file.Columns.Contains(column.Name);
            int place = mayBeMissing ? file.Columns.Count : file.IndexOf(column.Name, $"{_path} reads it: rename the column that it is.");
            yield return new TextLoader.Column(column.Name, Kind(column), place);
        }
    }

    public IDataView Transform(IDataView rows) => _transformer.Transform(rows);

    /// <summary>Whether the model takes a column for something other than text.</summary>
    public bool TakesForNumber(string column) =>
        _inputs.GetColumnOrNull(column) is { } input && !input.Type.Equals(TextDataViewType.Instance);

    public void Dispose() => (_transformer as IDisposable)?.Dispose();

    /// <summary>The columns that scores come from; all, where that can't be known.</summary>
    private IEnumerable<DataViewSchema.Column> Dependencies()
    {
        if (!_transformer.IsRowToRowMapper)
            return _inputs;
        IRowToRowMapper mapper = _transformer.GetRowToRowMapper(_inputs);
        return mapper.GetDependencies([mapper.OutputSchema[Score], mapper.OutputSchema[PredictedLabel]]);
    }

    private DataKind Kind(DataViewSchema.Column column) =>
        column.Type is TextDataViewType ? DataKind.String
        : column.Type is BooleanDataViewType ? DataKind.Boolean
        : column.Type is NumberDataViewType number && Enum.TryParse(number.RawType.Name, out DataKind kind) ? kind
        : throw Unusable($"its column \"{column.Name}\" is of type {column.Type}", "Only text, numbers and Booleans can come from a file.");

    private FormatException Unusable(string problem, string remedy) => new(PlainText.OneLine($"{_path}: {problem}. {remedy}"));

    private static string[] Names(DataViewSchema.Column score, int count)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (!score.HasSlotNames())
            return [.. Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        score.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}

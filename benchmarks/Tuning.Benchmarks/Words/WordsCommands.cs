using System.CommandLine;
using TorchSharp;

/// <summary>The benchmark of heads and words on the command line.</summary>
internal sealed class WordsCommands
{
    private static readonly string[] Tasks = [.. WordsTask.All.Select(task => task.Id)];

    private readonly Option<string> _model = new("--model") { Required = true, Description = "The decoder's folder or file." };
    private readonly Option<string?> _data = CommandOptions.Data();
    private readonly Option<string> _results = CommandOptions.Results("words.jsonl");
    private readonly Option<string[]> _tasks = CommandOptions.Several("--tasks", Tasks, [Tasks[0]]);
    private readonly Option<double[]> _rates = Rates("--rates", [1e-4, 3e-4, 1e-3], "Learning rates of what is selected.");
    private readonly Option<double[]> _headRates = Rates("--head-rates", [1e-3], "Learning rates of the new head.");
    private readonly Option<int> _seeds = CommandOptions.Number("--seeds", 3, "Seeds, from 1.");
    private readonly Option<int> _rows = CommandOptions.Number("--rows", 160, "Training rows, of each class its share.");
    private readonly Option<int> _testRows = CommandOptions.Number("--test-rows", 200, "Test rows at most, evenly of all.");
    private readonly Option<int> _epochs = CommandOptions.Number("--epochs", 1, "Passes over the training rows.");
    private readonly Option<int> _tokens = CommandOptions.Number("--tokens", 128, "Tokens of the longest text, its prompt included.");
    private readonly Option<int> _batch = CommandOptions.Number("--batch", 8, "Rows an optimizer step.");
    private readonly Option<int> _threads = CommandOptions.Number(
        "--threads", Environment.ProcessorCount, "Threads of the tensor library.");

    public static IEnumerable<Command> Create()
    {
        var commands = new WordsCommands();
        yield return commands.Runs();
        yield return commands.Tables();
    }

    private Command Runs()
    {
        var command = new Command("words", "Tunes a decoder to classify by a new head and by words, and adds each run to a file.")
        {
            _model, _data, _results, _tasks, _rates, _headRates, _seeds, _rows, _testRows, _epochs, _tokens, _batch, _threads,
        };
        command.SetAction(result => WorkFolder.Use("words", folder => Run(result, folder)));
        return command;
    }

    private Command Tables()
    {
        var command = new Command("words-tables", "Prints the tables of a file of results.") { _results };
        command.SetAction(result => WordsTables.Print(new JsonLines<WordsResult>(result.GetValue(_results)!).Read()));
        return command;
    }

    private void Run(ParseResult result, string folder)
    {
        string model = Path.GetFullPath(result.GetValue(_model)!);
        int threads = result.GetValue(_threads);
        torch.set_num_threads(threads);
        var setting = new Setting(
            Corpus.Folder(result.GetValue(_data)), folder, threads, Runs: 1, result.GetValue(_rows), result.GetValue(_tokens),
            Quick: false);
        var all = new WordsCell(
            Name(model), "", "", null, null, null, setting.Rows, result.GetValue(_epochs), result.GetValue(_batch), setting.MaxTokens,
            result.GetValue(_testRows));
        var results = new JsonLines<WordsResult>(result.GetValue(_results)!);
        WordsCell[] cells = RunList.Left(
            result.GetValue(_tasks)!.SelectMany(task => WordsCell.All(
                all with { Task = task }, result.GetValue(_seeds), result.GetValue(_rates)!, result.GetValue(_headRates)!)),
            results, its => its.Cell);
        if (cells.Length > 0)
            RunList.Do(cells, results, new WordsRunner(model, setting).Run, Text);
    }

    private static string Text(WordsResult result) => result.Failure ?? string.Join("; ", result.Scored.Select(scored =>
        $"{scored.Scores}{(scored.Scores is null ? "" : ": ")}accuracy {scored.Measures.Accuracy:0.000}, "
        + $"log-loss {scored.Measures.LogLoss:0.000}"));

    /// <summary>A file is called by its folder as well: many are called alike.</summary>
    private static string Name(string model) => File.Exists(model)
        ? $"{Path.GetFileName(Path.GetDirectoryName(model))}/{Path.GetFileName(model)}"
        : Path.GetFileName(Path.TrimEndingDirectorySeparator(model));

    private static Option<double[]> Rates(string name, double[] usual, string description) => new(name)
    {
        DefaultValueFactory = _ => usual,
        AllowMultipleArgumentsPerToken = true,
        Description = description,
    };
}

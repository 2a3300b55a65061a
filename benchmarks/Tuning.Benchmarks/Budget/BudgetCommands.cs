using System.CommandLine;

/// <summary>The benchmark of the budget on the command line.</summary>
internal sealed class BudgetCommands
{
    private readonly Option<string?> _data = CommandOptions.Data();
    private readonly Option<string> _results = CommandOptions.Results("budget.jsonl");
    private readonly Option<int> _rows = CommandOptions.Number("--rows", 480, "Training rows, of each class its share.");
    private readonly Option<int> _epochs = CommandOptions.Number("--epochs", 3, "Passes over them.");
    private readonly Option<int> _tokens = CommandOptions.Number("--tokens", 64, "Tokens of the longest text.");
    private readonly Option<int> _batch = CommandOptions.Number("--batch", Setting.BatchSize, "Rows an optimizer step.");
    private readonly Option<int> _threads = CommandOptions.Number("--threads", 1, "Threads of the tensor library.");
    private readonly Option<int> _seeds = CommandOptions.Number("--seeds", 3, "Seeds, from 1.");
    private readonly Option<int> _rounds = CommandOptions.Number("--rounds", 3, "Rounds; the median counts.");

    private readonly Option<string> _part = new("--part")
    {
        DefaultValueFactory = _ => "1/1",
        Description = "Which part of the runs, of how many, such as 1/2: each may be a process of its own.",
    };

    private readonly Option<string[]> _models = All("--models", BudgetCell.Models);
    private readonly Option<string[]> _tasks = All("--tasks", BudgetCell.Tasks);
    private readonly Option<string[]> _methods = All("--methods", [.. BudgetMethod.All.Select(method => method.Id)]);
    private readonly Option<string> _model = Among("--model", BudgetCell.Models);
    private readonly Option<string> _task = Among("--task", BudgetCell.Tasks);
    private readonly Option<string> _method = Among(
        "--method", [.. BudgetMethod.All.Where(method => method.Selection is not null).Select(method => method.Id)]);

    private readonly Option<double> _keep = new("--keep") { DefaultValueFactory = _ => 0.98, Description = "The budget." };

    private BudgetCommands()
    {
        _part.Validators.Add(result =>
        {
            if (PartOf(result.GetValueOrDefault<string>()!) is null)
                result.AddError("--part is two whole numbers, such as 1/2: which part, from 1, and of how many.");
        });
    }

    public static IEnumerable<Command> Create()
    {
        var commands = new BudgetCommands();
        yield return commands.Runs();
        yield return commands.Tables();
        yield return commands.Cost();
    }

    private Command Runs()
    {
        var command = new Command("budget", "Measures what is learnt within budgets, and adds each run to a file.")
        {
            _data, _results, _rows, _epochs, _tokens, _batch, _threads, _seeds, _models, _tasks, _methods, _part,
        };
        command.SetAction(result =>
        {
            (int part, int parts) = PartOf(result.GetValue(_part)!)!.Value;
            IEnumerable<BudgetCell[]> groups = BudgetCell.Groups(
                result.GetValue(_seeds), result.GetValue(_rows), result.GetValue(_epochs), result.GetValue(_tokens),
                result.GetValue(_batch)).Where(group => IsWanted(result, group[0]));
            WithSetting(result, setting => BudgetBenchmark.Run(setting, groups, new(result.GetValue(_results)!), part, parts));
        });
        return command;
    }

    private Command Tables()
    {
        var command = new Command("budget-tables", "Prints the tables of a file of results.") { _results };
        command.SetAction(result => BudgetTables.Print(new JsonLines<BudgetResult>(result.GetValue(_results)!).Read()));
        return command;
    }

    private Command Cost()
    {
        var command = new Command("budget-cost", "Trains with and without a budget in turn, and compares the times.")
        {
            _data, _model, _task, _method, _keep, _rows, _epochs, _tokens, _batch, _threads, _rounds,
        };
        command.SetAction(result =>
        {
            var cell = new BudgetCell(
                result.GetValue(_model)!, result.GetValue(_task)!, result.GetValue(_method)!, 1, result.GetValue(_keep), null,
                result.GetValue(_rows), result.GetValue(_epochs), result.GetValue(_tokens), result.GetValue(_batch));
            WithSetting(result, setting => BudgetCostBenchmark.Run(setting, cell));
        });
        return command;
    }

    private void WithSetting(ParseResult result, Action<Setting> action) => WorkFolder.Use("budget", folder =>
    {
        int threads = result.GetValue(_threads);
        TorchSharp.torch.set_num_threads(threads);
        action(new(
            Corpus.Folder(result.GetValue(_data)), folder, threads, result.GetValue(_rounds), result.GetValue(_rows),
            result.GetValue(_tokens), Quick: false));
    });

    private bool IsWanted(ParseResult result, BudgetCell cell) =>
        result.GetValue(_models)!.Contains(cell.Model) && result.GetValue(_tasks)!.Contains(cell.Task)
        && result.GetValue(_methods)!.Contains(cell.Method);

    private static (int Part, int Parts)? PartOf(string text) =>
        text.Split('/') is [var first, var second] && int.TryParse(first, out int part) && int.TryParse(second, out int parts)
            && part >= 1 && part <= parts ? (part, parts) : null;

    private static Option<string[]> All(string name, string[] values) => CommandOptions.Several(name, values, values);

    private static Option<string> Among(string name, string[] values)
    {
        var option = new Option<string>(name) { DefaultValueFactory = _ => values[0], Description = string.Join(", ", values) };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}

using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using KappaTune.Cli.Files;
using KappaTune.Cli.Output;

namespace KappaTune.Cli.Commands;

/// <summary><c>kappatune scan</c>: the condition numbers of a checkpoint, and what a policy selects.</summary>
internal sealed partial class ScanCommand : Command
{
    private readonly Argument<string> _model = new("MODEL")
    {
        Description = $"A model's folder in Hugging Face layout, one .safetensors, .gguf or .onnx file, {BuiltInModels.Help}.",
    };

    private readonly PropertyOptions<ScanOptions> _scan;
    private readonly SelectionOptions _selection;
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<string> _device = CommonOptions.Device("auto, cpu (default) or cuda:0.");
    private readonly CacheOptions _cache;

    private readonly Option<(int Part, int Parts)?> _part = new("--part", "--shard")
    {
        Description = "Scan part I of N only; kappatune merge joins the parts.",
        HelpName = "I/N",
        CustomParser = ReadPart,
    };

    private readonly Option<string> _json = CommonOptions.Json();
    private readonly Option<string> _html = CommonOptions.Html();

    public ScanCommand() : base("scan", "Finds the condition number of every weight matrix of a model, and selects those to train.")
    {
        Arguments.Add(_model);
        _scan = new(this, new());
        _scan.Add("--precision", nameof(ScanOptions.Precision));
        _selection = new(this, new ScanOptions().Selection);
        this.AddOptions(_threads, _device);
        _scan.Add("--non-finite", nameof(ScanOptions.NonFinite));
        _cache = new(this);
        this.AddOptions(_part, _json, _html);
        this.AddCheck(result =>
        {
            if (!result.IsGiven(_part))
                return;
            if (!result.IsGiven(_json))
                result.AddError("--part needs --json FILE, for kappatune merge.");
            if (result.IsGiven(_html))
                result.AddError("--part and --html exclude each other: merge the parts, and report on the whole.");
        });
        SetAction((result, cancellationToken) => Task.FromResult(Run(result, cancellationToken)));
    }

    private int Run(ParseResult result, CancellationToken cancellationToken)
    {
        using var files = new CommandFiles(result, writes: [_json, _html], models: [_model], caches: _cache.Folders);
        TextWriter output = files.Text, error = result.InvocationConfiguration.Error;
        (int part, int parts) = result.GetValue(_part) ?? (1, 1);
        ScanOptions options = _scan.Apply(result, new()
        {
            Selection = _selection.Read(result, new ScanOptions().Selection),
            Threads = result.GetValue(_threads) ?? 0,
            Device = result.GetValue(_device) ?? "cpu",
            CacheDirectory = _cache.Read(result),
            Part = part,
            PartCount = parts,
        });
        string model = files.Model(_model)!;
        ScanReport report = ScanBar.Show(
            error, progress => CheckpointScanner.Scan(model, options with { Progress = progress }, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (parts > 1)
            report.Save(files.Output(_json)!);
        else
            Results.Write(report, report.Plan(), output, files.Output(_json), files.Output(_html));
        Results.WriteScanned(report, output);
        Warnings.Write(report.Warnings, error);
        _selection.NoteFused(result, report, error);
        return ExitCode.Done;
    }

    private static (int, int)? ReadPart(ArgumentResult result)
    {
        string text = result.Tokens.Single().Value;
        Match match = PartName().Match(text);
        if (int.TryParse(match.Groups[1].Value, out int part) && int.TryParse(match.Groups[2].Value, out int parts)
            && part >= 1 && part <= parts)
            return (part, parts);
        result.AddError($"--part: '{text}' isn't I/N with I from 1 to N, such as 3/16.");
        return null;
    }

    [GeneratedRegex(@"\A([0-9]+)/([0-9]+)\z")]
    private static partial Regex PartName();
}

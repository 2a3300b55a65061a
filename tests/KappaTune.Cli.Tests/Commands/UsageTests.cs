namespace KappaTune.Cli.Tests.Commands;

/// <summary>Command lines that are wrong whatever the files hold.</summary>
public class UsageTests
{
    [Theory]
    [InlineData("", "Required command was not provided.")]
    [InlineData("bogus", "Unrecognized command or argument 'bogus'.")]
    [InlineData("scan", "Required argument missing for command: 'scan'.")]
    [InlineData("scan m --bogus", "Unrecognized command or argument '--bogus'.")]
    [InlineData("scan m --precision fast", "Argument 'fast' not recognized. Must be one of:")]
    [InlineData("scan m --group column", "Argument 'column' not recognized. Must be one of:")]
    [InlineData("scan m --score entropy", "Argument 'entropy' not recognized. Must be one of:")]
    [InlineData("scan m --lowest", "Required argument missing for option: '--lowest'.")]
    [InlineData("scan m --lowest few", "--lowest: 'few' isn't a whole number of that size.")]
    [InlineData("scan m --lowest 2.5", "--lowest: '2.5' isn't a whole number of that size.")]
    [InlineData("scan m --lowest 99999999999", "--lowest: '99999999999' isn't a whole number of that size.")]
    [InlineData("scan m --lowest 0", "--lowest is 0; allowed is a whole number of 1 or more.")]
    [InlineData("scan m --fraction 1.5", "--fraction is 1.5; allowed is above 0 and at most 1.")]
    [InlineData("scan m --fraction 0,5", "--fraction: '0,5' isn't a number.")]
    [InlineData("scan m --threshold NaN", "--threshold is NaN; allowed is above 0 and finite.")]
    [InlineData("scan m --budget -1", "--budget is -1; allowed is from 1 to 2^53.")]
    [InlineData("scan m --lowest 3 --fraction 0.2", "--lowest and --fraction exclude each other: give one.")]
    [InlineData("scan m --threshold 9 --group role", "--threshold and --group exclude each other: a threshold compares no ranks.")]
    [InlineData("scan m --include |", "--include is \"\"; allowed is a pattern such as *.attention.*.")]
    [InlineData("scan m --threads 0", "--threads: 0 isn't 1 or more.")]
    [InlineData("scan m --device tpu", "--device: 'tpu' isn't auto, cpu, cuda or cuda:0.")]
    [InlineData("scan m --cache folder --no-cache", "--cache and --no-cache exclude each other: give one.")]
    [InlineData("scan m --part 0/2 --json part.json", "--part: '0/2' isn't I/N with I from 1 to N, such as 3/16.")]
    [InlineData("scan m --part 3/2 --json part.json", "--part: '3/2' isn't I/N with I from 1 to N, such as 3/16.")]
    [InlineData("scan m --part half --json part.json", "--part: 'half' isn't I/N with I from 1 to N, such as 3/16.")]
    [InlineData("scan m --part 1/2", "--part needs --json FILE, for kappatune merge.")]
    [InlineData("scan m --part 1/2 --json a --html b", "--part and --html exclude each other: merge the parts, and report on the whole.")]
    [InlineData("select", "Required argument missing for command: 'select'.")]
    [InlineData("select scan.json --lowest 1 --budget 5", "--lowest and --budget exclude each other: give one.")]
    [InlineData("merge --json whole.json", "Required argument missing for command: 'merge'.")]
    [InlineData("merge part.json", "Option '--json' is required.")]
    [InlineData("report", "Required argument missing for command: 'report'.")]
    [InlineData("tune", "Option '--train' is required.")]
    [InlineData("tune --base b --train t", "Option '--output' is required.")]
    [InlineData("tune --base b --train t --output o --epochs 0", "--epochs is 0; allowed is 1 or more.")]
    [InlineData("tune --base b --train t --output o --lr 2", "--lr is 2; allowed is above 0 and at most 1.")]
    [InlineData("tune --base b --train t --output o --learning-rate 2", "--lr is 2; allowed is above 0 and at most 1.")]
    [InlineData("tune --base b --train t --output o --head-learning-rate 2", "--head-lr is 2; allowed is above 0 and at most 1.")]
    [InlineData("tune --base b --train t --output o --clip 0", "--clip is 0; allowed is above 0.")]
    [InlineData("tune --base b --train t --output o --warmup 1", "--warmup is 1; allowed is 0 or more and below 1.")]
    [InlineData("tune --base b --train t --output o --keep 1", "--keep is 1; allowed is above 0 and below 1.")]
    [InlineData("tune --base b --train t --output o --keep 98%", "--keep: '98%' isn't a number.")]
    [InlineData("tune --base b --train t --output o --max-kl 0", "--max-kl is 0; allowed is above 0 and finite.")]
    [InlineData("tune --base b --train t --output o --max-drift 3", "--max-drift is 3; allowed is above 0 and at most 2.")]
    [InlineData("tune --base b --train t --output o --keep 0.9 --rollbacks -1", "--rollbacks is -1; allowed is 0 or more.")]
    [InlineData("tune --base b --train t --output o --rollbacks 2", "--rollbacks: only with --keep, --max-kl or --max-drift.")]
    [InlineData("tune --base b --train t --output o --max-time soon", "--max-time: 'soon' isn't a time such as 90s, 15m, 2h or 1:30:00.")]
    [InlineData("tune --base b --train t --output o --max-time 1:30", "--max-time: '1:30' isn't a time such as 90s, 15m, 2h or 1:30:00.")]
    [InlineData("tune --base b --train t --output o --max-time 1e99", "--max-time: '1e99' isn't a time such as 90s, 15m, 2h or 1:30:00.")]
    [InlineData("tune --base b --train t --output o --max-time 0", "--max-time is 00:00:00; allowed is above 0.")]
    [InlineData("tune --base b --train t --output o --max-time -5s", "--max-time is -00:00:05; allowed is above 0.")]
    [InlineData("tune --base b --train t --output o --optimizer-memory 0", "--optimizer-memory is 0; allowed is 1 or more.")]
    [InlineData("tune --base b --train t --output o --optimizer-memory 5ZB", "--optimizer-memory: '5ZB' isn't a size such as 50MB,")]
    [InlineData("tune --base b --train t --output o --optimizer-memory MB", "--optimizer-memory: 'MB' isn't a size such as 50MB,")]
    [InlineData(
        "tune --base b --train t --output o --fraction 0.3 --optimizer-memory 1MB",
        "--fraction and --optimizer-memory exclude each other: both say how much is selected.")]
    [InlineData("tune --base b --train t --output o --max-length 3", "--max-length is 3; allowed is 4 or more.")]
    [InlineData("tune --base b --train t --output o --method full", "Argument 'full' not recognized. Must be one of:")]
    [InlineData("tune --base b --train t --output o --method full --rank 4", "Argument 'full' not recognized. Must be one of:")]
    [InlineData("tune --base b --train t --output o --task LM", "Argument 'LM' not recognized. Must be one of:")]
    [InlineData("compare --train t --test t --control c --output o --task llm", "Argument 'llm' not recognized. Must be one of:")]
    [InlineData("compare --train t --test t --control c --output o --study tensors", "Argument 'tensors' not recognized. Must be one of:")]
    [InlineData("tune --base b --train t --output o --method lora --rank 0", "--rank is 0; allowed is 1 or more.")]
    [InlineData("tune --base b --train t --output o --rank 4 --alpha 8", "--rank and --alpha: only with --method lora.")]
    [InlineData("tune --base b --train t --output o --patience 2", "--patience: only with --early-stopping.")]
    [InlineData("tune --base b --train t --output o --early-stopping loss", "--early-stopping needs validation rows: give --validation or")]
    [InlineData("tune --base b --train t --output o --resume", "--resume: only with --checkpoint.")]
    [InlineData("tune --base b --train t --output o --checkpoint-every 5", "--checkpoint-every: only with --checkpoint.")]
    [InlineData("tune --base b --train t --output o --device tpu", "--device: 'tpu' isn't auto, cpu, cuda or cuda:0.")]
    [InlineData("tune --base b --train t --output o --lowest 3 --fraction 0.2", "--lowest and --fraction exclude each other: give one.")]
    [InlineData("tune --base b --train t --output o --text Label", "--label, --text and --text2 name the same column twice.")]
    [InlineData("evaluate", "Required argument missing for command: 'evaluate'.")]
    [InlineData("evaluate m.zip", "Option '--data' is required.")]
    [InlineData("predict m.zip --data t", "Option '--output' is required.")]
    [InlineData("retention base --text t", "Required argument missing for command: 'retention'.")]
    [InlineData("retention base tuned --text t --windows 1", "--windows is 1; allowed is 2 or more, which an interval takes.")]
    public void Wrong_usage_is_said_in_a_line_and_ends_with_2(string commandLine, string message)
    {
        // A bar stands for an empty argument.
        string[] words = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] arguments = [.. words.Select(word => word == "|" ? "" : word)];
        (int exitCode, string output, string error) = Tool.Run(arguments);
        Assert.Equal(ExitCode.WrongUsage, exitCode);
        Assert.Empty(output);
        string[] lines = error.TrimEnd().Split('\n');
        Assert.Contains(lines, line => line.StartsWith(message, StringComparison.Ordinal));
        Assert.StartsWith("See: kappatune ", lines[^1]);
        Assert.EndsWith("--help", lines[^1]);
    }

    /// <summary>Wrong values, options that don't go together, and missing ones; but not what follows from another error.</summary>
    [Theory]
    [InlineData(
        "tune --train t --output o --epochs 0 --lr 2 --method full --rank 4 --resume --patience 2 --lowest 1 --fraction 0.5",
        "Argument 'full' not recognized.", "--epochs is 0;", "--lr is 2;", "--lowest and --fraction exclude each other: give one.",
        "--patience: only with --early-stopping.", "--resume: only with --checkpoint.")]
    [InlineData("tune --resume", "Option '--train' is required.", "Option '--output' is required.", "--resume: only with --checkpoint.")]
    [InlineData("scan m --lowest few --part 1/2 --zebra", "Unrecognized command", "--lowest: 'few'", "--part needs --json FILE")]
    [InlineData("generate m --top-p 2 --max-tokens 0", "--max-tokens is 0;", "--top-p is 2;", "Give --prompt TEXT, or --chat.")]
    [InlineData("tune --train t --output o --lowest", "Required argument missing for option: '--lowest'.")]
    public void All_that_is_wrong_is_said_at_once(string commandLine, params string[] messages)
    {
        string[] lines = Tool.Run(commandLine.Split(' ')).Error.TrimEnd().Split('\n');
        Assert.Equal(messages.Length + 1, lines.Length);
        Assert.All(messages.Index(), message => Assert.StartsWith(message.Item, lines[message.Index]));
    }

    [Fact]
    public void Of_an_unknown_command_only_that_is_said()
    {
        string[] lines = Tool.Run("evalute").Error.TrimEnd().Split(Environment.NewLine);
        Assert.Equal(["Unrecognized command or argument 'evalute'. Did you mean evaluate?", "See: kappatune --help"], lines);
    }

    [Theory]
    [InlineData("tune --train t --output o --learning_rate=3e-4", "'--learning_rate=3e-4'", "--learning-rate")]
    [InlineData("tune --train t --output o --learning-rates 3e-4", "'--learning-rates'", "--learning-rate")]
    [InlineData("tune --train t --output o --num-epochs 3", "'--num-epochs'", "--epochs")]
    [InlineData("tune --train t --output o --epoch 3", "'--epoch'", "--epochs")]
    [InlineData("tune --train t --output o --batch 8", "'--batch'", "--batch-size")]
    [InlineData("tune --train t --output o --bacth-size 8", "'--bacth-size'", "--batch-size")]
    [InlineData("tune --train t --output o --retention-budget 0.98", "'--retention-budget'", "--keep, --max-kl or --max-drift")]
    [InlineData("predict m --data d --out o", "'--out'", "--output")]
    [InlineData("scan m --thread 2", "'--thread'", "--threads")]
    [InlineData("scan m --versoin", "'--versoin'", "--version")]
    [InlineData("evalute m", "'evalute'", "evaluate")]
    [InlineData("comparecell", "'comparecell'", null)]
    [InlineData("scan m --zebra", "'--zebra'", null)]
    [InlineData("scan m -x", "'-x'", null)]
    public void What_may_have_been_meant_is_named(string commandLine, string typed, string? meant)
    {
        string error = Tool.Run(commandLine.Split(' ')).Error;
        string line = Assert.Single(error.Split('\n'), line => line.Contains(typed, StringComparison.Ordinal)).TrimEnd();
        Assert.Equal($"Unrecognized command or argument {typed}.{(meant is null ? "" : $" Did you mean {meant}?")}", line);
    }

    [Fact]
    public void What_may_be_lost_is_not_what_is_selected()
    {
        Assert.StartsWith(
            "--budget: '0.98' isn't a whole number of that size. What may be lost of what the base knew is --keep, --max-kl or --max-drift.",
            Tool.Run("tune", "--train", "t", "--output", "o", "--budget", "0.98").Error);
        Assert.DoesNotContain("--keep", Tool.Run("scan", "m", "--budget", "0.98").Error);
    }

    [Theory]
    [InlineData("--help", "scan")]
    [InlineData("scan --help", "--precision <exact|ranking>")]
    [InlineData("scan --help", "those with the lowest κ (default: 0.2).")]
    [InlineData("scan --help", "by itself (default: none).")]
    [InlineData("tune --help", "those with the lowest κ (default: 0.2).")]
    [InlineData("tune --help", "(layers-above) (default: kappa).")]
    [InlineData("tune --help", "names that match, such as *.mlp.down_proj.*; tensors of a GGUF file, too,")]
    [InlineData("tune --help", "Hugging Face's layout; may be repeated (default: all).")]
    [InlineData("select --help", "those with the lowest κ (default: as for the scan).")]
    [InlineData("select --help", "(layers-above) (default: as for the scan).")]
    [InlineData("select --help", "--peft")]
    [InlineData("merge --help", "PART")]
    [InlineData("report --help", "--html")]
    [InlineData("tune --help", "--validation-fraction <P>")]
    [InlineData("tune --help", "what is selected (default: 0.0001 or, with a budget, what probes find).")]
    [InlineData("tune --help", "--keep <P>")]
    [InlineData("tune --help", "the last point within its budget (default: 3).")]
    [InlineData("tune --help", "--max-time <TIME>")]
    [InlineData("tune --help", "--optimizer-memory <SIZE>")]
    [InlineData("evaluate --help", "--label <COLUMN>")]
    [InlineData("predict --help", "- for standard output")]
    [InlineData("retention --help", "--text <FILE> ")]
    public void Help_shows_what_there_is(string commandLine, string content)
    {
        (int exitCode, string output, string error) = Tool.Run(commandLine.Split(' '));
        Assert.Equal(ExitCode.Done, exitCode);
        Assert.Contains(content, output);
        Assert.Empty(error);
    }
}

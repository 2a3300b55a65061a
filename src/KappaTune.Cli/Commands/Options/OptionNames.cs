using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace KappaTune.Cli.Commands;

/// <summary>Names of options in messages of the library, which calls them by their properties.</summary>
internal static partial class OptionNames
{
    private static readonly ConditionalWeakTable<Command, Dictionary<string, string>> Known = [];

    /// <summary>What the library's messages tell a program to write, and what the command line says instead.</summary>
    private static readonly (string Program, string CommandLine)[] Words =
    [
        ("Exclude them from the selection, or train with TuningMethod.Direct.",
            "Give an --include or --exclude that leaves them out, or --method direct."),
        ("an Include and an Exclude that leave some, or Embeddings, Heads or Routers = true",
            "an --include and an --exclude that leave some, or --embeddings"),
        ("Score is LayersAbove", "Score is layers-above"),
        ("Kappa or RelativeKappa where", "kappa or relative where"),
        ("Fused is ByParts", "Fused is parts"),
        ("Fused is Whole", "Fused is whole"),
        ("is ByParts where", "is parts where"),
        ("with Fused = ByParts", "with --fused parts"),
        ("with Fused = Whole", "with --fused whole"),
        ("with Precision = Exact", "with --precision exact"),
        ("below MaxEpochs", "below --epochs"),
        ("Whole with LoRA, whose", "whole with --method lora, whose"),
        ("Set Budget.MaximumDrift instead", "Give --max-drift instead"),
        ("ClassLabels.Words", "--words"),
        ("Write F32.", "Give --gguf-weights f32."),
        ("Set EncoderEpochs to 0.", "Leave --encoder-epochs out."),
        ("Set EncoderModel to null", "Leave --encoder-model out"),
        ("more Convolutions or StackedVectors.", "more --convolutions or --stacked-vectors."),
        ("raise MaximumSeconds", "raise --max-seconds"),
        ("Sound says otherwise than the encoder:", "The options of sound say otherwise than the encoder:"),
        ("Set it to null, or to that.", "Leave them out, or give those."),
        ("the encoder takes samples. Set it to null.", "the encoder takes samples. Leave them out."),
        ("fewer Convolutions give", "fewer --convolutions give"),
        ("Set Sound or FrameSize to that", "Give the options of sound that make that"),
        ("Set Fusion to these", "Give the options of encoder, projector and prompts that are these"),
        ("Set a MaxSequenceLength", "Give a --max-length"),
    ];

    /// <summary>Notes which option of a command sets a property.</summary>
    public static void Add(Command command, string property, string option) => Known.GetOrCreateValue(command)[property] = option;

    /// <summary>The option of a command that sets a property; the name itself where none does.</summary>
    public static string Find(Command command, string property) =>
        Known.TryGetValue(command, out Dictionary<string, string>? names) ? names.GetValueOrDefault(property, property) : property;

    /// <summary>What the library says, in the words of the command.</summary>
    public static string Translate(Command command, string message)
    {
        foreach ((string program, string commandLine) in Words)
            message = message.Replace(program, commandLine, StringComparison.Ordinal);
        return Known.TryGetValue(command, out Dictionary<string, string>? names)
            ? Subject().Replace(message, match => names.GetValueOrDefault(match.Groups[1].Value, match.Value))
            : message;
    }

    /// <summary>What is wrong with the value of one option: <c>--epochs is 0; allowed is 1 or more.</c></summary>
    public static string Translate(string option, string message) =>
        Subject().IsMatch(message) ? Subject().Replace(message, option, 1) : $"{option}: {message}";

    // A sentence's first word, or words with dots between them where options are within others.
    [GeneratedRegex(@"(?<=^|\. )(?:[A-Za-z]+\.)*([A-Za-z]+)(?= is )")]
    private static partial Regex Subject();
}

using System.Text.Json;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>
/// What the base model makes of the control texts and the task's, measured once for all runs: what it guesses, its last layer's states on
/// the main text, from which drift is measured, and those on test rows, from which KL(base, tuned) is.
/// </summary>
/// <param name="Controls">In the texts' order.</param>
/// <param name="States">Window by window, filled up to the longest of each batch, [B, T, H] after [B, T, H], in 32-bit numbers.</param>
/// <param name="TaskStates">Where a token of a test row is to guess, [M, H] after [M, H]; empty where the base predicts no words.</param>
internal sealed record BaseReading(IReadOnlyList<ComparedControlText> Controls, byte[] States, byte[] TaskStates)
{
    /// <summary>The retention of an encoder that didn't change.</summary>
    public IReadOnlyList<ControlTextRetention> Untouched() =>
    [
        .. Controls.Select(control => new ControlTextRetention
        {
            LossBefore = control.Loss,
            LossAfter = control.Loss,
            AccuracyBefore = control.Accuracy,
            AccuracyAfter = control.Accuracy,
        }),
    ];

    /// <summary>The reading in a comparison's folder; null where it isn't there, or a file is damaged.</summary>
    public static BaseReading? Find(string output, string key)
    {
        try
        {
            (string controls, string states, string task) = PathsOf(output, key);
            var read = JsonSerializer.Deserialize<ComparedControlText[]>(File.ReadAllBytes(controls), ComparisonJson.Options);
            return read is null ? null : new(read, File.ReadAllBytes(states), File.ReadAllBytes(task));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public void Save(string output, string key)
    {
        (string controls, string states, string task) = PathsOf(output, key);
        Directory.CreateDirectory(Path.GetDirectoryName(controls)!);
        // The file that a reader opens first is written last, so that it never finds it without the others.
        AtomicFile.Write(states, stream => stream.Write(States));
        AtomicFile.Write(task, stream => stream.Write(TaskStates));
        AtomicFile.Write(controls, stream => JsonSerializer.Serialize(stream, Controls, ComparisonJson.Options));
    }

    private static (string Controls, string States, string Task) PathsOf(string output, string key)
    {
        string path = Path.Combine(output, "base", key);
        return ($"{path}.json", $"{path}.states", $"{path}.task-states");
    }
}

using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>What of a request can be checked without the base model, and the device it names.</summary>
internal static class SpeechRequestCheck
{
    /// <exception cref="ArgumentException">Options are out of range; the message names each, its value and what is allowed.</exception>
    public static Device Validate(SpeechRequest request)
    {
        var problems = new OptionProblems();
        TuningRequestCheck.Check(
            request, request.Train.Count, request.Validation?.Count, problems, writesTranscripts: request.Writing is not null);
        request.Writing?.Check(problems.Within(nameof(request.Writing)));
        request.Fusion?.Check(problems.Within(nameof(request.Fusion)));
        CheckSizes(request.Train, nameof(request.Train));
        CheckSizes(request.Validation ?? [], nameof(request.Validation));
        problems.Require(
            request.Encoder is null || File.Exists(request.Encoder), nameof(request.Encoder), request.Encoder,
            "the path of a file that is there, or null");
        problems.Throw();
        return DeviceName.Parse(request.Options.Device);

        void CheckSizes(IReadOnlyList<SpeechExample> rows, string name)
        {
            if (request.Train.Count == 0)
                return;
            int size = request.Train[0].Frames.Size;
            int wrong = Enumerable.Range(0, rows.Count).FirstOrDefault(row => rows[row].Frames.Size != size, -1);
            if (wrong >= 0)
            {
                problems.Require(
                    false, name, FormattableString.Invariant($"of frames with {rows[wrong].Frames.Size} values in row {wrong + 1}"),
                    FormattableString.Invariant($"{size} values in all rows, as in the first to train on"));
            }
        }
    }
}

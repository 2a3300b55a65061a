using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Retention;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>A recording as frames, or any vectors over time, and what is said in it.</summary>
/// <param name="Frames">The frames, as they were made.</param>
/// <param name="Transcript">The words; none where nothing is said.</param>
internal sealed record SpeechExample(Frames Frames, string Transcript) : TaskText(Transcript, null);

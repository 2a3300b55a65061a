using Microsoft.ML.KappaTune.Retention;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>One row to learn from or to validate on.</summary>
/// <param name="Text">The text.</param>
/// <param name="Pair">The second text of a task on pairs; null for none.</param>
/// <param name="Label">The class, from 0.</param>
internal sealed record TextExample(string Text, string? Pair, int Label) : TaskText(Text, Pair);

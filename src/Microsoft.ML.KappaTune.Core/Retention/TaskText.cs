namespace Microsoft.ML.KappaTune.Retention;

/// <summary>A text of a task, or a pair of them.</summary>
/// <param name="Text">The text.</param>
/// <param name="Pair">The second text of a task on pairs; null for none.</param>
internal record TaskText(string Text, string? Pair);

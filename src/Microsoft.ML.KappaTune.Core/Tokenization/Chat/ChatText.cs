namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>A conversation as a template writes it.</summary>
/// <param name="Text">What the model reads.</param>
/// <param name="Generated">The parts of it that the model has to write itself, in their order; none overlap.</param>
/// <param name="Plain">Where in it something looks like a special token, but comes from a message and is plain text.</param>
internal sealed record ChatText(string Text, IReadOnlyList<Span> Generated, IReadOnlySet<int> Plain);

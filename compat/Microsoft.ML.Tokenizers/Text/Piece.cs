namespace Microsoft.ML.Tokenizers;

/// <summary>A token before its text is looked up: its id and the characters it covers.</summary>
internal readonly record struct Piece(int Id, int Start, int End);

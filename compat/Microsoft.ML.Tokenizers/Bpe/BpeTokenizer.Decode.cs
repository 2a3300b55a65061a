using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <content>From ids to text.</content>
public sealed partial class BpeTokenizer
{
    /// <inheritdoc/>
    public override string Decode(IEnumerable<int> ids) => Decode(ids, considerSpecialTokens: true);

    /// <summary>The text of ids; without special, unknown, beginning and end tokens unless <paramref name="considerSpecialTokens"/>.</summary>
    public string Decode(IEnumerable<int> ids, bool considerSpecialTokens) => _decoder.Decode(ids, considerSpecialTokens);

    /// <inheritdoc/>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten) =>
        Decode(ids, destination, considerSpecialTokens: true, out idsConsumed, out charsWritten);

    /// <summary>
    /// Writes the text of ids to <paramref name="destination"/>; without special, unknown, beginning and end tokens unless
    /// <paramref name="considerSpecialTokens"/>. Where it is too small, <paramref name="idsConsumed"/> ids were written whole.
    /// </summary>
    public OperationStatus Decode(
        IEnumerable<int> ids, Span<char> destination, bool considerSpecialTokens, out int idsConsumed, out int charsWritten) =>
        _decoder.Decode(ids, destination, considerSpecialTokens, out idsConsumed, out charsWritten);
}

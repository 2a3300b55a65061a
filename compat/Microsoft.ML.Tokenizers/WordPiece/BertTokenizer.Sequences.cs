using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <content>One or two sequences of ids with special tokens around them.</content>
public sealed partial class BertTokenizer
{
    /// <summary>The sequence (sequences) with special tokens: [CLS] a [SEP], or [CLS] a [SEP] b [SEP].</summary>
    public IReadOnlyList<int> BuildInputsWithSpecialTokens(IEnumerable<int> tokenIds, IEnumerable<int>? additionalTokenIds = null) =>
        [.. Inputs(tokenIds, additionalTokenIds)];

    /// <summary>Writes what the other overload gives; where <paramref name="destination"/> is too small, it holds the beginning.</summary>
    public OperationStatus BuildInputsWithSpecialTokens(
        IEnumerable<int> tokenIds, Span<int> destination, out int valuesWritten, IEnumerable<int>? additionalTokenIds = null) =>
        Write(Inputs(tokenIds, additionalTokenIds), destination, out valuesWritten);

    /// <summary>For each id of the built input, the sequence that it belongs to: 0 or 1.</summary>
    public IReadOnlyList<int> CreateTokenTypeIdsFromSequences(IEnumerable<int> tokenIds, IEnumerable<int>? additionalTokenIds = null) =>
        [.. Types(tokenIds, additionalTokenIds)];

    /// <summary>Writes what the other overload gives; where <paramref name="destination"/> is too small, it holds the beginning.</summary>
    public OperationStatus CreateTokenTypeIdsFromSequences(
        IEnumerable<int> tokenIds, Span<int> destination, out int valuesWritten, IEnumerable<int>? additionalTokenIds = null) =>
        Write(Types(tokenIds, additionalTokenIds), destination, out valuesWritten);

    /// <summary>
    /// For each id of the input, whether it is a special token: 1 or 0. The input is built from the sequences, or
    /// <paramref name="tokenIds"/> is it already.
    /// </summary>
    public IReadOnlyList<int> GetSpecialTokensMask(
        IEnumerable<int> tokenIds, IEnumerable<int>? additionalTokenIds = null, bool alreadyHasSpecialTokens = false) =>
        [.. Mask(tokenIds, additionalTokenIds, alreadyHasSpecialTokens)];

    /// <summary>Writes what the other overload gives; where <paramref name="destination"/> is too small, it holds the beginning.</summary>
    public OperationStatus GetSpecialTokensMask(
        IEnumerable<int> tokenIds, Span<int> destination, out int valuesWritten, IEnumerable<int>? additionalTokenIds = null,
        bool alreadyHasSpecialTokens = false) =>
        Write(Mask(tokenIds, additionalTokenIds, alreadyHasSpecialTokens), destination, out valuesWritten);

    private IEnumerable<int> Inputs(IEnumerable<int> first, IEnumerable<int>? second) =>
        Frame(first, second, ClassificationTokenId, SeparatorTokenId, SeparatorTokenId, id => id, id => id);

    private static IEnumerable<int> Types(IEnumerable<int> first, IEnumerable<int>? second) =>
        Frame(first, second, 0, 0, 1, _ => 0, _ => 1);

    private IEnumerable<int> Mask(IEnumerable<int> first, IEnumerable<int>? second, bool built)
    {
        if (!built)
            return Frame(first, second, 1, 1, 1, _ => 0, _ => 0);
        ArgumentNullException.ThrowIfNull(first, "tokenIds");
        return first.Concat(second ?? []).Select(id => _frame.Contains(id) ? 1 : 0);
    }

    private static IEnumerable<int> Frame(
        IEnumerable<int> first, IEnumerable<int>? second, int begin, int between, int end, Func<int, int> ofFirst, Func<int, int> ofSecond)
    {
        ArgumentNullException.ThrowIfNull(first, "tokenIds");
        IEnumerable<int> framed = first.Select(ofFirst).Prepend(begin).Append(between);
        return second is null ? framed : framed.Concat(second.Select(ofSecond)).Append(end);
    }

    private static OperationStatus Write(IEnumerable<int> values, Span<int> destination, out int valuesWritten)
    {
        int written = 0;
        foreach (int value in values)
        {
            if (written == destination.Length)
            {
                valuesWritten = 0;
                return OperationStatus.DestinationTooSmall;
            }

            destination[written++] = value;
        }

        valuesWritten = written;
        return OperationStatus.Done;
    }
}

using System.Text;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Removes the characters for which a condition holds; none of ASCII.</summary>
internal sealed class RuneFilter(Func<Rune, bool> removes) : ITextNormalizer
{
    /// <summary>What BERT removes after decomposition: marks that take no room.</summary>
    public static RuneFilter NonSpacingMarks { get; } = new(Characters.IsNonSpacingMark);

    /// <summary>All marks.</summary>
    public static RuneFilter Marks { get; } = new(Characters.IsMark);

    public bool TryNormalize(AlignedText text, AlignedText target)
    {
        if (System.Text.Ascii.IsValid(text.Chars))
            return false;
        int length;
        for (int i = 0; i < text.Length; i += length)
        {
            if (!removes(text.RuneAt(i, out length)))
                target.Append(text, i, i + length);
        }

        return true;
    }
}

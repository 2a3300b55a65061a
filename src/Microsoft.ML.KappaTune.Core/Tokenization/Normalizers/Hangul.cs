namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Korean syllables, which are composed by arithmetic: a lead, a vowel, and perhaps a trail.</summary>
internal static class Hangul
{
    private const int First = 0xAC00, LeadFirst = 0x1100, VowelFirst = 0x1161, TrailFirst = 0x11A7;
    private const int Leads = 19, Vowels = 21, Trails = 28, Count = Leads * Vowels * Trails;

    /// <summary>Splits a syllable into a shorter one, or a lead, and what follows it.</summary>
    public static bool TryDecompose(int code, out int first, out int second)
    {
        int index = code - First;
        first = second = 0;
        if (index is < 0 or >= Count)
            return false;
        (first, second) = index % Trails != 0
            ? (code - index % Trails, TrailFirst + index % Trails)
            : (LeadFirst + index / (Vowels * Trails), VowelFirst + index / Trails % Vowels);
        return true;
    }

    /// <summary>The syllable of two parts, or -1.</summary>
    public static int Compose(int first, int second)
    {
        int lead = first - LeadFirst, vowel = second - VowelFirst;
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels)
            return First + (lead * Vowels + vowel) * Trails;
        int syllable = first - First, trail = second - TrailFirst;
        return syllable is >= 0 and < Count && syllable % Trails == 0 && trail is > 0 and < Trails ? first + trail : -1;
    }
}

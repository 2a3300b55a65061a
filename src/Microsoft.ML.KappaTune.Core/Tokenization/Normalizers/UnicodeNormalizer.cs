namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Unicode's normalization forms C, D, KC and KD.</summary>
internal sealed class UnicodeNormalizer(bool compatible, bool compose) : INormalizer
{
    public bool TryNormalize(AlignedText text, AlignedText target)
    {
        // Nothing before these changes, nor do dashes, quotation marks and most ideographs in the canonical forms.
        char first = compatible ? '\u00A0' : compose ? '\u0300' : '\u00C0';
        if (IsInert(text.Chars, first))
            return false;

        var marks = new List<Mark>(text.Length);
        int length;
        for (int i = 0; i < text.Length; i += length)
            Decompose(text.RuneAt(i, out length).Value, text.StartOf(i), text.EndOf(i), marks);
        Order(marks);
        if (compose)
            Compose(marks);
        foreach (Mark mark in marks)
            target.Append(new Rune(mark.Code), mark.Start, mark.End);
        return true;
    }

    private bool IsInert(ReadOnlySpan<char> text, char first)
    {
        foreach (char c in text)
        {
            if (c >= first && (compatible || c is not ((>= '\u2010' and <= '\u2060') or (>= '\u4E00' and <= '\u9FFF'))))
                return false;
        }

        return true;
    }

    private void Decompose(int code, int start, int end, List<Mark> marks)
    {
        if (Hangul.TryDecompose(code, out int first, out int second))
        {
            Decompose(first, start, end, marks);
            Decompose(second, start, end, marks);
        }
        else if (code >= 0xA0 && UnicodeData.Decomposition(code, compatible) is { } parts)
        {
            foreach (int part in parts)
                Decompose(part, start, end, marks);
        }
        else
        {
            marks.Add(new Mark(code, start, end, UnicodeData.CombiningClass(code)));
        }
    }

    /// <summary>Sorts each run of marks by class, keeping the order of equals.</summary>
    private static void Order(List<Mark> marks)
    {
        for (int first = 0; first < marks.Count; first++)
        {
            int end = first;
            while (end < marks.Count && marks[end].Class != 0)
                end++;
            if (end - first > 1)
            {
                // LINQ's sort keeps the order of equals, List's doesn't.
                Mark[] sorted = [.. marks.GetRange(first, end - first).OrderBy(mark => mark.Class)];
                for (int i = 0; i < sorted.Length; i++)
                    marks[first + i] = sorted[i];
            }

            first = end;
        }
    }

    /// <summary>Joins each mark with the last starter, where the two make a character and no mark between them is in the way.</summary>
    private static void Compose(List<Mark> marks)
    {
        int count = 0, starter = -1, lastClass = -1;
        for (int i = 0; i < marks.Count; i++)
        {
            Mark mark = marks[i];
            bool blocked = starter < 0 || (lastClass >= 0 && lastClass >= mark.Class);
            int composed = blocked ? -1 : Join(marks[starter].Code, mark.Code);
            if (composed >= 0)
            {
                Mark joined = marks[starter];
                marks[starter] = new Mark(composed, Math.Min(joined.Start, mark.Start), Math.Max(joined.End, mark.End), joined.Class);
                continue;
            }

            // Nothing lies between a starter and what follows it directly.
            (starter, lastClass) = mark.Class == 0 ? (count, -1) : (starter, mark.Class);
            marks[count++] = mark;
        }

        marks.RemoveRange(count, marks.Count - count);
    }

    private static int Join(int first, int second) =>
        Hangul.Compose(first, second) is var syllable and >= 0 ? syllable : UnicodeData.Composition(first, second);

    private readonly record struct Mark(int Code, int Start, int End, byte Class);
}

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

namespace Microsoft.ML.Data;

/// <summary>Follows lines, one after another, and knows whether a quoted field is still open at the end of one.</summary>
internal sealed class QuoteScanner(TextLoader.Options options)
{
    private readonly bool _spaceSeparates = options.Separators.Contains(' ');

    /// <summary>Whether the line just seen ends inside a quoted field.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Sees the next line.</summary>
    public void Next(string line)
    {
        bool atStart = !IsOpen;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (IsOpen)
            {
                if (c == options.EscapeChar && i + 1 < line.Length && line[i + 1] == '"')
                    i++;
                else if (c == '"')
                    IsOpen = false;
            }
            else if (atStart && c == '"')
            {
                IsOpen = true;
                atStart = false;
            }
            else
            {
                atStart = options.Separators.Contains(c) || (atStart && c == ' ' && !_spaceSeparates);
            }
        }
    }
}

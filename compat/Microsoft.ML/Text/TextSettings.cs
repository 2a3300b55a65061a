using System.Globalization;
using System.Text;

namespace Microsoft.ML.Data;

/// <summary>
/// The settings that saved text starts with, in comments: <c>TextLoader{ header+ sep=tab col=Label:R4:0 col=Features:R4:1-9 }</c>.
/// A name with other characters than letters, digits, <c>_</c>, <c>-</c> and <c>.</c> is written
/// <c>col={name={the name} type=R4 src=0}</c>.
/// </summary>
internal static class TextSettings
{
    private static readonly (DataKind Kind, string Name)[] Kinds =
    [
        (DataKind.SByte, "I1"), (DataKind.Byte, "U1"), (DataKind.Int16, "I2"), (DataKind.UInt16, "U2"), (DataKind.Int32, "I4"),
        (DataKind.UInt32, "U4"), (DataKind.Int64, "I8"), (DataKind.UInt64, "U8"), (DataKind.Single, "R4"), (DataKind.Double, "R8"),
        (DataKind.String, "TX"), (DataKind.Boolean, "BL"), (DataKind.TimeSpan, "TS"), (DataKind.DateTime, "DT"),
        (DataKind.DateTimeOffset, "DZ"),
    ];

    /// <summary>Sets options as settings say; without settings for columns, column 0 is the label and the others are features.</summary>
    public static void Apply(TextLoader.Options options, string settings)
    {
        var columns = new List<TextLoader.Column>();
        int open = settings.IndexOf('{');
        if (open >= 0 && settings[..open].Trim() == nameof(TextLoader))
        {
            foreach (string token in Tokens(settings[(open + 1)..(Math.Max(settings.LastIndexOf('}'), open + 1))]))
                ApplyToken(options, columns, token);
        }

        if (columns.Count == 0)
        {
            columns.Add(new TextLoader.Column("Label", DataKind.Single, 0));
            columns.Add(new TextLoader.Column("Features", DataKind.Single, [new TextLoader.Range(1, null)]));
        }

        options.Columns = [.. columns];
    }

    /// <summary>The setting for a column that takes <paramref name="count"/> fields from <paramref name="first"/> on.</summary>
    public static string Column(DataViewSchema.Column column, int first, int count)
    {
        DataViewType itemType = column.Type.GetItemType();
        DataViewTypes.TryGetKind(itemType.RawType, out DataKind kind);
        string type = Array.Find(Kinds, pair => pair.Kind == kind).Name;
        if (itemType is KeyDataViewType key)
            type += string.Create(CultureInfo.InvariantCulture, $"[0-{key.Count - 1}]");
        string source = column.Type is VectorDataViewType
            ? string.Create(CultureInfo.InvariantCulture, $"{first}-{first + count - 1}")
            : first.ToString(CultureInfo.InvariantCulture);
        return column.Name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.')
            ? $"col={column.Name}:{type}:{source}"
            : $"col={{name={{{column.Name}}} type={type} src={source}}}";
    }

    /// <summary>The name of a separator.</summary>
    public static string Separator(char separator) =>
        separator switch { '\t' => "tab", ' ' => "space", ',' => "comma", ';' => "semicolon", _ => separator.ToString() };

    private static void ApplyToken(TextLoader.Options options, List<TextLoader.Column> columns, string token)
    {
        int equals = token.IndexOf('=');
        string name = equals < 0 ? token[..^1] : token[..equals];
        string value = equals < 0 ? token[^1..] : token[(equals + 1)..];
        switch (name)
        {
            case "header": options.HasHeader = value == "+"; break;
            case "quote": options.AllowQuoting = value == "+"; break;
            case "sparse": options.AllowSparse = value == "+"; break;
            case "trim": options.TrimWhitespace = value == "+"; break;
            case "sep": options.Separators = [ParseSeparator(value)]; break;
            case "col": columns.Add(ParseColumn(value)); break;
            default: throw Contracts.ExceptDecode($"Unknown setting '{token}' at the start of the text");
        }
    }

    private static char ParseSeparator(string text) =>
        text switch { "tab" => '\t', "space" => ' ', "comma" => ',', "semicolon" => ';', _ => text[0] };

    private static TextLoader.Column ParseColumn(string text)
    {
        string[] parts = text.StartsWith('{')
            ? [.. Tokens(text[1..^1]).Select(token => token[(token.IndexOf('=') + 1)..])]
            : text.Split(':');
        Contracts.CheckDecode(null, parts.Length == 3, $"Bad column '{text}' at the start of the text");
        string name = parts[0].StartsWith('{') ? parts[0][1..^1] : parts[0];
        string type = parts[1];
        KeyCount? keys = null;
        int bracket = type.IndexOf('[');
        if (bracket >= 0)
        {
            string end = type[(bracket + 1)..].TrimEnd(']').Split('-')[^1];
            Contracts.CheckDecode(null, ulong.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out ulong last),
                $"Bad key range in column '{text}' at the start of the text");
            keys = new KeyCount(last + 1);
            type = type[..bracket];
        }

        (DataKind kind, string? known) = Array.Find(Kinds, pair => pair.Name == type);
        Contracts.CheckDecode(null, known is not null, $"Unknown type in column '{text}' at the start of the text");
        return new TextLoader.Column(name, kind, [.. parts[2].Split(',').Select(ParseRange)], keys);
    }

    private static TextLoader.Range ParseRange(string text)
    {
        string[] ends = text.Split('-');
        Contracts.CheckDecode(null, int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int min),
            $"Bad range '{text}' at the start of the text");
        if (ends.Length == 1)
            return new TextLoader.Range(min);
        if (ends[1] == "*")
            return new TextLoader.Range(min, null);
        Contracts.CheckDecode(null, int.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out int max) && max >= min,
            $"Bad range '{text}' at the start of the text");
        return new TextLoader.Range(min, max) { ForceVector = true };
    }

    // At white space outside of braces.
    private static IEnumerable<string> Tokens(string text)
    {
        var token = new StringBuilder();
        int depth = 0;
        foreach (char c in text + " ")
        {
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth > 0 || !char.IsWhiteSpace(c))
            {
                token.Append(c);
            }
            else if (token.Length > 0)
            {
                yield return token.ToString();
                token.Clear();
            }
        }
    }
}

using System.Text.Json;

namespace KappaTune.Cli.Data;

/// <summary>Texts in a file with a JSON object a line. Empty lines are left out, and so are fields that nobody asked for.</summary>
internal static class JsonTexts
{
    /// <param name="name">The file, as messages begin.</param>
    /// <exception cref="FormatException">A line isn't an object, or hasn't the fields as texts; the message names both.</exception>
    public static IEnumerable<LanguageText> Read(string name, string path, LanguageColumns fields)
    {
        foreach ((int index, string line) in Utf8Lines.Read(name, path).Index())
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            string place = $"{name}, line {NumberText.Count(index + 1)}";
            using JsonDocument document = Parse(line, place);
            JsonElement row = document.RootElement;
            if (row.ValueKind != JsonValueKind.Object)
                throw new FormatException($"{place} isn't a JSON object. Give each line one, with a field for each text.");
            yield return new(
                fields.Messages is { } messages ? Conversation(row, messages, place) : Text(row, fields.Text, "--text", place),
                fields.Completion is { } completion ? Text(row, completion, "--completion", place) : null);
        }
    }

    private static JsonDocument Parse(string line, string place)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException e)
        {
            throw new FormatException(
                PlainText.OneLine($"{place} isn't JSON: {e.Message} Give each line an object, with a field for each text."), e);
        }
    }

    /// <summary>A conversation as JSON: the field is the list itself or, as in a table, a text that has it.</summary>
    private static string Conversation(JsonElement row, string field, string place) => Find(row, field, "--messages", place) switch
    {
        { ValueKind: JsonValueKind.Array } list => list.GetRawText(),
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        _ => throw new FormatException(PlainText.OneLine(
            $"{place}: the field \"{field}\" is no list of messages. Give it one, such as "
            + "[{\"role\": \"user\", \"content\": \"Hello\"}], or name another field with --messages.")),
    };

    private static string Text(JsonElement row, string field, string option, string place)
    {
        JsonElement value = Find(row, field, option, place);
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new FormatException(PlainText.OneLine(
            $"{place}: the field \"{field}\" is no text. Put it into double quotes, or name another field with {option}."));
    }

    private static JsonElement Find(JsonElement row, string field, string option, string place)
    {
        if (!row.TryGetProperty(field, out JsonElement value))
        {
            string there = PlainText.List([.. row.EnumerateObject().Select(each => each.Name)]).TrimEnd('.');
            throw new FormatException(PlainText.OneLine(
                $"{place} has no field \"{field}\". Its fields are: {there}. Name the right one with {option}."));
        }

        return value;
    }
}

using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>The chat templates among a tokenizer's files, as text.</summary>
internal static class GgufChatTemplates
{
    private const string Field = "chat_template";

    /// <summary>Names and templates; the usual one's name is empty.</summary>
    public static IEnumerable<(string Name, string Template)> Of(TokenizerFiles files)
    {
        (string, string)[] named =
        [
            .. files.Content.Where(file => file.Key.StartsWith($"{ChatTemplates.Folder}/", StringComparison.Ordinal))
                .OrderBy(file => file.Key, StringComparer.Ordinal)
                .Select(file => (NameOf(Path.GetFileNameWithoutExtension(file.Key)), Encoding.UTF8.GetString(file.Value))),
        ];
        if (files.Content.TryGetValue(TokenizerFiles.ChatTemplate, out byte[]? own))
            return [("", Encoding.UTF8.GetString(own)), .. named];
        if (named.Length > 0)
            return named;
        if (!files.Content.TryGetValue(TokenizerFiles.TokenizerConfig, out byte[]? bytes)
            || JsonField.Parse(files.PathOf(TokenizerFiles.TokenizerConfig), bytes).Find(Field) is not { } found)
            return [];
        return found.Kind == JsonValueKind.Array
            ? [.. found.Items().Select(one => (NameOf(one.Get("name").Text()), one.Get("template").Text()))]
            : [("", found.Text())];

        static string NameOf(string name) => name == ChatTemplates.DefaultName ? "" : name;
    }
}

using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>The chat templates among a tokenizer's files, as text.</summary>
internal static class GgufChatTemplates
{
    private const string Field = "chat_template", Usual = "default";

    /// <summary>Names and templates; the usual one's name is empty.</summary>
    public static IEnumerable<(string Name, string Template)> Of(TokenizerFiles files)
    {
        if (files.Content.TryGetValue(TokenizerFiles.ChatTemplate, out byte[]? own))
            return [("", Encoding.UTF8.GetString(own))];
        if (!files.Content.TryGetValue(TokenizerFiles.TokenizerConfig, out byte[]? bytes)
            || JsonField.Parse(files.PathOf(TokenizerFiles.TokenizerConfig), bytes).Find(Field) is not { } found)
            return [];
        return found.Kind == JsonValueKind.Array
            ? [.. found.Items().Select(one => (NameOf(one.Get("name").Text()), one.Get("template").Text()))]
            : [("", found.Text())];

        static string NameOf(string name) => name == Usual ? "" : name;
    }
}

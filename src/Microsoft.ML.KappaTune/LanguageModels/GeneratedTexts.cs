using Microsoft.ML.KappaTune.Tasks.CausalLm;

namespace Microsoft.ML.KappaTune.LanguageModels;

/// <summary>What a model writes after rows' texts or prompts, or as answers to their conversations.</summary>
/// <param name="warn">Hears once that a prompt had to be cut.</param>
internal sealed class GeneratedTexts(TunedLanguageModel model, Action<string> warn)
{
    private int _hasWarned;

    /// <summary>A getter of the text of the row as it is when it is called; written once a row.</summary>
    /// <param name="row">The row, or a cursor.</param>
    /// <param name="texts">Gives the row's texts.</param>
    public Delegate CreateGetter(DataViewRow row, Func<(string Text, string? Pair)> texts)
    {
        (long Position, string Text)? last = null;
        return (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
        {
            // Where there is no row, this says so.
            string prompt = texts().Text;
            if (last?.Position != row.Position)
                last = (row.Position, Write(prompt, row));
            value = last.Value.Text.AsMemory();
        });
    }

    private string Write(string prompt, DataViewRow row)
    {
        TextGenerator generator = model.Generator;
        (string text, bool isCut) =
            generator.GenerateRow(Encode(generator, prompt, row), isAnswer: model.Conversations is not null, generator.Defaults);
        if (isCut && Interlocked.Exchange(ref _hasWarned, 1) == 0)
        {
            warn(
                $"A prompt was cut at its beginning, so that the model's context of {generator.ContextLength} tokens has room for the text "
                + "to write; others won't be reported.");
        }

        return text;
    }

    private int[] Encode(TextGenerator generator, string prompt, DataViewRow row)
    {
        if (model.Conversations is not { } conversations)
            return generator.Encode(prompt);
        try
        {
            return string.IsNullOrWhiteSpace(prompt) ? [] : conversations.EncodePrompt(prompt);
        }
        catch (FormatException e) when (row is DataViewRowCursor)
        {
            throw ConversationEncoder.At($"row {row.Position + 1}, column '{model.Columns.Messages}'", e);
        }
    }
}

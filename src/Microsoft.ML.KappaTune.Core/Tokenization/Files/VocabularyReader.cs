namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Reads <c>{"token": id, ...}</c>.</summary>
internal static class VocabularyReader
{
    public static Vocabulary Read(JsonField node) =>
        Create([.. node.Members().Select(member => KeyValuePair.Create(member.Name, member.Value.Whole()))], node.Fault);

    /// <summary>Refuses an empty vocabulary, and two tokens of one id.</summary>
    public static Vocabulary Create(IReadOnlyCollection<KeyValuePair<string, int>> ids, Func<string, CheckpointFormatException> fault)
    {
        if (ids.Count == 0)
            throw fault("the vocabulary is empty");
        try
        {
            return new Vocabulary(ids);
        }
        catch (ArgumentException e)
        {
            throw fault(e.Message);
        }
    }
}

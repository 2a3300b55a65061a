using Microsoft.ML.KappaTune;

/// <summary>A task with a prompt that a word for the class completes.</summary>
/// <param name="Id">That of its <see cref="TextTask"/>.</param>
/// <param name="Words">The words of those classes whose names aren't ones.</param>
internal sealed record WordsTask(string Id, string Prompt, IReadOnlyDictionary<string, string> Words)
{
    public static readonly WordsTask[] All =
    [
        // The method's own experiment.
        new("irony", "Tweet: {text} Sarcasm:", new Dictionary<string, string> { ["irony"] = "yes", ["non_irony"] = "no" }),
        new("ag-news", "News: {text} Topic:", new Dictionary<string, string> { ["Sci/Tech"] = "Science and technology" }),
        new("tweet-sentiment", "Tweet: {text} Sentiment:", new Dictionary<string, string>()),
    ];

    public ClassLabels Labels => ClassLabels.AsWords(Prompt, Words);

    public static WordsTask Find(string id) => All.Single(task => task.Id == id);
}

namespace Microsoft.ML.KappaTune.Tests.TextEmbedding;

/// <summary>A row with a text.</summary>
internal sealed class Note
{
    public string? Text { get; set; }

    public string Label { get; set; } = "";

    /// <summary>No text.</summary>
    public float Score { get; set; }

    public static Note[] Some(int count, int seed = 1, int longest = 18) =>
        [.. TinyModel.Texts(count, seed: seed, longest: longest).Select(row => new Note { Text = row.Text, Label = $"class {row.Class}" })];
}
